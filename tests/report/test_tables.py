"""Tables: heads of any depth, rounding said where it shows, cells with their past."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from planbook.report import facts
from planbook.report.forms import annual_form, community_form
from planbook.report.html import table_html
from planbook.report.layouts import years_table
from planbook.report.rows import Rows
from planbook.report.tables import ROUNDING_NOTE, RUNNING_NOTE, Head, Table, listing
from planbook.survey.form import MEASURES, Column
from tests.report.conftest import community, rows


def areas(*values: str) -> Table:
    """A table of areas with their total."""
    found = rows(*(community(f"院{n}", n, area=Decimal(v)) for n, v in enumerate(values)))
    names = list(found.frame["name"])
    parts = [facts.total(f"a.{n}", part, "area") for n, (_, part) in enumerate(found.by("name", names, names))]
    whole = facts.total("a", found, "area")
    columns = (Head("小区", align="left"), Head("面积（万平方米）"))
    return Table("areas", "面积", columns, tuple(zip(names, parts, strict=True)), ("合计", whole), sums=True)


def test_rows_that_miss_their_rounded_total_carry_the_note() -> None:
    assert ROUNDING_NOTE in areas("0.004", "0.004").as_dict()["notes"]
    assert ROUNDING_NOTE not in areas("0.25", "1.5").as_dict()["notes"]


def share_of(id: str, part: Rows, whole: Rows) -> facts.Fact:
    return facts.share(
        id, facts.total(f"{id}.part", part, "households"), facts.total(f"{id}.whole", whole, "households")
    )


def test_a_row_that_misses_its_own_total_carries_the_note() -> None:
    """Like every sum that a table prints: the parts stand beside their total, without a total row below."""
    found = rows(community("甲院", 1, area=Decimal("0.004")), community("乙院", 2, area=Decimal("0.004")))
    first, second = (found.where(found.frame["name"] == name, name) for name in ("甲院", "乙院"))
    cells = [facts.total(f"a.{n}", part, "area") for n, part in enumerate((first, second, found))]
    heads = (Head("以前", key="a"), Head("以后", key="b"), Head("合计", key="c", adds=("a", "b")))
    assert Table("t", "表", heads, (tuple(cells),)).as_dict()["notes"] == (ROUNDING_NOTE,)
    assert not Table("t", "表", (*heads[:2], Head("合计", key="c")), (tuple(cells),)).as_dict()["notes"]


def test_lines_that_miss_the_row_above_them_carry_the_note() -> None:
    parts = areas("0.004", "0.004")
    upside = (("合计", *(parts.foot or ())[1:]), *parts.rows)
    assert Table("t", "表", parts.columns, upside, lines=2).as_dict()["notes"] == (ROUNDING_NOTE,)
    assert not Table("t", "表", parts.columns, upside).as_dict()["notes"]


def test_a_column_that_misses_its_running_sum_carries_a_note_of_its_own() -> None:
    found = rows(*(community(f"院{n}", n, households=1) for n in range(3)))
    alone = [found.where(found.frame["name"] == f"院{n}", "") for n in range(3)]
    so_far = [found.where(found.frame["name"] <= f"院{n}", "") for n in range(3)]
    lines = tuple(
        (share_of(f"s{n}", one, found), share_of(f"c{n}", some, found))
        for n, (one, some) in enumerate(zip(alone, so_far, strict=True))
    )
    assert [cell.display for cell in lines[1]] == ["33.3", "66.7"]
    heads = (Head("占比", key="share"), Head("累计占比", key="so-far", runs="share"))
    assert Table("t", "表", heads, lines).as_dict()["notes"] == (RUNNING_NOTE,)
    assert not Table("t", "表", heads, lines[:1]).as_dict()["notes"]


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells, its head 1"):
        Table("t", "表", (Head("一"),), (("a", "b"),))


def test_the_annual_forms_head_has_three_parts_under_each_measure() -> None:
    table = html.fragment_fromstring(table_html(annual_form("form").as_dict()))
    top, below = table.findall("thead/tr")
    assert [(th.text_content(), th.get("colspan"), th.get("rowspan")) for th in top][2:5] == [
        ("县（市）、区", None, "2"),
        ("建筑面积（万平方米）", "3", None),
        ("户数（户）", "3", None),
    ]
    assert [th.text_content() for th in below][:3] == ["2000年底以前", "2000年底以后", "合计"]
    assert not table.find("tbody").text_content().strip()
    widths = [float(col.get("style").split(":")[1].rstrip("%")) for col in table.findall("colgroup/col")]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert len(widths) == 18 == len(community_form("c").leaves)


def test_the_blank_form_has_the_round_s_own_columns_at_its_end() -> None:
    lifts = Column("lifts", "电梯数（部）", "count", unit="部", required=False)
    last = [head.text for head in community_form("c", (lifts,)).leaves][-2:]
    assert [text.replace("\n", "") for text in last] == ["已列入中央补助年度", "电梯数（部）"]


def measured(id: str, found: Rows) -> dict[str, facts.Fact]:
    """What the annual plan counts of some communities."""
    sums = {key: facts.total(f"{id}.{key}", found, key) for key, _, _ in MEASURES if key != "communities"}
    return {**sums, "communities": facts.count(f"{id}.communities", found)}


def test_the_plan_by_years_has_each_measure_before_its_parts_and_the_years_before_their_sum() -> None:
    found = rows(*(community(f"院{n}", n, plan_year=2021 + n % 2, period=("before", "after")[n > 3]) for n in range(6)))
    years = {f"{y}年": found.where(found.frame["plan_year"] == y, "") for y in (2021, 2022)}

    def parts(id: str, found: Rows) -> dict[str, dict[str, facts.Fact]]:
        eras = {era: found.where(found.frame["period"] == era, era) for era in ("before", "after")}
        return {part: measured(f"{id}.{part}", some) for part, some in {**eras, "total": found}.items()}

    by_year = {name: parts(f"y{n}", some) for n, (name, some) in enumerate(years.items())}
    table = years_table("plan-years", "计划", by_year, parts("all", found)).as_dict()
    assert table["columns"][-1]["adds"] == ["y1", "y2"]
    numbers = [[Decimal(cell["text"]) for cell in row[1:]] for row in table["body"]]
    assert all(row[0] + row[1] == row[2] > 0 for row in numbers)
    for whole, *two in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        assert whole == [sum(pair) for pair in zip(*two, strict=True)]


@pytest.mark.parametrize(("years", "across"), [(3, False), (6, False), (10, True)])
def test_a_plan_of_many_years_is_set_across_the_page(years: int, across: bool) -> None:
    parts = {part: measured(part, rows(community("甲苑", 1))) for part in ("before", "after", "total")}
    table = years_table("plan-years", "计划", {f"{2021 + n}年": parts for n in range(years)}, parts)
    assert table.landscape == across
    assert sum(head.width or 0 for head in table.columns) == pytest.approx(100)


def test_a_cell_says_the_unit_of_its_fact_outside_of_it() -> None:
    given = areas("1.5")
    table = replace(given, columns=(given.columns[0], replace(given.columns[1], units=True))).as_dict()
    (cell,) = html.fragment_fromstring(table_html(table)).xpath("tbody/tr/td[2]")
    assert cell.text_content() == "1.50万平方米"
    assert cell.find("span").text_content() == "1.50"


def test_a_name_is_text_whatever_is_in_it() -> None:
    found = rows(community("<b>1~3号楼</b> & A*甲*", 7))
    columns = [("#", Head("序号")), ("name", Head("名称", align="left")), ("funded_year", Head("年度"))]
    content = Table("t", "表", tuple(head for _, head in columns), listing(found, columns)).as_dict()
    cells = html.fragment_fromstring(table_html(content)).findall("tbody/tr/td")
    assert [cell.text for cell in cells] == ["1", "<b>1~3号楼</b> & A*甲*", "—"]
    assert content["body"][0][1]["source"] == {"file": "乙县.xlsx", "sheet": "2000年底以前", "rows": "7"}
