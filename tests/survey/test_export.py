"""What other programs get: the agreed shape, nulls for what could not be read, CSV that Excel opens as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planbook.survey.export import Export, csv_text, export, inert, json_text, schema
from planbook.survey.issues import Issue, printable, worst_first
from planbook.survey.rounds import implied_round
from planbook.survey.store import County, Survey, read_county

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"yumin": "裕民县", "emin": "额敏县"}


@pytest.fixture
def survey(small: dict, write: Callable[..., Path], tmp_path: Path) -> Callable[..., Survey]:
    def read(**changes: Any) -> Survey:
        small["before"][0].update(changes)
        read = read_county(write(small), County("yumin", "裕民县", "654225"))
        return Survey(implied_round(tmp_path), {"yumin": read}, ("emin",))

    return read


def written(survey: Survey) -> dict[str, Any]:
    return json.loads(json_text(export([survey], NAMES)))


def test_a_community_has_the_agreed_shape(survey: Callable[..., Survey]) -> None:
    found = written(survey())
    assert list(found) == ["communities", "issues", "corrections", "summary"]
    assert found["communities"][0] == {
        "county": "裕民县",
        "name": "红柳新村<东>",
        "year_built": 1989,
        "property_type": "公房",
        "area": 0.98,
        "households": 120,
        "buildings": 3,
        "needs": {"basic": ["J01", "J04", "J14"], "improve": ["W06"], "enhance": []},
        "funding": "中央补助",
        "investment": 288.5,
        "management": "社区代管",
        "renovation": "未改造",
        "plan_year": 2021,
        "period": "before",
        "historic": False,
        "source": {"file": "裕民县.xlsx", "sheet": "2000年底以前", "row": 5},
    }


def test_what_could_not_be_read_is_null_and_its_row_stays(survey: Callable[..., Survey]) -> None:
    found = written(survey(households="很多", needs_basic="99", area=None))
    first = found["communities"][0]
    assert (first["households"], first["area"], first["needs"]["basic"]) == (None, None, None)
    assert first["needs"]["improve"] == ["W06"] and first["buildings"] == 3
    assert len(found["communities"]) == 3
    issue = next(one for one in found["issues"] if one["cell"] == "G5")
    assert issue == {
        "severity": "error",
        "code": "not-a-number",
        "file": "裕民县.xlsx",
        "sheet": "2000年底以前",
        "cell": "G5",
        "raw": "很多",
        "value": None,
        "message": issue["message"],
    }


def test_the_summary_counts_by_county_severity_and_code(survey: Callable[..., Survey]) -> None:
    summary = written(survey(households="很多", plan_year="明年"))["summary"]
    assert summary["issues"] == {"error": 2, "warning": 0, "note": 0}
    assert sum(summary["codes"].values()) == 2
    assert (summary["files"], summary["missing"], summary["rounds"]) == (1, ["额敏县"], [summary["rounds"][0]])
    totals = {"communities": 3, "households": 200, "buildings": 9, "area": 2.94, "investment": 769.0}
    assert summary["totals"] == totals
    assert summary["counties"] == [{**totals, "county": "裕民县"}]


def test_the_schema_in_docs_is_that_of_the_model_and_fits_what_is_written(survey: Callable[..., Survey]) -> None:
    assert (ROOT / "docs" / "survey.schema.json").read_text("utf-8") == schema(), "run tools/survey_docs.py"
    assert json.loads(schema())["required"] == ["communities", "issues", "corrections", "summary"]
    Export.model_validate_json(json_text(export([survey()], NAMES)))


def test_csv_opens_in_excel_and_holds_no_formula(survey: Callable[..., Survey]) -> None:
    text = csv_text(survey(households='=HYPERLINK("x")').issues)
    assert text.startswith("\ufeff严重程度,代码,文件")
    line = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert (line["严重程度"], line["单元格"]) == ("错误", "G5")


@pytest.mark.parametrize(
    ("text", "said"),
    [("=1+1", "'=1+1"), (" @x", "' @x"), ("-5", "'-5"), ("\tx", "'\tx"), ("＝1", "'＝1"), ("12户", "12户"), ("", "")],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text(text: str, said: str) -> None:
    assert inert(text) == said


def test_issues_stand_by_file_the_worst_file_and_the_worst_issue_first() -> None:
    def issue(file: str, cell: str, severity: Any, sheet: str = "表") -> Issue:
        return Issue(file, sheet, cell, "c", severity, "", "")

    wanted = [
        issue("b", "", "error", ""),
        issue("b", "B9", "error"),
        issue("b", "AA9", "error"),
        issue("b", "A10", "error"),
        issue("b", "A1", "note"),
        issue("a", "A1", "error"),
        issue("a", "A2", "warning"),
        issue("c", "A1", "warning"),
    ]
    assert worst_first(reversed(wanted)) == wanted


def test_what_steers_a_terminal_is_not_shown() -> None:
    assert printable("a\x1b[2J\n\u202eb  c") == "a\ufffd[2J \ufffdb c"
    assert printable("一二三四五", 4) == "一二三…"
