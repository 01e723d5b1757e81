"""What a round's form has beyond the common one: read like any other column, refused where it means two things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from planbook.errors import InputError
from planbook.survey import form
from planbook.survey.rounds import read_round
from planbook.survey.store import Survey, open_survey, warm_cache

from .conftest import COUNTIES

ROUND = """\
date: "2020-08"
label: 2020年8月
surveyor: 住建局
coverage: 各县（市）
synthetic: true
needs_weights: [5]
"""
COLUMNS = """\
columns:
  - {key: lifts, header: 电梯数（部）, kind: count, unit: 部, required: true, also: [电梯台数]}
  - {key: heating, header: 供热方式, kind: choice, choices: [集中供热, 分户供热]}
headers:
  households: [入住户数]
"""
BEFORE = form.sheet("before")
LAST = len(BEFORE.columns)


def survey(folder: Path, rules: str, cache: Path | None = None, **cells: Any) -> Survey:
    """The round in `folder`, which holds one workbook, with cells of the first sheet changed."""
    (folder / "round.yml").write_text(ROUND + rules, "utf-8")
    path = next(folder.glob("*.xlsx"))
    book = load_workbook(path)
    for address, value in cells.items():
        book[BEFORE.name][address] = value
    book.save(path)
    if cache:
        warm_cache(folder, COUNTIES, cache)
    return open_survey(folder, COUNTIES, only=["yumin"], cache=cache)


@pytest.fixture
def folder(tmp_path: Path, small: Any, write: Any) -> Path:
    place = tmp_path / "2020-08"
    place.mkdir()
    (place / "裕民县.xlsx").write_bytes(write(small).read_bytes())
    return place


def test_its_values_are_typed_placed_and_kept(folder: Path, tmp_path: Path) -> None:
    cells = {"S4": "电梯台数", "S5": "3部", "S6": 2, "T4": "供热方式", "T5": "集中供热", "G4": "入住户数（户）"}
    for _again in range(2):  # from the workbook, then from the cache
        found = survey(folder, COLUMNS, tmp_path / "cache", **cells)
        frame = found.communities
        assert list(frame["lifts"][:2]) == [3, 2] and frame["lifts"].dtype == "Int64"
        assert frame["heating"][0] == "集中供热"
        assert frame["households"][0] == 120, "under another header"
        assert "lifts=S5" in frame["places"][0]
    said = {(issue.code, issue.cell) for issue in found.issues if issue.sheet == BEFORE.name}
    assert said == set()
    missing = {issue.sheet for issue in found.issues if issue.code == "missing-column"}
    assert missing == {"2000年底以后", "历史文化街区"}, "a required column that two sheets lack"


def test_what_cannot_be_read_in_it_is_said_at_its_cell(folder: Path) -> None:
    found = survey(folder, COLUMNS, S4="电梯数（部）", S5="若干", S6=1, T4="供热方式", T5="电热毯")
    said = {(issue.code, issue.cell) for issue in found.issues if issue.sheet == BEFORE.name}
    assert said == {("not-a-number", "S5"), ("unknown-choice", "T5")}


@pytest.mark.parametrize("field", ["lifts", "电梯数", "电梯数（部）", "电梯台数"])
def test_a_mend_names_it_by_key_header_or_other_word(folder: Path, field: str) -> None:
    mend = f"- {{file: 裕民县.xlsx, community: 红柳新村, field: {field}, expect: 若干, value: 4, reason: 电话更正}}\n"
    (folder / "corrections.yml").write_text(mend, "utf-8")
    found = survey(folder, COLUMNS, C5="红柳新村", S4="电梯数（部）", S5="若干", S6=1, T4="供热方式")
    assert found.communities["lifts"][0] == 4
    assert [(one.cell, one.raw, one.value) for one in found.corrections if one.rule.endswith("电话更正")] == [
        ("S5", "若干", "4")
    ]
    with pytest.raises(InputError, match="no column"):
        survey(folder, "", D5=1990)


def test_without_it_the_column_is_only_mentioned(folder: Path) -> None:
    found = survey(folder, "", S4="电梯数（部）", S5=3)
    assert {issue.code for issue in found.issues} == {"extra-column"}
    assert "lifts" not in found.communities


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("columns:\n  - {key: area, header: 电梯数, kind: count}\n", "line 8: columns.0: the form has a column area"),
        ("columns:\n  - {key: lifts, header: 户数, kind: count}\n", "“户数” heads the form's column households"),
        ("columns:\n  - {key: lifts, header: 电梯, kind: choice}\n", "choices go with kind: choice"),
        ("columns:\n  - {key: lifts, header: 电梯, kind: year}\n", "columns.0.kind"),
        ("headers:\n  flats: [套数]\n", "no column flats"),
        ("headers:\n  area: [套数]\n  households: [套数]\n", "“套数” heads two columns"),
    ],
)
def test_a_word_of_two_meanings_is_refused(tmp_path: Path, rules: str, says: str) -> None:
    (tmp_path / "round.yml").write_text(ROUND + rules, "utf-8")
    with pytest.raises(InputError) as error:
        read_round(tmp_path)
    assert says in str(error.value)
