"""What stands in a table beside its communities: totals, headings, notes, examples, a second table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from planbook.survey.read import CountySurvey, read_county

from .conftest import COUNTIES

YUMIN = next(county for county in COUNTIES if county.name == "裕民县")
BEFORE = "2000年底以前"
SUMS = {"F": 1.96, "G": 200, "H": 6, "M": 480.5}
Write = Callable[..., Path]


@pytest.fixture
def edited(small: Any, write: Write) -> Callable[[Callable[[Worksheet], None]], CountySurvey]:
    """The small workbook read after its first sheet (two communities, rows 5 and 6) was edited."""

    def read_edited(edit: Callable[[Worksheet], None]) -> CountySurvey:
        path = write(small)
        book = load_workbook(path)
        edit(book[BEFORE])
        book.save(path)
        return read_county(path, YUMIN, surveyed=2020)

    return read_edited


def fill(page: Worksheet, row: int, **cells: Any) -> None:
    for column, value in cells.items():
        page[f"{column}{row}"] = value


def places(survey: CountySurvey) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.severity, issue.cell) for issue in survey.issues]


LABELS = (
    *("合计", "小 计", "总计：", "全县合计", "2000年底以前小计", "小计（2000年以前）", "合计（2个小区）", "共2个小区"),
    *("一、小计", "本页合计", "累计", "汇总", "合計", "Total", "共计2个小区"),
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("column", ["A", "C"])
def test_a_total_is_no_community_and_is_checked(edited: Any, label: str, column: str) -> None:
    right = edited(lambda page: fill(page, 7, **{column: label}, **SUMS))
    assert (len(right.communities), places(right)) == (3, [])
    wrong = edited(lambda page: fill(page, 7, **{column: label}, **SUMS | {"G": 201}))
    assert places(wrong) == [("subtotal", "warning", "G7")]
    assert "按各行相加应为200" in wrong.issues[0].message


def test_a_total_without_a_label_is_known_by_its_sums(edited: Any) -> None:
    assert places(edited(lambda page: fill(page, 7, **SUMS))) == []
    wrong = edited(lambda page: fill(page, 7, **SUMS | {"H": 7}))
    assert (len(wrong.communities), places(wrong)) == (3, [("subtotal", "warning", "H7")])


def test_subtotals_count_from_the_one_before(edited: Any) -> None:
    def edit(page: Worksheet) -> None:
        for key, value in {cell.column_letter: cell.value for cell in page[6]}.items():
            page[f"{key}7"], page[f"{key}6"] = value, None
        fill(page, 6, C="小计", G=120, H=3)
        fill(page, 8, C="小计", G=80, H=3)
        fill(page, 9, C="合计", G=200, H=5)

    survey = edited(edit)
    assert (len(survey.communities), places(survey)) == (3, [("subtotal", "warning", "H9")])


@pytest.mark.parametrize("name", ["合计楼小区", "会计公司家属院", "统计局家属院", "说明书厂小区", "共计小区"])
def test_a_community_may_be_called_like_a_total(edited: Any, name: str) -> None:
    assert name in set(edited(lambda page: fill(page, 6, C=name)).communities["name"])


@pytest.mark.parametrize("column", ["A", "C"])
@pytest.mark.parametrize(
    "note",
    ["注：面积为建筑面积", "填表人：张三    审核人：李四", "数据来源：房产局", "（以下空白）", "以上情况属实。",
     "2020年8月31日", "二〇二〇年八月三十一日", "本表一式三份，一份上报"],
)  # fmt: skip
def test_a_note_is_no_community(edited: Any, note: str, column: str) -> None:
    def edit(page: Worksheet) -> None:
        fill(page, 8, **{column: note})
        fill(page, 9, **{column: "2.户数以公安户籍为准"})

    assert (len(edited(edit).communities), places(edited(edit))) == (3, [])


def test_a_name_alone_is_a_community_with_nothing_said(edited: Any) -> None:
    survey = edited(lambda page: fill(page, 7, C="向阳小区"))
    assert "向阳小区" in set(survey.communities["name"])
    assert ("missing", "error", "G7") in places(survey)


def test_an_example_is_not_read_and_said(edited: Any) -> None:
    survey = edited(lambda page: fill(page, 7, A="例", C="某某小区", G=1, H=1))
    assert (len(survey.communities), places(survey)) == (3, [("example-row", "note", "A7")])


def test_headings_say_which_period_the_rows_below_are_of(edited: Any) -> None:
    def edit(page: Worksheet) -> None:
        for cell in page[6]:
            page.cell(8, cell.column, cell.value)
        fill(page, 7, A="二、2000年底以后")
        fill(page, 8, C="向阳小区", D=2002)

    survey = edited(edit)
    assert set(survey.communities.loc[survey.communities["name"] == "向阳小区", "period"]) == {"after"}


def test_a_header_repeated_on_the_next_page_goes_on_with_the_table(edited: Any) -> None:
    def edit(page: Worksheet) -> None:
        row = {cell.column: cell.value for cell in page[6]}
        for column in row:
            page.cell(6, column, page.cell(3, column).value or page.cell(4, column).value)
            page.cell(7, column, page.cell(4, column).value)
            page.cell(8, column, row[column])

    survey = edited(edit)
    assert (len(survey.communities), places(survey)) == (3, [])


def test_numbers_merged_over_two_communities_are_an_error_of_the_second(edited: Any) -> None:
    survey = edited(lambda page: page.merge_cells("G5:G6"))
    assert [place for place in places(survey) if place[1] == "error"] == [("merged-number", "error", "G6")]


@pytest.mark.parametrize("mark", ["同上", "〃", "（同上）", "——〃——", "如上", "同上。"])
def test_the_same_as_above_is_what_stands_above(edited: Any, mark: str) -> None:
    survey = edited(lambda page: fill(page, 6, E=mark, L=mark))
    assert (survey.communities["property_type"][1], survey.communities["funding"][1]) == ("公房", "中央补助")
    assert {(one.cell, one.rule) for one in survey.corrections} == {("E6", "ditto"), ("L6", "ditto")}
