"""A well-formed workbook spoilt in one place: the issue names that very cell, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from survey_form import workbook_bytes

from planbook.survey import clean, form
from planbook.survey.store import County, CountySurvey, read_county

from .conftest import SMALL

YUMIN = County("yumin", "裕民县", "654225", ("裕民",))
Write = Callable[..., Path]


def read(path: Path) -> CountySurvey:
    return read_county(path, YUMIN, surveyed=2020)


def spoilt(path: Path, sheet: str, **cells: Any) -> Path:
    """The workbook with cells of one sheet set by address."""
    book = load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)
    return path


def test_well_formed_workbook_has_no_issues(small: Any, write: Write) -> None:
    survey = read(write(small))
    assert survey.issues == survey.corrections == ()
    assert [len(t) for t in (survey.communities, survey.annual, survey.willingness)] == [3, 1, 1]
    first = survey.communities.iloc[0]
    assert (first["name"], first["area"], first["households"]) == ("红柳新村<东>", Decimal("0.98"), 120)
    assert (first["needs_basic"], first["needs_improve"], first["needs_enhance"]) == (
        ("J01", "J04", "J14"),
        ("W06",),
        (),
    )
    assert (first["county"], first["county_name"], first["period"]) == ("yumin", "裕民县", "before")
    assert (first["file"], first["sheet"], first["row"]) == ("裕民县.xlsx", "2000年底以前", 5)
    assert survey.willingness.iloc[0]["concerns"] == ("J01", "W06", "物业费")


# key of the column in row 5 of 2000年底以前, what is written there, the issue's code, what its sentence says
SPOILT = [
    ("name", None, "missing", "请填写“小区名称”"),
    ("name", "  ", "missing", "请填写“小区名称”"),
    ("households", None, "missing", "请填写“户数（户）”"),
    ("households", "若干户", "not-a-number", "请更正“若干户”"),
    ("households", "3栋", "not-a-number", "请更正“3栋”"),
    ("households", "12 0", "not-a-number", "请更正“12 0”"),
    ("households", "120-130", "not-a-number", "请更正“120-130”"),
    ("households", "无", "missing", "请填写“户数（户）”"),
    ("households", "〃", "ditto", "请直接填写"),
    ("name", "同上", "ditto", "请直接填写"),
    ("name", "长" * 32000, "too-long", "32000个字符"),
    ("households", 12.5, "not-a-number", "应填整数"),
    ("households", 0, "range", "应大于0"),
    ("households", True, "not-a-number", "应填整数"),
    ("area", "0.98公顷", "not-a-number", "应填数字"),
    ("area", -0.98, "range", "应大于0"),
    ("investment", -1, "range", "应不小于0"),
    ("year_built", "解放前", "not-a-number", "四位数字的年份"),
    ("year_built", "1998-13", "not-a-number", "四位数字的年份"),
    ("year_built", 35, "not-a-number", "四位数字的年份"),
    ("year_built", 1889, "year-range", "1900—2020年"),
    ("year_built", 2021, "year-range", "1900—2020年"),
    ("funded_year", 2021, "year-range", "1900—2020年"),
    ("plan_year", 20211, "year-range", "1900—2100年"),
    ("property_type", "商铺房", "unknown-choice", "改为“商品房”"),
    ("funding", "中央补住", "unknown-choice", "改为“中央补助”"),
    ("management", "其他", "unknown-choice", "请从中选填"),
    ("renovation", "已全部拆除", "unknown-choice", "只能填未改造、局部改造"),
    ("renovation", None, "missing", "请填写“改造情况”"),
    ("needs_basic", "1、19", "unknown-item", "请更正“19”"),
    ("needs_basic", "135", "unknown-item", "用顿号隔开"),
    ("needs_basic", "停车场", "unknown-item", "请更正“停车场”"),
    ("needs_basic", "3.供热、4.供热", "unknown-item", "请更正“3.供热”"),
    ("needs_basic", 1.1, "unknown-item", "请更正“1.1”"),
    ("needs_improve", 0, "unknown-item", "1—18"),
    ("needs_enhance", "16", "unknown-item", "1—15"),
    ("county", "沙湾市", "unknown-county", "请把“沙湾市”改为“裕民县”"),
    ("county", "塔城地区", "unknown-county", "改为“裕民县”"),
    ("households", "#REF!", "error-value", "公式出错"),
    ("investment", "#N/A", "error-value", "公式出错"),
    ("per_household", "=M5/G5", "no-value", "没有计算结果"),
    ("households", "#DIV/0!", "error-value", "公式出错"),
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("good") / "裕民县.xlsx"
    path.write_bytes(workbook_bytes("裕民县", "2020年8月", SMALL))
    return read(path).communities


@pytest.mark.parametrize(("key", "value", "code", "says"), SPOILT)
def test_error_is_at_its_cell_which_alone_is_left_empty(
    small: Any, write: Write, good: pd.DataFrame, key: str, value: Any, code: str, says: str
) -> None:
    small["before"][0][key] = value
    survey = read(write(small))
    sheet = form.sheet("before")
    place = f"{sheet.letter(key)}5"
    assert [(i.file, i.sheet, i.cell, i.code, i.severity) for i in survey.issues] == [
        ("裕民县.xlsx", sheet.name, place, code, "error")
    ]
    assert says in survey.issues[0].message
    changed = ["county", "county_name"] if key == "county" else [key]
    for empty in survey.communities.loc[0, changed]:
        assert empty == () if key.startswith("needs") else pd.isna(empty)
    assert survey.communities.loc[0, "unread"] == (key,)
    others = good.columns.difference([*changed, "unread"])
    pd.testing.assert_frame_equal(survey.communities[others], good[others])
    pd.testing.assert_frame_equal(survey.communities.iloc[1:], good.iloc[1:])


def test_raw_text_of_the_cell_is_kept_in_the_issue(small: Any, write: Write) -> None:
    survey = read(spoilt(write(small), "2000年底以前", G6="约八十"))
    assert survey.issues[0].raw == "约八十"
    assert str(survey.issues[0]).startswith("裕民县.xlsx!2000年底以前!G6: ")


@pytest.mark.parametrize(
    ("sheet", "cells", "cell", "code", "says"),
    [
        ("2000年底以前", {"D6": 2001}, "D6", "year-sheet", "应填在“2000年底以后”表"),
        ("2000年底以后", {"D5": 2000}, "D5", "year-sheet", "应填在“2000年底以前”表"),
        ("居民意愿", {"C5": "无此小区"}, "C5", "unknown-community", "没有“无此小区”"),
        ("居民意愿", {"E5": 91}, "E5", "questionnaire", "多于发放的90份"),
        ("居民意愿", {"F5": 69}, "E5", "questionnaire", "合计79份"),
        ("居民意愿", {"I5": 81}, "I5", "questionnaire", "愿意出资81份"),
        ("2000年底以前", {"T6": "数据待核"}, "T6", "extra-cell", "T列"),
    ],
)
def test_warning_is_said_and_the_value_used(
    small: Any, write: Write, sheet: str, cells: dict[str, Any], cell: str, code: str, says: str
) -> None:
    survey = read(spoilt(write(small), sheet, **cells))
    found = [i for i in survey.issues if i.code == code]
    assert (found[0].sheet, found[0].cell, found[0].severity) == (sheet, cell, "warning")
    assert any(says in issue.message for issue in found)
    assert survey.communities["year_built"].notna().all()
    assert survey.willingness.notna().all(axis=None)


@pytest.mark.parametrize(("sheet", "place"), [("2000年底以前", "C6"), ("2000年底以后", "C5")])
def test_duplicate_names_the_row_it_repeats_and_keeps_both(small: Any, write: Write, sheet: str, place: str) -> None:
    survey = read(spoilt(write(small), sheet, **{place: "红柳新村<东>"}))
    found = [i for i in survey.issues if i.code == "duplicate"]
    assert [(i.sheet, i.cell, i.severity) for i in found] == [(sheet, place, "error")]
    assert "“2000年底以前”表第5行" in found[0].message
    assert list(survey.communities["name"]).count("红柳新村<东>") == 2


def test_headers_that_were_unmerged_are_still_the_forms(small: Any, write: Write) -> None:
    path = write(small)
    book = load_workbook(path)
    book["2000年底以前"].unmerge_cells("C3:C4")
    book.save(path)
    assert read(path).issues == ()


def test_missing_and_extra_sheets_are_named(small: Any, write: Write) -> None:
    path = write(small)
    book = load_workbook(path)
    del book["历史文化街区"]
    book.create_sheet("备注")["A1"] = "见附件"
    book.create_sheet("Sheet1")
    book.save(path)
    survey = read(path)
    assert [(i.code, i.severity, i.sheet, i.cell) for i in survey.issues] == [
        ("extra-sheet", "warning", "备注", ""),
        ("missing-sheet", "error", "历史文化街区", ""),
    ]
    assert len(survey.communities) == 3


def test_blank_rows_are_passed_over_and_addresses_stay(small: Any, write: Write) -> None:
    path = write(small)
    book = load_workbook(path)
    book["2000年底以前"].insert_rows(6, 3)
    book["2000年底以前"]["A7"] = 3  # numbered beforehand, nothing else in the row
    book.save(path)
    survey = read(path)
    assert survey.issues == ()
    assert list(survey.communities["row"]) == [5, 9, 5]


@pytest.mark.parametrize(
    ("key", "raw", "value", "rule"),
    [
        ("name", " 红柳新村\n", "红柳新村", "blank"),
        ("property_type", "公房 ", "公房", "blank"),
        ("county", "裕民", "裕民县", "alias"),
        ("area", 0.98765, "0.9877", "places"),
        ("needs_basic", "4、1、4", "J04、J01", "repeat"),
    ],
)
def test_reading_that_is_not_verbatim_is_a_correction(
    small: Any, write: Write, key: str, raw: Any, value: str, rule: str
) -> None:
    sheet = form.sheet("before")
    small["before"][0][key] = raw
    survey = read(write(small))
    assert survey.issues == ()
    assert [(c.sheet, c.cell, c.raw, c.value, c.rule) for c in survey.corrections] == [
        (sheet.name, f"{sheet.letter(key)}5", str(raw), value, rule)
    ]
    assert rule in clean.MENDS


def test_numbers_are_what_the_cell_shows_not_what_binary_makes_of_it(small: Any, write: Write) -> None:
    survey = read(spoilt(write(small), "2000年底以前", F5=0.1 + 0.2, F6=120, M5=1.005))
    assert [str(area) for area in survey.communities["area"][:2]] == ["0.3", "120"]
    assert survey.communities["investment"][0] == Decimal("1.005")
    assert survey.corrections == ()


def test_single_item_may_be_stored_as_a_number(small: Any, write: Write) -> None:
    assert read(spoilt(write(small), "2000年底以前", I5=4)).communities["needs_basic"][0] == ("J04",)
