"""Building: what a change changes, what an override shows, what goes wrong and what that leaves alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from planbook.pipeline import Order, Outcome, build
from planbook.project import Project
from planbook.terminal import Screen
from tests.documents import facts_of, html_pages, squeeze
from tests.small import UNITS, change_cell, contents, small_project, workbook_of, write_notebook


def test_a_changed_household_count_changes_its_county_and_the_prefecture_and_nothing_else(
    built: Project, one_more: Project
) -> None:
    for unit in ("tacheng", "yumin"):
        before, after = facts_of(built, unit), facts_of(one_more, unit)
        for id in ("stock.households", "stock.before.households", "plan.households", "goal.households"):
            assert after[id]["value"] == before[id]["value"] + 1, id
    before, after = facts_of(built, "tacheng"), facts_of(one_more, "tacheng")
    changed = {id for id in before if before[id]["value"] != after[id]["value"]}
    others = ("tachengshi", "wusu", "shawan", "emin", "tuoli", "hebukesaier")
    assert len(changed) > 40
    assert not [id for id in changed if set(id.split(".")) & set(others)]
    for path in (built.build / "2020-08" / "yumin" / "chapters").glob("*/chapter.json"):
        read = [name for name in json.loads(path.read_text("utf-8"))["reads"] if name.endswith(".xlsx")]
        assert all("裕民县" in name for name in read), path  # no other county's workbook can change its book


def done(project: Project, *units: str, **order: Any) -> dict[str, Outcome]:
    return {outcome.unit: outcome for outcome in build(project, Order(units, **order))}


def test_an_override_shows_in_the_chapter_and_on_the_cover(tmp_path: Path) -> None:
    project = small_project(tmp_path / "override")
    write_notebook(project, "02-terms", 'chapter.given("goal.first", "targets.2021", "%")')
    (project.chapters / "02-terms.qmd").write_text('# 目标 {#sec-terms}\n\n完成{{ fact("goal.first") }}%。\n', "utf-8")
    done(project, "yumin", formats=("html", "pdf"), overrides={"targets.2021": 35})
    assert "完成35%。" in squeeze(html_pages(project.book / "yumin" / "html")["02-terms.html"].text_content())
    (book,) = (project.book / "yumin").glob("*.pdf")
    cover = pypdfium2.PdfDocument(book)[0].get_textpage().get_text_range()
    assert "targets.2021=35" in squeeze(cover)


# -- what goes wrong


def test_an_error_in_a_workbook_stops_its_county_and_the_prefecture_unless_it_is_accepted(tmp_path: Path) -> None:
    project = small_project(tmp_path / "broken")
    change_cell(workbook_of(project, "裕民县"), "2000年底以前", "G6", "很多")
    outcomes = done(project, *UNITS, formats=("xlsx",))
    assert [unit for unit, o in outcomes.items() if o.fault] == ["tacheng", "yumin"]
    assert "裕民县老旧小区摸底调查表.xlsx!2000年底以前!G6" in outcomes["yumin"].fault
    assert not outcomes["yumin"].defect
    assert list((project.book / "tuoli").glob("*.xlsx")) and not (project.book / "yumin").exists()
    assert not done(project, "yumin", formats=("html",), accept_errors=True)["yumin"].fault
    cover = html_pages(project.book / "yumin" / "html")["index.html"]
    assert "有1处错误尚未改正" in squeeze(cover.text_content())


def test_a_county_that_sent_nothing_is_named_on_the_prefectures_cover(tmp_path: Path) -> None:
    project = small_project(tmp_path / "absent")
    workbook_of(project, "裕民县").unlink()
    outcomes = done(project, "tacheng", "yumin", formats=("html", "xlsx"))
    assert "no workbook" in outcomes["yumin"].fault and not outcomes["tacheng"].fault
    (annex,) = (project.book / "tacheng").glob("*.xlsx")
    said = [str(cell.value) for row in openpyxl.load_workbook(annex)["目录"] for cell in row]
    cover = html_pages(project.book / "tacheng" / "html")["index.html"].text_content()
    assert any("未收到裕民县的调查表" in text for text in said) and "未收到裕民县的调查表" in squeeze(cover)


def test_doubts_about_the_prose_are_told_and_stop_nothing(again: Project, capsys: pytest.CaptureFixture[str]) -> None:
    preface = again.chapters / "index.qmd"
    preface.write_text(preface.read_text("utf-8") + "\n另有120户由乌苏市统计。\n", "utf-8")
    outcomes = build(again, Order(("yumin",), formats=("xlsx",)))
    Screen().outcomes(outcomes, again.book)
    assert outcomes[0].files and not outcomes[0].fault
    told = capsys.readouterr().out.splitlines()
    (number, *names) = told[told.index("to look at in the prose:") + 1 : -1]
    assert number.startswith("chapters/index.qmd: line") and "120" in number
    assert [line.split(":")[0] for line in names] == ["chapters/index.qmd", "yumin/index.qmd"]
    assert all("乌苏市 is another unit’s name" in line for line in names)


def test_a_book_in_place_survives_a_build_that_fails(again: Project) -> None:
    project = again
    (project.book / "yumin" / "html").mkdir(parents=True)
    (project.book / "yumin" / "html" / "index.html").write_text("旧", "utf-8")
    before = contents(project.book)
    spoilt = project.chapters / "04-targets.qmd"
    spoilt.write_text(spoilt.read_text("utf-8") + '\n{{ fact("goal.household") }}\n', "utf-8")
    (outcome,) = build(project, Order(("yumin",), formats=("html",)))
    assert "goal.households" in outcome.fault and "chapters/04-targets.qmd: line" in outcome.fault
    assert contents(project.book) == before
