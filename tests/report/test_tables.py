"""Tables: heads of any depth, rounding said where it shows, cells with their past."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import html

from planbook.report import facts
from planbook.report.forms import annual_form, community_form
from planbook.report.html import table_html
from planbook.report.tables import ROUNDING_NOTE, Head, Table, listing
from planbook.survey.form import Column
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
    assert len(table.findall("tbody/tr")) == 3
    widths = [float(col.get("style").split(":")[1].rstrip("%")) for col in table.findall("colgroup/col")]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert len(widths) == 18 == len(community_form("c").leaves)


def test_the_blank_form_has_the_round_s_own_columns_at_its_end() -> None:
    lifts = Column("lifts", "电梯数（部）", "count", unit="部", required=False)
    last = [head.text for head in community_form("c", (lifts,)).leaves][-2:]
    assert [text.replace("\n", "") for text in last] == ["已列入中央补助年度", "电梯数（部）"]


def test_a_name_is_text_whatever_is_in_it() -> None:
    found = rows(community("<b>1~3号楼</b> & A*甲*", 7))
    columns = [("#", Head("序号")), ("name", Head("名称", align="left")), ("funded_year", Head("年度"))]
    content = Table("t", "表", tuple(head for _, head in columns), listing(found, columns)).as_dict()
    cells = html.fragment_fromstring(table_html(content)).findall("tbody/tr/td")
    assert [cell.text for cell in cells] == ["1", "<b>1~3号楼</b> & A*甲*", "—"]
    assert content["body"][0][1]["source"] == {"file": "乙县.xlsx", "sheet": "2000年底以前", "rows": "7"}
