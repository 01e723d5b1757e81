"""An empty workbook of the form, to be filled in: drop-downs, ranges, instructions and the catalogue."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from planbook.package import EPOCH, pack, unpack
from planbook.survey import form
from planbook.survey.layout import CENTRE, LEFT, THIN, head, number_pages, paper, row, set_up
from planbook.survey.own import NOTHING, Own

ROWS = 300  # prepared for answers
ANNUAL_ROWS = 20
LARGEST = {"area": 100, "households": 20_000, "buildings": 500}  # of one community: beyond it a unit was mistaken
MOST = 10_000_000
WHOLE_LINE = 55  # characters that fit on a line of the instructions
FIRST_BUILT = 1900
FIRST_FUNDED = 2000  # no community was subsidised earlier
HEAD_FILL = PatternFill("solid", fgColor="FFE9EEF4")
CATEGORIES = (("基础类", "J"), ("完善类", "W"), ("提升类", "T"))

RULES = (
    "每个县（市）填报一个工作簿，文件名写明县（市）全称，例如“{name}老旧小区摸底调查表.xlsx”。",
    "工作表名称、表头和各栏顺序请勿改动，不要增加或删除栏目，不要合并单元格。",
    "每个小区填一行：2000年底以前建成的填“2000年底以前”，以后建成的填“2000年底以后”，"
    "历史文化街区内的填“历史文化街区”；同一小区只填一次。",
    "数字栏只填数字，不写单位，不写“约”“左右”；面积单位是万平方米，1200平方米填0.12。",
    "每一行都要写全，不用“同上”“〃”；没有内容的非必填栏留空，不填“无”。",
    "群众反映最迫切的改造内容按紧迫程度填写“改造内容目录”中的序号，用顿号隔开，例如“1、4、14”。",
    "“居民意愿”表每个小区一行，小区名称与前三张表一致；愿意、无所谓、不愿意三项之和等于收回问卷数。",
    "“老旧小区改造年度计划表”按年度填写合计数，应与前三张表中同一计划改造年度的小区合计一致。",
    "填好后保存为 .xlsx 格式报送。退回的工作簿在着色的单元格上改正，改完直接报送，“问题清单”工作表不必删除。",
)
ASKED = {
    "items": "按紧迫程度填序号，用顿号隔开",
    "concerns": "用顿号隔开，最关心的在前",
    "year": "四位数字的年份",
    "count": "整数",
    "decimal": "数字，最多四位小数",
}
EXAMPLES = {
    "name": "幸福小区",
    "year_built": "1998",
    "property_type": "公房",
    "area": "0.98",
    "households": "120",
    "buildings": "3",
    "needs_basic": "1、4、14",
    "needs_improve": "6",
    "needs_enhance": "2、8",
    "funding": "中央补助",
    "investment": "288.5",
    "per_household": "2.4",
    "management": "社区代管",
    "renovation": "未改造",
    "sent": "100",
    "returned": "92",
    "willing": "80",
    "neutral": "9",
    "unwilling": "3",
    "willing_to_pay": "30",
    "concerns": "供热、停车场（库）、物业费",
}


@dataclass(frozen=True)
class Asked:
    """Whose form it is: the county's name, its prefecture's or "", the years of the plan, what the round adds to it."""

    county: str
    prefecture: str
    years: tuple[int, ...]
    own: Own = NOTHING


def blank_workbook(asked: Asked) -> bytes:
    """An .xlsx of the form without answers; the same bytes for the same county and years."""
    book = Workbook()
    book.properties = DocumentProperties(
        creator="planbook",
        title=f"{asked.county}老旧小区摸底调查表",
        created=datetime(*EPOCH),
        modified=datetime(*EPOCH),
    )
    book.remove(book.worksheets[0])
    _instructions(book.create_sheet(form.INSTRUCTION_SHEET), asked)
    for sheet in map(asked.own.sheet, form.SHEETS):
        page = book.create_sheet(sheet.name)
        head(page, sheet, f"填报单位：{asked.county}　　　　　　　　　　填报日期：　　　　年　　月　　日")
        rows = ANNUAL_ROWS if sheet.key == "annual" else ROWS
        for number in range(form.FIRST_ROW, form.FIRST_ROW + rows):
            row(page, sheet, number, {column.key: None for column in sheet.columns})
        set_up(page, sheet)
        for rule in validations(sheet, asked, rows):
            page.add_data_validation(rule)
        number_pages(page)
    _catalogue(book.create_sheet(form.CATALOGUE_SHEET))
    buffer = io.BytesIO()
    book.save(buffer)
    parts = unpack(buffer.getvalue())
    return pack(parts | {"docProps/core.xml": _without_clock(book)})


def _without_clock(book: Workbook) -> bytes:
    book.properties.modified = book.properties.created
    return bytes(tostring(book.properties.to_tree()))


# ------------------------------------------------------------------------------------------------ what may be filled in


def validations(sheet: form.Sheet, asked: Asked, rows: int) -> Iterator[DataValidation]:
    """One rule a column, over the rows prepared; what is refused is said in Chinese."""
    last = form.FIRST_ROW + rows - 1
    for index, column in enumerate(sheet.columns):
        rule = _validation(sheet, column, asked)
        if rule:
            rule.add(f"{form.letter(index)}{form.FIRST_ROW}:{form.letter(index)}{last}")
            rule.showErrorMessage = True
            rule.errorTitle = column.label
            yield rule


def _validation(sheet: form.Sheet, column: form.Column, asked: Asked) -> DataValidation | None:
    if column.kind == "county":
        return _list((asked.county,), f"“{column.header}”请填“{asked.county}”。")
    if column.key == "prefecture" and asked.prefecture:
        return _list((asked.prefecture,), f"“{column.header}”请填“{asked.prefecture}”。")
    if column.kind == "choice":
        return _list(column.choices, f"“{column.header}”只能填{'、'.join(column.choices)}。")
    if column.key in ("plan_year", "year"):
        first, last = asked.years[0], asked.years[-1]
        return _list([str(year) for year in asked.years], f"“{column.header}”只能填{first}—{last}年，只填四位数字。")
    if column.kind == "year":
        first, last = _years(sheet, column, asked)
        return _between("whole", first, last, f"“{column.header}”应填{first}—{last}之间的四位数字，不写“年”字。")
    if column.kind == "count":
        first, last = int(column.positive), LARGEST.get(column.key, MOST)
        return _between("whole", first, last, f"“{column.header}”应填{first}—{last}之间的整数，不写单位。")
    if column.kind == "decimal":
        last = LARGEST.get(column.key, MOST)
        least = "0.0001" if column.positive else "0"
        return _between("decimal", least, last, f"“{column.header}”应填{least}—{last}之间的数字，不写单位。")
    if column.kind == "items":
        return _items(column)
    return None


def _years(sheet: form.Sheet, column: form.Column, asked: Asked) -> tuple[int, int]:
    """What is built or funded lies before the plan's end, and on the sheet of its time."""
    if column.key != "year_built":
        return FIRST_FUNDED, asked.years[-1]
    first = form.LAST_BEFORE + 1 if sheet.key == "after" else FIRST_BUILT
    return first, form.LAST_BEFORE if sheet.key == "before" else asked.years[-1]


def _list(choices: Sequence[str], error: str) -> DataValidation:
    return DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, error=error)


def _between(kind: Literal["whole", "decimal"], first: int | str, last: int, error: str) -> DataValidation:
    return DataValidation(
        type=kind, operator="between", formula1=str(first), formula2=str(last), allow_blank=True, error=error
    )


def _items(column: form.Column) -> DataValidation:
    count = len(form.ITEMS[column.category])
    how = f"按紧迫程度填写1—{count}的序号，用顿号隔开，如“1、4”；序号见“{form.CATALOGUE_SHEET}”{column.header}。"
    rule = DataValidation(
        type="textLength", operator="lessThanOrEqual", formula1=str(4 * count), allow_blank=True, error=how
    )
    rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.header, how
    return rule


# --------------------------------------------------------------------------------------------------- the other sheets


def _instructions(page: Worksheet, asked: Asked) -> None:
    """Numbered rules, then a line for each column: what to fill in, its unit, whether it must be, an example."""
    _title(page, "填表说明", 5)
    for number, rule in enumerate(RULES, 1):
        page.merge_cells(start_row=number + 1, end_row=number + 1, start_column=1, end_column=5)
        cell = page.cell(number + 1, 1, f"{number}．{rule.format(name=asked.county)}")
        cell.font, cell.alignment = Font("宋体", 10.5), LEFT
        page.row_dimensions[number + 1].height = 32 if len(rule) > WHOLE_LINE else 18
    line = len(RULES) + 3
    _line(page, line, ("栏目", "填什么", "单位", "必填", "例"), bold=True)
    seen = set()
    for sheet in (asked.own.sheet(form.sheet("before")), form.sheet("willingness")):
        for column in sheet.columns:
            if column.kind in ("serial", "county") or column.key in seen:
                continue
            seen.add(column.key)
            line += 1
            what = "、".join(column.choices) + "，选一项" if column.choices else ASKED.get(column.kind, "文字")
            needed = "是" if column.required else ""
            _line(page, line, (column.label, what, column.unit, needed, EXAMPLES.get(column.key, "")))
    for letter, width in zip("ABCDE", (26, 52, 12, 8, 28), strict=True):
        page.column_dimensions[letter].width = width
    paper(page, "portrait")


def _catalogue(page: Worksheet) -> None:
    """The three categories side by side, so that they print on one page."""
    _title(page, "改造内容目录（序号填入摸底调研情况表）", 2 * len(CATEGORIES))
    _line(page, 2, [text for name, _prefix in CATEGORIES for text in ("序号", name)], bold=True)
    longest = max(len(form.ITEMS[prefix]) for _name, prefix in CATEGORIES)
    for index in range(longest):
        line: list[str | int] = []
        for _name, prefix in CATEGORIES:
            items = form.ITEMS[prefix]
            line += [index + 1, items[index]] if index < len(items) else ["", ""]
        _line(page, index + 3, line)
    for letter in "ABCDEF":
        page.column_dimensions[letter].width = 8 if letter in "ACE" else 24
    page.freeze_panes = "A3"
    paper(page, "portrait")


def _title(page: Worksheet, text: str, width: int) -> None:
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    cell = page.cell(1, 1, text)
    cell.font, cell.alignment = Font("宋体", 16, bold=True), CENTRE
    page.row_dimensions[1].height = 30


def _line(page: Worksheet, number: int, texts: Sequence[str | int], *, bold: bool = False) -> None:
    for index, text in enumerate(texts, 1):
        cell = page.cell(number, index, text)
        cell.font, cell.border = Font("宋体", 10.5, bold=bold), THIN
        cell.alignment = Alignment("left" if isinstance(text, str) and not bold else "center", "center", wrap_text=True)
        if bold:
            cell.fill = HEAD_FILL
