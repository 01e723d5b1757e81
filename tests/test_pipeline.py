"""Whole builds: the prefecture's book and a county's, and what a reader of the four formats sees in them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from planbook.pipeline import Format, Order, Outcome, build
from planbook.project import Project
from tests.conftest import copy_project
from tests.documents import annex_facts, html_facts, html_pages, pdf_text, squeeze, word_facts, word_paragraphs

UNITS = ("tacheng", "yumin")
TITLES = {"tacheng": "塔城地区老旧小区改造专项规划", "yumin": "裕民县老旧小区改造专项规划"}


def made(project: Project, *units: str, **order: Any) -> dict[str, Outcome]:
    outcomes = {o.unit: o for o in build(project, Order(units, **order))}
    assert not any(o.fault for o in outcomes.values()), [o.fault for o in outcomes.values()]
    return outcomes


def facts_of(project: Project, unit: str) -> dict[str, Any]:
    return json.loads((project.build / "2020-08" / unit / "facts.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(copy_project(tmp_path_factory.mktemp("build") / "项目 one"))
    made(project, *UNITS)
    return project


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def book(project: Project, unit: str, suffix: str) -> Path:
    return project.book / unit / f"{TITLES[unit]}{suffix}"


# -- the same numbers everywhere


def test_every_printed_fact_is_the_fact_in_html_word_and_the_annex(built: Project, unit: str) -> None:
    facts = facts_of(built, unit)
    printed = html_facts(built.book / unit / "html")
    assert len(printed) > 300
    assert {id: {facts[id]["display"]} for id in printed if facts[id]["status"] == "ok"} == {
        id: texts for id, texts in printed.items() if facts[id]["status"] == "ok"
    }
    assert word_facts(book(built, unit, ".docx")) == printed
    annex = annex_facts(book(built, unit, ".xlsx"))
    assert set(annex) == set(facts)
    for id, fact in facts.items():
        if fact["status"] == "ok" and fact["unit"]:
            assert Decimal(str(annex[id][0])) == pytest.approx(Decimal(str(fact["value"])), rel=Decimal("1e-12")), id


def test_the_pdf_says_word_for_word_what_the_word_file_says(built: Project, unit: str) -> None:
    text = squeeze(pdf_text(book(built, unit, ".pdf")))
    paragraphs = [squeeze(p) for p in word_paragraphs(book(built, unit, ".docx"))]
    assert len(paragraphs) > 40
    missing = [p for p in paragraphs if p not in text]
    assert not missing


def test_the_published_five_year_total_is_met(built: Project) -> None:
    facts = facts_of(built, "tacheng")
    shown = {key: facts[f"plan.{key}"]["display"] for key in ("communities", "buildings", "households", "area")}
    assert shown == {"communities": "380", "buildings": "1587", "households": "48715", "area": "431.91"}


def test_the_counties_add_up_to_the_prefecture(built: Project) -> None:
    facts = facts_of(built, "tacheng")
    for measure in ("area", "households", "buildings", "communities", "investment"):
        parts = [
            f
            for id, f in facts.items()
            if re.fullmatch(rf"plan\.[a-z]+\.{measure}", id) and id.split(".")[1] not in ("before", "after")
        ]
        assert len(parts) == 7
        assert sum(Decimal(str(f["value"])) for f in parts) == Decimal(str(facts[f"plan.{measure}"]["value"]))
    assert facts["plan.yumin.households"]["value"] == facts_of(built, "yumin")["plan.households"]["value"]


# -- nothing wrong on a page


def test_nothing_of_the_machinery_shows(built: Project, unit: str) -> None:
    folder = built.book / unit
    texts = {name: page.find(".//main").text_content() for name, page in html_pages(folder / "html").items()}
    texts["pdf"] = pdf_text(book(built, unit, ".pdf"))
    for name, text in texts.items():
        assert not re.search(r"\{\{|\{%|\}\}|\bnan\b|\bNone\b|NaN|Undefined|\?\?|@(fig|tbl|sec)-|\]\{", text), name
        assert not re.search(r"共0个|有0个|的0个|0个小区中", text), name


def test_html_links_and_pictures_are_there_and_none_is_of_the_network(built: Project, unit: str) -> None:
    folder = built.book / unit / "html"
    pages = html_pages(folder)
    anchors = {name: {e.get("id") for e in page.iter() if e.get("id")} for name, page in pages.items()}
    for name, page in pages.items():
        for element, _attribute, link, _position in page.iterlinks():
            assert "//" not in link, (name, link)
            target, _, anchor = link.partition("#")
            assert not target or (folder / target).is_file(), (name, link)
            if anchor and element.tag == "a":
                assert anchor in anchors[target or name], (name, link)
        for image in page.iter("img"):
            assert len(image.get("alt") or "") > 5, name


def test_no_page_of_the_pdf_is_blank_and_wide_tables_lie_across(built: Project, unit: str) -> None:
    document = pypdfium2.PdfDocument(book(built, unit, ".pdf"))
    across = 0
    for number in range(len(document)):
        page = document[number]
        across += page.get_width() > page.get_height()
        grey = page.render(scale=0.4).to_numpy().mean(axis=2)
        assert (grey < 200).mean() > 0.002, f"page {number + 1} is blank"
    assert across >= 7
    outline = [item.get_title() for item in document.get_toc()]
    assert any(title.endswith("城镇老旧小区改造计划") for title in outline)


def test_the_cover_says_the_rows_are_synthetic(built: Project, unit: str) -> None:
    said = "小区与数字均为虚构"
    cover = pypdfium2.PdfDocument(book(built, unit, ".pdf"))[0].get_textpage().get_text_range()
    assert said in squeeze(cover)
    index = html_pages(built.book / unit / "html")["index.html"]
    assert said in index.text_content()
    assert any(
        said in str(cell.value) for row in openpyxl.load_workbook(book(built, unit, ".xlsx"))["目录"] for cell in row
    )


def test_the_annual_form_has_live_sums_with_cached_values(built: Project) -> None:
    path = book(built, "tacheng", ".xlsx")
    formulas, values = (
        openpyxl.load_workbook(path)["五年计划"],
        openpyxl.load_workbook(path, data_only=True)["五年计划"],
    )
    live = [cell for row in formulas.iter_rows() for cell in row if str(cell.value).startswith("=SUM(")]
    assert len(live) >= 15
    for cell in live:
        found = re.fullmatch(r"=SUM\((\w+:\w+)\)", str(cell.value))
        assert found, cell.value
        total = sum(Decimal(str(values[c.coordinate].value)) for row in formulas[found[1]] for c in row)
        assert Decimal(str(values[cell.coordinate].value)) == pytest.approx(total, rel=Decimal("1e-9"))


# -- identity and change


def digests(project: Project, unit: str) -> dict[str, str]:
    folder = project.book / unit
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_the_same_sources_give_the_same_bytes_elsewhere_with_one_worker(built: Project, tmp_path: Path) -> None:
    other = Project(copy_project(tmp_path / "elsewhere"))
    made(other, "yumin", jobs=1)
    assert digests(other, "yumin") == digests(built, "yumin")
    listed = json.loads((other.book / "manifest.json").read_text("utf-8"))["units"]["yumin"]["files"]
    assert {name.removeprefix("yumin/"): entry["sha256"] for name, entry in listed.items()} == digests(other, "yumin")


def test_engines_agree_on_a_real_notebook(built: Project, tmp_path: Path) -> None:
    def chapter(project: Project) -> dict[str, bytes]:
        folder = project.build / "2020-08" / "yumin" / "chapters" / "04"
        return {p.name: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    for engine, start in (("fork", "spawn"), ("kernel", None)):
        other = Project(copy_project(tmp_path / engine))
        keep = re.compile(r"index|04-targets|03-current|09-plan")
        assert all(keep.search(p.name) for p in other.notebooks.glob("0[349]-*"))
        made(other, "yumin", engine=engine, start=start, formats=("xlsx",))
        assert chapter(other) == chapter(built), engine


Edit = Callable[[openpyxl.Workbook], None]


def edit(project: Project, county: str, change: Edit) -> None:
    path = next((project.rounds / "2020-08").glob(f"{county}*.xlsx"))
    workbook = openpyxl.load_workbook(path)
    change(workbook)
    workbook.save(path)


def test_a_changed_household_count_changes_its_county_and_the_prefecture_and_nothing_else(
    built: Project, tmp_path: Path
) -> None:
    other = Project(copy_project(tmp_path / "changed"))

    def seven_more(workbook: openpyxl.Workbook) -> None:
        cell = workbook["2000年底以前"]["G5"]
        cell.value = int(cell.value) + 7

    edit(other, "裕民县", seven_more)
    only: tuple[Format, ...] = ("xlsx",)
    made(other, "tacheng", "yumin", "tuoli", formats=only)
    control = Project(copy_project(tmp_path / "control"))
    made(control, "tuoli", formats=only)
    assert facts_of(other, "tuoli") == facts_of(control, "tuoli")
    for unit in ("tacheng", "yumin"):
        before, after = facts_of(built, unit), facts_of(other, unit)
        for id in ("stock.households", "stock.before.households", "plan.households", "goal.households"):
            assert after[id]["value"] == before[id]["value"] + 7, id
    before, after = facts_of(built, "tacheng"), facts_of(other, "tacheng")
    changed = {id for id in before if before[id]["value"] != after[id]["value"]}
    others = ("tachengshi", "wusu", "shawan", "emin", "tuoli", "hebukesaier")
    assert not [id for id in changed if set(id.split(".")) & set(others)]


def test_an_override_shows_in_the_chapter_and_on_the_cover(tmp_path: Path) -> None:
    project = Project(copy_project(tmp_path / "override"))
    made(project, "yumin", formats=("html", "pdf"), overrides={"targets.2021": 35})
    targets = html_pages(project.book / "yumin" / "html")["04-targets.html"].text_content()
    assert "2021年，完成35%左右" in squeeze(targets)
    cover = pypdfium2.PdfDocument(book(project, "yumin", ".pdf"))[0].get_textpage().get_text_range()
    assert "targets.2021=35" in squeeze(cover)


# -- what goes wrong


def break_a_cell(workbook: openpyxl.Workbook) -> None:
    workbook["2000年底以前"]["G6"].value = "很多"


def test_an_error_in_a_workbook_stops_its_county_and_the_prefecture_only(tmp_path: Path) -> None:
    project = Project(copy_project(tmp_path / "broken"))
    edit(project, "裕民县", break_a_cell)
    outcomes = {o.unit: o for o in build(project, Order(("tacheng", "tuoli", "yumin"), formats=("xlsx",)))}
    assert [unit for unit, o in outcomes.items() if o.fault] == ["tacheng", "yumin"]
    assert "裕民县老旧小区摸底调查表.xlsx!2000年底以前!G6" in outcomes["yumin"].fault
    assert not outcomes["yumin"].defect
    assert list((project.book / "tuoli").glob("*.xlsx")) and not (project.book / "yumin").exists()


def test_accepted_errors_are_said_on_the_cover(tmp_path: Path) -> None:
    project = Project(copy_project(tmp_path / "accepted"))
    edit(project, "裕民县", break_a_cell)
    made(project, "yumin", formats=("html",), accept_errors=True)
    index = html_pages(project.book / "yumin" / "html")["index.html"]
    assert "有1处错误尚未改正" in squeeze(index.text_content())


def test_a_county_that_sent_nothing_is_named_on_the_prefectures_cover(tmp_path: Path) -> None:
    project = Project(copy_project(tmp_path / "absent"))
    next((project.rounds / "2020-08").glob("裕民县*.xlsx")).unlink()
    outcomes = {o.unit: o for o in build(project, Order(("tacheng", "yumin"), formats=("html",)))}
    assert "no workbook" in outcomes["yumin"].fault
    assert "未收到裕民县的调查表" in squeeze(html_pages(project.book / "tacheng" / "html")["index.html"].text_content())


def test_a_book_in_place_survives_a_build_that_fails(built: Project, tmp_path: Path) -> None:
    project = Project(copy_project(tmp_path / "kept"))
    shutil.copytree(built.book / "yumin", project.book / "yumin")
    before = digests(project, "yumin")
    chapter = project.chapters / "04-targets.qmd"
    chapter.write_text(chapter.read_text("utf-8") + '\n{{ fact("goal.household") }}\n', "utf-8")
    (outcome,) = build(project, Order(("yumin",), formats=("html",)))
    assert "goal.households" in outcome.fault and "chapters/04-targets.qmd: line" in outcome.fault
    assert digests(project, "yumin") == before
