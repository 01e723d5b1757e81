"""`audit` on the command line, and builds that it stops."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from planbook.cli import main
from tests.test_cli import run, spoil

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_a_rule_that_fails_is_exit_one_with_its_row_and_cure(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "audit", "裕民县")
    assert code == 1
    assert text.splitlines()[0] == "裕民县 (yumin, 2020-08): fails 1, not computable 1, passes 26, not applicable 1"
    assert "裕民县2023年2000年底以前户数，年度计划表填146户，小区清单合计416户" in text
    assert "裕民县老旧小区摸底调查表.xlsx!老旧小区改造年度计划表!7" in text
    assert text.index("→核对年度计划表") < text.index("not computable  ") < text.index("\npasses")


def test_a_plan_that_keeps_its_rules_is_exit_zero(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "audit", "shawan")
    assert code == 0 and "fails" not in text
    assert run(capsys, "audit", "shawan", "-P", "rules.post_share_cap=1")[0] == 1


def test_units_come_worst_first_and_json_has_the_same_content(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "--json", "-"])
    said = capsys.readouterr()
    units = json.loads(said.out)["units"]
    assert [unit["unit"] for unit in units[:2]] == ["tacheng", "wusu"] and len(units) == 8
    failures = [[rule["verdict"] for rule in unit["rules"]].count("fail") for unit in units]
    assert failures == sorted(failures, reverse=True) and failures[-1] == 0
    for unit in units:
        for rule in unit["rules"]:
            assert rule["title"] in said.err and rule["clause"] in said.err and rule["limit"] in said.err
            for place in rule["rows"][:8]:
                assert f"!{place['row']}" in said.err and place["name"] in said.err
    (emin,) = (unit for unit in units if unit["unit"] == "emin")
    over = emin["rules"][0]
    assert over["id"] == "post-share.2023" and Decimal(over["figure"]) > 16 and over["limit"] == "≤15%"
    assert [(row["name"], row["sheet"], row["row"]) for row in over["rows"]] == [("新华路30号院", "2000年底以后", 12)]


def test_a_published_document_is_checked_against_the_prefecture(
    here: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, text = run(
        capsys, "audit", "shawan", "--published", "data/published/2021-2025.yml", "--json", str(tmp_path / "a.json")
    )
    assert code == 1
    assert "2021-2025.yml, held against itself, the rules and the survey of 塔城地区: 24 contradictions" in text
    published = json.loads((tmp_path / "a.json").read_text("utf-8"))["published"]
    assert all(finding["text"] in text for finding in published["findings"])
    assert run(capsys, "audit", "shawan", "--published", "data/published/none.yml")[0] == 1


def test_cells_that_cannot_be_read_are_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    spoil(project)
    code, text = run(capsys, "audit", "yumin")
    assert code == 1 and "cells that could not be read and count as blank: 1" in text


def test_a_county_without_a_workbook_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    next((project / "data" / "survey" / "2020-08").glob("裕民县*")).unlink()
    assert "not in the figures, for no workbook came: 裕民县" in run(capsys, "audit", "tacheng")[1]
    text = run(capsys, "audit", "tuoli", "yumin")[1]
    assert "裕民县 (yumin, 2020-08): not computable" in text
    code, text = run(capsys, "audit", "yumin")
    assert code == 1 and "holds no workbook of this unit" in text


@pytest.mark.parametrize("how", ["--strict", "params"])
def test_strict_stops_a_unit_that_breaks_a_rule_before_any_notebook_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    monkeypatch.chdir(project)
    if how == "params":
        with (project / "params" / "yumin.yml").open("a", encoding="utf-8") as file:
            file.write("strict: true\n")
    code, text = run(capsys, "build", "yumin", *(["--strict"] if how == "--strict" else []))
    assert code == 1
    assert "裕民县: not built" in text and "rules that fail: 1" in text
    assert "年度计划表填146户，小区清单合计416户。核对年度计划表" in text and "audit yumin" in text
    assert not (project / "_book").exists() and not (project / "_build" / "2020-08").exists()
