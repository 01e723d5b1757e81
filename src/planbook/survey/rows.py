"""A table's body → its rows: which of them are communities, which are totals, headings, notes or blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planbook.survey.county import Counties, County, county_of
from planbook.survey.form import Period
from planbook.survey.locate import Table
from planbook.survey.sheets import period_of
from planbook.survey.text import is_nothing, squeezed
from planbook.survey.workbook import Cell, Grid

What = Literal["row", "total", "section", "note", "example", "stray", "blank"]

TOTAL = re.compile(
    r".{0,20}?(?:小计|合计|总计|共计|累计|汇总|小計|合計|總計)(?:数|行|栏)?:?(?:\(.*\))?(?:\d+个?(?:老旧)?(?:小区|户|栋)?)?:?"
    r"|(?:总共|总|共|计)\d+个?(?:老旧)?小区|计|总|总数|(?:grand|sub)?total|sum"
)
NOTE = re.compile(
    r"^[(（【*※]*(?:注|备注|说明|附注|注释|提示|注意|注意事项|填表要求|填表须知|填报要求)(?:[:：.、,，1-9一(（【)）】\]]|$)"
    r"|^(?:填表说明|填报说明|制表说明|情况说明|特此说明|数据来源|截至|截止|\(?以下(?:空白|无)|以上(?:数据|情况|内容|信息|面积)|[此本]表)"
    r"|^(?:制表|填表|填报|审核|审批|复核|统计|经办|校对|负责|分管|主管|联系|报送|上报|单位|签字|盖章|签章|主要|部门)"
    r"(?:人|人员|员|单位|领导|负责人|部门|日期|时间|电话|意见)*(?:\(?签[字章]\)?|\(盖章\)|\(公章\)|[:：(（]|$)"
    r"|^(?:日期|时间|电话|手机|联系电话|填报日期|制表日期|报表日期)[:：]|^[\d〇零一二三四五六七八九]{4}年[^年月]{1,3}月(?:[^年月]{1,3}日)?$"
)
EXAMPLE = re.compile(r"^[(（]?(?:例|示例|样例|举例|填写示例|填表示例|例如)[)）:：]?")
SENTENCE = 25  # characters; no name alone in its row is that long
SAID = re.compile(r"^[※*★●▲]|[。;；!！]$|[:：,，].{4}")  # nor does it look like this
TOLD = ("year_built", "property_type", "funding", "management", "renovation")  # no total says these


@dataclass(frozen=True)
class Line:
    """One row of the body and what it is. `cells`: by the columns' keys; `lead`: the first cell that holds something.

    Of a section: `county` or `period` that it names for the rows below.
    """

    what: What
    number: int
    cells: dict[str, Cell]
    lead: Cell | None = None
    county: County | None = None
    period: Period | None = None


def lines(grid: Grid, table: Table, counties: Counties) -> Iterator[Line]:
    """The body's rows from the top down."""
    noted = False
    for number in range(table.first, table.last + 1):
        line = _line(grid, table, counties, number, noted)
        noted = line.what == "note" or (noted and line.what in ("blank", "stray"))
        yield line


def _line(grid: Grid, table: Table, counties: Counties, number: int, noted: bool) -> Line:
    cells = grid.cells(number, table.columns)
    filled = [cell for cell in cells.values() if not cell.blank]
    if len(filled) < len(cells):
        filled += _others(grid, table, number)
    if not filled:
        return Line("blank", number, cells)
    lead = min(filled, key=lambda cell: cell.column)
    numbers = sum(1 for cell in filled if not isinstance(cell.value, str))
    if _is_total(cells, lead):
        return Line("total", number, cells, lead)
    if isinstance(lead.value, str) and lead is not cells.get("name") and EXAMPLE.match(squeezed(lead.value)):
        return Line("example", number, cells, lead)
    if numbers <= 1 and len(filled) <= 6 and _is_note(lead):
        return Line("note", number, cells, lead)
    telling = [
        cell for cell in filled if cell not in (cells.get("serial"), cells.get("county"), cells.get("prefecture"))
    ]
    if not telling:
        return _untold(cells, lead, number, counties, noted)
    if isinstance(lead.value, str) and len({cell.text for cell in filled}) == 1:
        said = noted or len(lead.text) >= SENTENCE or SAID.search(lead.text.strip()) is not None
        if lead is not cells.get("name") or said:
            return _alone(lead, number, cells, counties, noted)
    return Line("row", number, cells, lead)


def _others(grid: Grid, table: Table, number: int) -> list[Cell]:
    """What stands in the row outside the table's columns, but within its span."""
    used = set(table.columns.values())
    columns = (column for column in range(table.span[0], table.span[1] + 1) if column not in used)
    return [cell for column in columns if not (cell := grid.cell(number, column)).blank]


def _is_total(cells: dict[str, Cell], lead: Cell) -> bool:
    heads = [lead, *(cells[key] for key in ("serial", "county", "prefecture", "name", "year") if key in cells)]
    if not any(isinstance(cell.value, str) and TOTAL.fullmatch(squeezed(cell.value)) for cell in heads):
        return False
    told = [cells[key] for key in TOLD if key in cells and not cells[key].blank]
    return sum(1 for cell in told if not is_nothing(cell.text)) < 2  # else a community of such a name


def _is_note(lead: Cell) -> bool:
    return isinstance(lead.value, str) and NOTE.match(squeezed(lead.value[:200])) is not None


def _untold(cells: dict[str, Cell], lead: Cell, number: int, counties: Counties, noted: bool) -> Line:
    """A row that says at most a serial number and a county: filled in beforehand, or a heading."""
    county = cells.get("county")
    if county is not None and not county.blank:
        return Line("section", number, cells, lead, county=county_of(county.text, counties))
    if lead == cells.get("serial") and len(lead.text.strip()) < 8 and lead.text.strip(" .、()（）").isdigit():
        return Line("blank", number, cells)
    return _alone(lead, number, cells, counties, noted)


def _alone(lead: Cell, number: int, cells: dict[str, Cell], counties: Counties, noted: bool) -> Line:
    """A row with one text and no name: a heading for those below, the rest of a note, or nobody knows."""
    text = squeezed(lead.text)
    if len(text) <= 30:
        if period := period_of(text):
            return Line("section", number, cells, lead, period=period)
        if county := county_of(re.sub(r"^[一二三四五六七八九十0-9(]+[)、.]", "", text), counties):
            return Line("section", number, cells, lead, county=county)
    return Line("note" if noted else "stray", number, cells, lead)
