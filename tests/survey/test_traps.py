"""Whatever clerks do to a workbook: it is read as it was meant, or the issue is at that very cell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planbook.survey import form
from planbook.survey.read import CountySurvey, read_county_bytes

from .conftest import COUNTIES
from .traps import CATEGORIES, KEYS, LAYOUTS, SPOILS, Layout, Row, Written, as_csv, books, written

YUMIN = next(county for county in COUNTIES if county.name == "裕民县")
FORM = Layout()
ASKED = [key for key in KEYS if key != "serial"]
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


def read(data: bytes, name: str = "裕民县.xlsx") -> CountySurvey:
    return read_county_bytes(name, data, YUMIN, 2020)


def true(key: str, value: Any) -> Any:
    """What a frame holds for the true value of a cell."""
    if key in CATEGORIES:
        return tuple(f"{CATEGORIES[key]}{int(item):02}" for item in value.split("、"))
    if key == "county":
        return YUMIN.id
    return Decimal(str(value)) if isinstance(value, float) else value


def lines(survey: CountySurvey) -> dict[tuple[str, int], Row]:
    return {(row["sheet"], row["row"]): row for row in survey.communities.to_dict("records")}


def untrue(survey: CountySurvey, rows: dict[str, list[Row]], made: Written) -> set[tuple[str, str]]:
    """(sheet, cell) where something else was read than the truth."""
    found, wrong = lines(survey), set()
    for (sheet, number, key), (title, cell) in made.places.items():
        if key in ASKED:
            row = found.get((title, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))), {})
            value = None if not row or row[key] is pd.NA else row[key]
            if value != true(key, rows[sheet][number][key]):
                wrong.add((title, cell))
    return wrong


@settings(QUICK, max_examples=40)
@given(rows=books(), layout=LAYOUTS)
def test_a_clerks_layout_changes_nothing_that_is_read(rows: dict[str, list[Row]], layout: Layout) -> None:
    made = written(rows, layout)
    survey = read(made.data())
    assert untrue(survey, rows, made) == set()
    assert len(survey.communities) == sum(map(len, rows.values())), "totals and notes are no communities"
    assert {issue.code for issue in survey.issues if issue.severity == "error"} == set()
    told = {"hidden", "extra-column", "missing-optional", "sheet-guess", "header-guess"}
    assert {issue.code for issue in survey.issues} <= told


@settings(QUICK, max_examples=40)
@given(rows=books(), layout=LAYOUTS, data=st.data())
def test_every_spoilt_cell_is_read_right_or_named(rows: dict[str, list[Row]], layout: Layout, data: Any) -> None:
    made, spoilt = written(rows, layout), set()
    for _ in range(data.draw(st.integers(1, 5))):
        name = data.draw(st.sampled_from(sorted(SPOILS)))
        keys, spoil = SPOILS[name]
        sheet, number, key = data.draw(st.sampled_from([place for place in made.places if place[2] in keys]))
        title, cell = made.places[sheet, number, key]
        if (title, cell) not in spoilt and (title, cell) not in merged(made):
            spoilt.add((title, cell))
            made.book[title][cell] = spoil(rows[sheet][number][key], key)
    survey = read(made.data())
    named = {(issue.sheet, issue.cell) for issue in survey.issues}
    wrong = untrue(survey, rows, made)
    assert wrong <= spoilt, "no other cell is touched"
    assert wrong <= named, "nothing is misread in silence"
    assert len(survey.communities) == sum(map(len, rows.values())), "no row is dropped"


def merged(made: Written) -> set[tuple[str, str]]:
    return {
        (page.title, cell.coordinate)
        for page in made.book.worksheets
        for span in page.merged_cells.ranges
        for line in page[span.coord]
        for cell in line
    }


ONE = {
    "serial": 1, "county": "裕民县", "name": "红柳新村", "year_built": 1989, "property_type": "公房", "area": 0.98,
    "households": 120, "buildings": 3, "needs_basic": "1、4", "needs_improve": "6、3", "needs_enhance": "2、5",
    "funding": "中央补助", "investment": 288.0, "per_household": 2.4, "management": "社区代管",
    "renovation": "未改造", "plan_year": 2021, "funded_year": None,
}  # fmt: skip
UNREADABLE = {"words", "negative", "zero", "dash", "blank", "error value", "formula", "too late", "beyond",
              "none of them", "another county", "markup", "long"}  # fmt: skip
DOUBTED = {"about", "about, at the end", "square metres", "yuan", "span", "years", "decade", "two of them"}


@pytest.mark.parametrize("name", SPOILS)
def test_a_trap_alone_is_as_grave_as_it_is(name: str) -> None:
    keys, spoil = SPOILS[name]
    for key in keys:
        rows = {"before": [ONE, ONE | {"name": "金桥小区", "year_built": 1989}], "after": [], "historic": []}
        made = written(rows, FORM)
        title, cell = made.places["before", 1, key]
        made.book[title][cell] = spoil(ONE[key] if key != "name" else "金桥小区", key)
        survey = read(made.data())
        grave = {issue.severity for issue in survey.issues if (issue.sheet, issue.cell) == (title, cell)}
        assert grave == ({"error"} if name in UNREADABLE else {"warning"} if name in DOUBTED else set()), (key, name)
        if not grave:
            assert untrue(survey, rows, made) == set()
        elsewhere = {(i.sheet, i.cell) for i in survey.issues if i.severity != "note"} - {(title, cell)}
        assert elsewhere == set(), (key, name)
        if name not in UNREADABLE:
            assert any((c.sheet, c.cell) == (title, cell) for c in survey.corrections), (key, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_there_are(encoding: str) -> None:
    survey = read(as_csv([ONE], encoding), "裕民县2000年底以前.csv")
    row = survey.communities.iloc[0]
    assert [row[key] for key in ASKED[1:8]] == [true(key, ONE[key]) for key in ASKED[1:8]]
    assert {issue.code for issue in survey.issues} == {"missing-sheet"}
    assert set(survey.communities["period"]) == {"before"}
    assert form.sheet("before").name in survey.communities["sheet"][0]
