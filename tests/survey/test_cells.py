"""One cell of each kind: numbers, years, choices and needs as clerks write them; and whatever else may stand there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planbook.survey import check, clean, form
from planbook.survey.amounts import chinese_number
from planbook.survey.clean import Context, Reading
from planbook.survey.form import Column
from planbook.survey.workbook import Cell

from .conftest import COUNTIES

COLUMNS = {column.key: column for column in (*form.WILLINGNESS_COLUMNS, *form.COMMUNITY_COLUMNS)}
CONTEXT = Context(COUNTIES, COUNTIES[5], 2020)


def read(key: str, value: Any, unit: str = "") -> Reading:
    return clean.read(Cell("裕民县.xlsx", "表", 7, 3, value), COLUMNS[key], CONTEXT, unit)


def said(reading: Reading) -> tuple[Any, str, str]:
    return reading.value, reading.mend, reading.doubt.code if reading.doubt else ""


@pytest.mark.parametrize(
    ("key", "raw", "value", "mend", "doubt"),
    [
        ("households", "１２０", 120, "text-number", ""),
        ("households", "1,200", 1200, "thousands", ""),
        ("households", "1，200户", 1200, "unit", ""),
        ("households", "1.2万", 12000, "unit", ""),
        ("households", "约 120 户", 120, "approximate", "approximate"),
        ("households", "120余户", 120, "approximate", "approximate"),
        ("households", "120户左右。", 120, "approximate", "approximate"),
        ("households", "120（含商铺5户）", 120, "remark", ""),
        ("households", "一百二十户", 120, "chinese-number", ""),
        ("households", datetime(1900, 4, 29), 120, "date-format", ""),
        ("households", "120、", 120, "text-number", ""),
        ("buildings", "3幢", 3, "unit", ""),
        ("buildings", "两栋", 2, "chinese-number", ""),
        ("area", "9,800㎡", "0.98", "unit", ""),
        ("area", "0.98万M2", "0.98", "unit", ""),
        ("area", ".98", "0.98", "text-number", ""),
        ("unwilling", "无", 0, "nothing", ""),
        ("investment", "￥288.5万元", "288.5", "unit", ""),
        ("investment", "预计288.5", "288.5", "text-number", ""),
        ("investment", "0.02885亿元", "288.5", "unit", ""),
        ("per_household", "2.4万元/户", "2.4", "unit", ""),
    ],
)
def test_numbers_are_read_with_what_stands_around_them(key: str, raw: Any, value: Any, mend: str, doubt: str) -> None:
    wanted = Decimal(value) if isinstance(value, str) else value
    assert said(read(key, raw)) == (wanted, mend, doubt)


@pytest.mark.parametrize(
    "raw", ["七八十户", "一百二", "百余户", "120-130", "12O", "3栋", "100+20", "120人", "1,20", True, "5户3栋", "0.9.8"]
)
def test_what_may_be_two_numbers_or_none_is_not_guessed(raw: Any) -> None:
    assert said(read("households", raw)) == (None, "", "not-a-number")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两百五十", 250), ("一千零二十", 1020),
        ("九千九百九十九", 9999), ("一万二千", 12000), ("十万", 100000), ("一九九八", 1998), ("二〇〇〇", 2000),
        ("一百二", None), ("七八十", None), ("十十", None), ("百", None), ("万", None), ("五万二", None), ("", None),
    ],
)  # fmt: skip
def test_chinese_numbers_name_each_place_once(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(("unit", "value"), [("平方米", "0.98"), ("m2", "0.98"), ("千平方米", "980"), ("", "9800")])
def test_bare_numbers_are_in_the_unit_of_their_header(unit: str, value: str) -> None:
    assert read("area", 9800, unit).value == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "year", "mend", "doubt"),
    [
        (1998, 1998, "", ""), ("1998", 1998, "text-number", ""), ("1998年", 1998, "unit", ""),
        ("98年", 1998, "short-year", ""), (98, 1998, "two-digits", "two-digits"),
        ("98", 1998, "two-digits", "two-digits"),
        ("九八年", 1998, "chinese-number", ""), ("一九九八年六月", 1998, "chinese-number", ""),
        (1998.6, 1998, "year-month", ""), ("1998.10", 1998, "year-month", ""), ("1998、6", 1998, "year-month", ""),
        ("98.6", 1998, "two-digits", "two-digits"), ("199806", 1998, "year-month", ""),
        ("1998年6月1日", 1998, "year-month", ""), ("1998/6/1", 1998, "year-month", ""),
        (date(1998, 6, 1), 1998, "date", ""), (datetime(1905, 6, 20), 1998, "date-format", ""),
        ("80年代", 1989, "decade", "decade"), ("上世纪八十年代末", 1989, "decade", "decade"),
        ("70、80年代", 1989, "decade", "decade"),
        ("1995-1998", 1998, "later-year", "year-span"), ("95-98年", 1998, "later-year", "year-span"),
        ("1990年、1995年、1998年", 1998, "later-year", "year-span"), ("1999-2002", 2002, "later-year", "year-divide"),
        ("1998年前", 1998, "approximate", "approximate"), ("建于1998年", 1998, "unit", ""),
        ("1998年（一期）", 1998, "remark", ""), ("1998-1998", 1998, "repeat", ""),
    ],
)  # fmt: skip
def test_years_are_read_as_they_are_written(raw: Any, year: int, mend: str, doubt: str) -> None:
    assert said(read("year_built", raw)) == (year, mend, doubt)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("解放前", "not-a-number"), ("1998-13", "not-a-number"), ("1998-1995", "not-a-number"), (35, "not-a-number"),
        (2099, "year-range"), ("1889", "year-range"), ("待定", "missing"), ("199O", "not-a-number"),
        (timedelta(days=1998.5), "not-a-number"), (time(8), "not-a-number"),
    ],
)  # fmt: skip
def test_what_names_no_year_is_an_error(raw: Any, code: str) -> None:
    assert said(read("year_built", raw)) == (None, "", code)


@pytest.mark.parametrize(
    ("raw", "year", "doubt"),
    [("2022年度", 2022, ""), ("22年", 2022, ""), ("2021-2022", 2021, "year-span"), ("待定", None, ""), ("—", None, "")],
)
def test_planned_years_count_by_the_first(raw: str, year: int | None, doubt: str) -> None:
    reading = read("plan_year", raw)
    assert (reading.value, reading.doubt.code if reading.doubt else "") == (year, doubt)


@pytest.mark.parametrize(
    ("key", "raw", "value", "mend", "doubt"),
    [
        ("property_type", " 公 房\n", "公房", "blank", ""),
        ("property_type", "国有公房", "公房", "synonym", ""),
        ("property_type", "①公房（含房改房）", "公房", "synonym", ""),
        ("property_type", "商品住宅楼", "商品房", "synonym", ""),
        ("property_type", "集资房", "其它", "synonym", ""),
        ("property_type", "公房/商品房", "公房", "several", "several"),
        ("funding", "中央财政专项资金", "中央补助", "synonym", ""),
        ("funding", "县级财政配套资金", "地方财政", "synonym", ""),
        ("funding", "政府专项债", "专项债券", "synonym", ""),
        ("funding", "居民自筹", "居民出资", "synonym", ""),
        ("funding", "中央补助（2021年）", "中央补助", "remark", ""),
        ("funding", "中央补助80%、居民20%", "中央补助", "several", "several"),
        ("management", "引入专业物业公司", "物业服务企业管理", "synonym", ""),
        ("management", "由社区代管", "社区代管", "synonym", ""),
        ("renovation", "尚未改造", "未改造", "synonym", ""),
        ("renovation", "局部改造（屋面）", "局部改造", "remark", ""),
        ("renovation", "是", "局部改造", "synonym", "loose-choice"),
    ],
)
def test_choices_are_read_by_what_they_mean(key: str, raw: str, value: str, mend: str, doubt: str) -> None:
    assert said(read(key, raw)) == (value, mend, doubt)


@pytest.mark.parametrize(
    ("key", "raw"),
    [("property_type", "非商品房"), ("property_type", "商业"), ("funding", "上级资金"), ("funding", "维修基金"),
     ("funding", "财政"), ("management", "无物业"), ("renovation", "已全部拆除"), ("renovation", "全部改造")],
)  # fmt: skip
def test_a_word_that_means_none_of_the_choices_is_an_error(key: str, raw: str) -> None:
    assert said(read(key, raw)) == (None, "", "unknown-choice")


@pytest.mark.parametrize(
    ("key", "raw", "codes", "doubt"),
    [
        ("needs_basic", "1、3、5", "J01 J03 J05", ""), ("needs_basic", "①③⑤", "J01 J03 J05", ""),
        ("needs_basic", "1.供水 2.供热", "J01 J04", ""), ("needs_basic", "1供水、4供热", "J01 J04", ""),
        ("needs_basic", "①供水②排水③供热", "J01 J05 J04", ""), ("needs_basic", "1、供水；2、供热", "J01 J04", ""),
        ("needs_basic", "供水改造、更换供热管网", "J01 J04", ""), ("needs_basic", "水、电、暖", "J01 J02 J04", ""),
        ("needs_basic", "1·4·14", "J01 J04 J14", ""), ("needs_basic", "第1项、第3项", "J01 J03", ""),
        ("needs_basic", "1-3", "J01 J02 J03", "item-range"), ("needs_basic", 1.3, "J01 J03", "item-decimal"),
        ("needs_basic", datetime(2020, 1, 3), "J01 J03", "item-decimal"), ("needs_basic", 3.0, "J03", ""),
        ("needs_basic", "1、3、3", "J01 J03", ""), ("needs_basic", "J1、J03", "J01 J03", ""),
        ("needs_basic", "无", "", ""), ("needs_improve", "围墙、出入口", "W04", ""),
        ("needs_improve", "停车、绿化、路灯", "W06 W02 W03", ""), ("needs_enhance", "便民市场/便利店", "T12 T13", ""),
    ],
)  # fmt: skip
def test_needs_are_read_by_number_and_by_name(key: str, raw: Any, codes: str, doubt: str) -> None:
    reading = read(key, raw)
    assert (reading.value, reading.doubt.code if reading.doubt else "") == (tuple(codes.split()), doubt)


@pytest.mark.parametrize("raw", ["1、19", "0", "135", 135, 1.1, "1、停车场", "3.供热、4.供热", "1-4-14", "W01", "全部"])
def test_what_is_not_in_the_catalogue_is_an_error_as_a_whole(raw: Any) -> None:
    assert said(read("needs_basic", raw)) == ((), "", "unknown-item")


# ── whatever else ────────────────────────────────────────────────────────────────────────────────────────────────────

SIGNS = (
    "0123456789０１９.,，、；;/-—~至到()（）①③⑤年月日约万元户栋㎡米平方一二十百千〇零"
    "供水热改造公房商品中央补助同上无〃 \n\t'=+%#"
)
TEXTS = st.one_of(st.text(SIGNS, max_size=14), st.text(max_size=12))
VALUES = st.one_of(
    TEXTS, st.integers(-10, 10**7), st.floats(allow_nan=True), st.booleans(), st.none(), st.just("长" * 32000),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
)  # fmt: skip


def verbatim(value: Any, raw: Any, column: Column) -> bool:
    """Whether the cell says just this."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return value in (None, ())
    if column.kind == "county":
        return raw == next(county.name for county in COUNTIES if county.id == value)
    if column.kind in ("items", "concerns"):
        parts: Sequence[str] = str(int(raw) if isinstance(raw, float) else raw).split("、")
        return [p.strip().lstrip("0") for p in parts] == [v[1:].lstrip("0") for v in value] or list(value) == parts
    if column.kind in ("text", "choice"):
        return value == Cell("", "", 1, 0, raw).text
    return bool(raw == value) or (isinstance(raw, float) and Decimal(format(raw, ".15g")) == value)


@settings(deadline=None, max_examples=400)
@given(
    value=VALUES, key=st.sampled_from(sorted(COLUMNS)), flaw=st.sampled_from(("", "", "", "error-value", "no-value"))
)
def test_a_value_is_verbatim_or_comes_with_a_correction_or_an_issue(value: Any, key: str, flaw: Any) -> None:
    column = COLUMNS[key]
    if column.kind == "serial":
        return  # never used
    reading = clean.read(Cell("裕民县.xlsx", "表", 7, 3, value, flaw), column, CONTEXT)
    assert reading.mend in (*clean.MENDS, "")
    assert reading.doubt is None or (reading.doubt.code in check.RULES and reading.doubt.message.endswith("。"))
    if reading.doubt is None and not reading.mend:
        if column.kind == "concerns" and reading.value not in ((), None):
            assert (
                "、".join(form.ITEM_NAMES.get(part, part) for part in reading.value) == value or len(reading.value) == 1
            )
        else:
            assert verbatim(reading.value, value, column)
    if reading.doubt and check.RULES[reading.doubt.code].severity == "error":
        assert reading.value in (None, ())
