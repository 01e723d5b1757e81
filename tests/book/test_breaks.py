"""Where a website's lines end: nothing is torn, and a phone's columns are as wide as their words."""

from __future__ import annotations

import re

import pytest
from lxml import html

from planbook.book.breaks import title_parts, well_broken


def broken(page: str) -> str:
    return well_broken(page.encode()).decode()


def table(*rows: str, columns: int = 2) -> str:
    cols = '<col style="width: 50.00%">' * columns
    return f"<table><colgroup>{cols}</colgroup><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def kept(page: str) -> list[str]:
    return [span.text_content() for span in html.fragment_fromstring(broken(page)).find_class("whole")]


def test_in_prose_a_line_may_end_before_a_numbers_unit_but_not_within_it() -> None:
    page = (
        '<p>建筑面积<span class="fact" data-fact="a">22.65</span>万平方米，最多的是<span class="fact">供水</span>项，'
        '共<span class="fact">3</span>户</p>'
    )
    assert kept(page) == ["万平方米"]


def test_a_cell_keeps_numbers_with_their_units_and_units_in_brackets() -> None:
    row = '<td>建筑面积（万平方米）</td><td><span class="fact">88.5</span>平方米/户，455.26万平方米</td>'
    assert kept(table(row)) == ["（万平方米）", "88.5平方米/户", "455.26万平方米"]


def test_a_caption_breaks_after_its_first_phrase() -> None:
    caption = "<figcaption><span>表 3-5</span>\u30002000年底以前建成的老旧小区按建成年代分</figcaption>"
    assert kept(caption) == ["2000年底以前建成的"]


def test_attributes_are_no_text() -> None:
    row = '<td title="12户">甲</td><td><a href="#12户">乙</a></td>'
    assert broken(table(row)) == table(row).replace("%", "%; --em: 1")


@pytest.mark.parametrize(
    ("names", "em"),
    [
        (["塔城市"], 3),
        (["塔城市", "和布克赛尔蒙古自治县"], 5),
        (["食品公司住宅楼"], 7),
        (["要求" * 30], 13),
        (["要求" * 90], 14),
    ],
)
def test_a_column_of_words_is_as_wide_as_they_need_and_one_of_figures_has_no_width(names: list[str], em: int) -> None:
    found = broken(table(*(f'<td>{name}</td><td style="text-align: right">1</td>' for name in names)))
    assert re.findall("<col [^>]*>", found) == [
        f'<col style="width: 50.00%; --em: {em}">',
        '<col style="width: 50.00%">',
    ]


def test_a_rows_name_breaks_between_words() -> None:
    assert "2000年底</span><wbr>以前</td>" in broken(table("<td>2000年底以前</td><td>1</td>"))
    assert "<td>和布克赛尔<wbr>蒙古自治县</td>" in broken(table("<td>和布克赛尔蒙古自治县</td><td>1</td>"))


def test_a_title_breaks_before_its_last_words() -> None:
    assert title_parts("裕民县老旧小区改造专项规划") == "裕民县老旧小区改造<wbr>专项规划"
    assert (
        title_parts("和布克赛尔蒙古自治县老旧小区改造专项规划") == "和布克赛尔蒙古自治县<wbr>老旧小区改造<wbr>专项规划"
    )
    assert title_parts("老旧小区改造专项规划") == "老旧小区改造<wbr>专项规划"
