"""A round's folder: whose each workbook is, what is looked at, what the frames hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from make_survey import make_round
from openpyxl import load_workbook
from survey_sheets import COUNTIES as MADE_COUNTIES
from survey_sheets import sheets

from planbook.errors import InputError
from planbook.survey import form
from planbook.survey.store import County, Survey, open_survey, read_county

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, rounds: Path) -> Path:
    """A round of two small counties, to be added to."""
    folder = tmp_path / "第 1 轮"
    folder.mkdir()
    for name in ("round.yml", "裕民县老旧小区摸底调查表.xlsx", "托里县老旧小区摸底调查表.xlsx"):
        shutil.copy(rounds / "2020-08" / name, folder / name)
    return folder


def test_reading_gives_back_what_was_written(august: Survey) -> None:
    communities, annual, willingness = august.communities, august.annual, august.willingness
    items = {"needs_basic": "J", "needs_improve": "W", "needs_enhance": "T"}
    for county, rows in make_round().items():
        written = sheets(county, MADE_COUNTIES[county][0], rows)
        expected = [row for key in form.COMMUNITY_SHEETS for row in written[key]]
        found = communities[communities["county"] == county].to_dict("records")
        assert len(found) == len(expected)
        for got, row in zip(found, expected, strict=True):
            for key in ("name", "property_type", "renovation", "funding", "management"):
                assert got[key] == row[key]
            for key in ("year_built", "households", "buildings", "plan_year", "funded_year"):
                assert (None if pd.isna(got[key]) else got[key]) == row[key]
            for key in ("area", "investment", "per_household"):
                assert got[key] == row[key]
            for key, category in items.items():
                assert got[key] == tuple(f"{category}{int(i):02}" for i in row[key].split("、"))
        asked = willingness[willingness["county"] == county].to_dict("records")
        for got, row in zip(asked, written["willingness"], strict=True):
            assert [got[key] for key in ("name", "sent", "returned", "willing", "neutral", "unwilling")] == [
                row[key] for key in ("name", "sent", "returned", "willing", "neutral", "unwilling")
            ]
            assert "、".join(form.ITEM_NAMES.get(c, c) for c in got["concerns"]) == row["concerns"]
        if county != "yumin":  # one cell of its annual form is mistyped on purpose
            for got, row in zip(annual[annual["county"] == county].to_dict("records"), written["annual"], strict=True):
                assert {key: got[key] for key in got if key in row and key != "county"} == {
                    key: row[key] for key in row if key not in ("prefecture", "county")
                }


def test_file_sheet_row_and_column_lead_to_the_cell(august: Survey, rounds: Path) -> None:
    book = load_workbook(rounds / "2020-08" / "塔城市老旧小区摸底调查表.xlsx")
    rows = august.communities[august.communities["county"] == "tachengshi"]
    assert set(rows["period"]) == {"before", "after", "historic"}
    for row in rows.to_dict("records"):
        page, sheet = book[row["sheet"]], form.sheet(row["period"])
        for key in ("name", "households", "year_built", "renovation"):
            assert page[f"{sheet.letter(key)}{row['row']}"].value == row[key]
        assert Decimal(str(page[f"{sheet.letter('area')}{row['row']}"].value)) == row["area"]
        assert row["file"] == "塔城市老旧小区摸底调查表.xlsx"


def test_frames_follow_the_counties_order_and_have_fixed_types(august: Survey, counties: tuple[County, ...]) -> None:
    assert list(dict.fromkeys(august.communities["county"])) == [county.id for county in counties]
    assert list(august.communities.index) == list(range(len(august.communities)))
    types = august.communities.dtypes
    assert {key for key in types.index if types[key] == "Int64"} == {
        "year_built",
        "households",
        "buildings",
        "plan_year",
        "funded_year",
        "row",
    }
    assert set(map(str, types)) == {"Int64", "object"}
    assert all(isinstance(area, Decimal) for area in august.communities["area"])
    unplanned = august.communities[august.communities["plan_year"].isna()].iloc[0]
    assert (unplanned["funding"], unplanned["investment"], unplanned["plan_year"]) == (None, None, pd.NA)


def test_nothing_read_has_the_same_columns_and_types(august: Survey, folder: Path, counties: tuple) -> None:
    for path in folder.glob("*.xlsx"):
        path.unlink()
    survey = open_survey(folder, counties, cache=None)
    assert survey.missing == tuple(county.id for county in counties)
    for table in ("communities", "annual", "willingness"):
        empty, full = getattr(survey, table), getattr(august, table)
        assert empty.empty
        pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def test_counties_without_a_workbook_are_missing(folder: Path, counties: tuple) -> None:
    survey = open_survey(folder, counties, cache=None)
    assert list(survey.counties) == ["tuoli", "yumin"]
    assert survey.missing == ("tachengshi", "wusu", "shawan", "emin", "hebukesaier")


def test_lock_files_hidden_files_and_other_files_are_passed_over(folder: Path, counties: tuple) -> None:
    for name in ("~$裕民县老旧小区摸底调查表.xlsx", ".裕民县.xlsx", "说明.txt", "Thumbs.db"):
        (folder / name).write_bytes(b"x")
    (folder / "乌苏市.xlsx").mkdir()
    assert list(open_survey(folder, counties, cache=None).counties) == ["tuoli", "yumin"]


def test_every_source_looked_at_is_reported(folder: Path, counties: tuple) -> None:
    reported: list[Path] = []
    open_survey(folder, counties, cache=folder / "cache", report=reported.append)
    assert reported == [folder, folder / "round.yml", folder / "corrections.yml", *sorted(folder.glob("*.xlsx"))]


def test_only_the_counties_asked_for_are_opened(folder: Path, counties: tuple) -> None:
    (folder / "沙湾县（副本）.xlsx").write_bytes(b"broken")
    (folder / "沙湾市.xlsx").write_bytes(b"broken")
    reported: list[Path] = []
    survey = open_survey(folder, counties, only=("yumin", "emin"), cache=None, report=reported.append)
    assert (list(survey.counties), survey.missing) == (["yumin"], ("emin",))
    assert reported[2:] == [folder / "corrections.yml", folder / "裕民县老旧小区摸底调查表.xlsx"]


def test_two_workbooks_of_one_county_are_an_error_naming_both_and_one_counts(folder: Path, counties: tuple) -> None:
    shutil.copy(folder / "裕民县老旧小区摸底调查表.xlsx", folder / "裕民县最终版.xlsx")
    survey = open_survey(folder, counties, cache=None)
    found = [i for i in survey.issues if i.severity == "error"]
    assert {(i.file, i.code) for i in found} == {
        ("裕民县最终版.xlsx", "two-workbooks"),
        ("裕民县老旧小区摸底调查表.xlsx", "two-workbooks"),
    }
    assert "裕民县最终版.xlsx、裕民县老旧小区摸底调查表.xlsx，只计“裕民县最终版.xlsx”一份" in found[0].message
    assert len(survey.counties["yumin"].communities) == 22
    assert set(survey.counties["yumin"].communities["file"]) == {"裕民县最终版.xlsx"}


def test_workbook_of_no_name_belongs_to_the_county_of_its_rows(folder: Path, counties: tuple) -> None:
    (folder / "裕民县老旧小区摸底调查表.xlsx").rename(folder / "汇总.xlsx")
    survey = open_survey(folder, counties, cache=None)
    assert survey.counties["yumin"].file == "汇总.xlsx"
    assert len(survey.counties["yumin"].communities) == 22


@pytest.mark.parametrize("name", ["汇总.xlsx", "托里县和裕民县.xlsx"])
def test_workbook_of_unclear_county_is_an_error_of_every_book(folder: Path, counties: tuple, name: str) -> None:
    (folder / name).write_bytes(b"not a workbook")
    for only in (None, ("yumin",)):
        survey = open_survey(folder, counties, only=only, cache=None)
        found = [(i.file, i.code) for i in survey.issues if i.severity == "error"]
        assert (name, "unclear-county") in found
        assert "如“某某县.xlsx”" in next(i.message for i in survey.issues if i.code == "unclear-county")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("乌苏市.xlsx", b"", "unreadable"),
        ("乌苏市.xlsx", b"%PDF-1.4", "format"),
        ("乌苏.xls", b"\xd0\xcf\x11\xe0", "unreadable"),
        ("乌苏.et", b"PK", "format"),
    ],
)
def test_workbook_that_cannot_be_opened_is_an_issue_of_its_file(
    folder: Path, counties: tuple, name: str, data: bytes, code: str
) -> None:
    (folder / name).write_bytes(data)
    survey = open_survey(folder, counties, cache=None)
    assert [(i.file, i.sheet, i.cell, i.code) for i in survey.issues if i.severity == "error"] == [(name, "", "", code)]
    assert survey.counties["wusu"].communities.empty
    assert "wusu" not in survey.missing
    assert len(survey.communities) == 22 + 36


def test_former_name_of_a_county_is_read_and_said(small: Any, write: Write) -> None:
    county = County("shawan", "沙湾市", "654203", ("裕民县",))
    survey = read_county(write(small), county)
    assert set(survey.communities["county_name"]) == {"沙湾市"}
    assert set(survey.communities["county"]) == {"shawan"}
    first = survey.corrections[0]
    assert (first.cell, first.raw, first.value, first.rule) == ("B5", "裕民县", "沙湾市", "alias")


def test_missing_folder_is_refused_with_the_rounds_there_are(rounds: Path, counties: tuple) -> None:
    with pytest.raises(InputError) as error:
        open_survey(rounds / "2020-09", counties, cache=None)
    assert "2020-09" in error.value.message
    assert "2020-05, 2020-08" in error.value.cure
