"""What a workbook must keep to: every code an issue can carry, and the rules that look at more than one cell.

RULES is the one place where codes and severities are declared. An error leaves its cell without a value (its row
stays); a warning's value is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from planbook.survey import form
from planbook.survey.issues import Issue, Severity
from planbook.survey.workbook import Cell, Grid


@dataclass(frozen=True)
class Rule:
    """A code of issues: how grave it is, what it stands for, and an example of what brings it up."""

    code: str
    severity: Severity
    meaning: str
    example: str = ""


RULES = {
    rule.code: rule
    for rule in (
        Rule("unreadable", "error", "文件打不开，或不是 .xlsx 工作簿"),
        Rule("missing-sheet", "error", "缺少调查表规定的工作表"),
        Rule("extra-sheet", "warning", "调查表没有的工作表，未读取"),
        Rule("header", "error", "表头与调查表不符，整张工作表未读取"),
        Rule("extra-cell", "warning", "填在调查表各栏之外的内容，未读取"),
        Rule("error-value", "error", "单元格是公式错误值"),
        Rule("no-value", "error", "公式没有保存计算结果"),
        Rule("missing", "error", "必填项未填"),
        Rule("not-a-number", "error", "应填数字处不是数字，应填整数处不是整数"),
        Rule("range", "error", "数值小于允许的最小值"),
        Rule("unknown-choice", "error", "不在可选范围之内"),
        Rule("unknown-item", "error", "改造内容序号不在目录之内"),
        Rule("unknown-county", "error", "县（市）不是本工作簿所属的县（市）"),
        Rule("year-range", "error", "年份不合理"),
        Rule("year-sheet", "warning", "建成年份与所在工作表不符"),
        Rule("duplicate", "error", "同一小区填写了两次"),
        Rule("unknown-community", "warning", "居民意愿表中的小区不在摸底调研情况表中"),
        Rule("questionnaire", "warning", "问卷份数前后不一致"),
    )
}


def issue_codes() -> tuple[tuple[str, Severity, str, str], ...]:
    """(code, severity, Chinese meaning, Chinese example) of every issue there can be, for the documentation."""
    return tuple((rule.code, rule.severity, rule.meaning, rule.example) for rule in RULES.values())


@dataclass(frozen=True)
class Row:
    """One row of a sheet as read: its cells and their values by the columns' keys."""

    sheet: form.Sheet
    number: int
    cells: dict[str, Cell]
    values: dict[str, object]


def issue(cell: Cell, code: str, message: str) -> Issue:
    """The issue at a cell, as grave as RULES says."""
    return Issue(cell.file, cell.sheet, cell.address, code, RULES[code].severity, cell.text, message)


def file_issue(file: str, code: str, message: str, sheet: str = "") -> Issue:
    """An issue of a whole file, or of a sheet that it lacks or has too many."""
    return Issue(file, sheet, "", code, RULES[code].severity, "", message)


def header_issues(grid: Grid, sheet: form.Sheet) -> list[Issue]:
    """The headers that are not where the form has them: one issue a column, or one for all when nothing fits."""
    found = []
    for index, column in enumerate(sheet.columns):
        for row, wanted in zip(form.HEADER_ROWS, column.heading, strict=True):
            cell = grid.merged_cell(row, index)
            below_itself = row == form.HEADER_ROWS[1] and not column.group and cell.blank  # not merged, but right
            if "".join(cell.text.split()) != wanted and not below_itself:
                place = grid.cell(row, index)
                message = f"{place.address}的表头应为“{wanted}”，请按调查表恢复表头，不要增删或移动各栏。"
                found.append(issue(place, "header", message))
                break
    if len(found) <= len(sheet.columns) // 2:
        return found
    top, bottom = form.HEADER_ROWS
    start = f"A{top}应为“{sheet.columns[0].heading[0]}”，数据从第{form.FIRST_ROW}行开始"
    message = f"第{top}、{bottom}行不是“{sheet.name}”的表头（{start}），请按调查表填报。"
    return [issue(grid.cell(top, 0), "header", message)]


def extra_cells(grid: Grid, sheet: form.Sheet) -> Iterator[Issue]:
    """Whatever stands to the right of the form's columns: one issue a column, at its first cell."""
    for column in range(len(sheet.columns), grid.width):
        cells = (grid.cell(row, column) for row in range(form.HEADER_ROWS[0], grid.height + 1))
        first = next((cell for cell in cells if not cell.blank), None)
        if first:
            message = f"{form.letter(column)}列在调查表各栏之外，未读取，请填入表内相应栏目或删去。"
            yield issue(first, "extra-cell", message)


def year_sheet(rows: list[Row]) -> Iterator[Issue]:
    """Built by the end of 2000 stands on the first sheet, later on the second; historic ones on the third."""
    names: dict[str, str] = {key: form.sheet(key).name for key in form.COMMUNITY_SHEETS}
    for row in rows:
        year = row.values.get("year_built")
        if isinstance(year, int) and row.sheet.key in ("before", "after"):
            fitting = "before" if year <= form.LAST_BEFORE else "after"
            if fitting != row.sheet.key:
                message = f"{year}年建成的小区应填在“{names[fitting]}”表，请将本行移到该表，或更正建成时间。"
                yield issue(row.cells["year_built"], "year-sheet", message)


def duplicates(rows: list[Row]) -> Iterator[Issue]:
    """A community stands once on the three sheets together, and once on the questionnaire's."""
    seen: dict[tuple[bool, object], Row] = {}
    for row in rows:
        name = row.values.get("name")
        if not name:
            continue
        first = seen.setdefault((row.sheet.key == "willingness", name), row)
        if first is not row:
            message = f"本小区已填在“{first.sheet.name}”表第{first.number}行，请删去重复的一行，或更正小区名称。"
            yield issue(row.cells["name"], "duplicate", message)


def unknown_communities(rows: list[Row]) -> Iterator[Issue]:
    """The questionnaire is about communities of the three sheets."""
    known = {row.values.get("name") for row in rows if row.sheet.key in form.COMMUNITY_SHEETS}
    for row in rows:
        name = row.values.get("name")
        if row.sheet.key == "willingness" and name and name not in known:
            message = f"摸底调研情况表中没有“{name}”，请使两表的小区名称一致，或补填该小区。"
            yield issue(row.cells["name"], "unknown-community", message)


def questionnaire(rows: list[Row]) -> Iterator[Issue]:
    """returned ≤ sent; willing + neutral + unwilling = returned; willing_to_pay ≤ returned."""
    for row in rows:
        if row.sheet.key != "willingness":
            continue
        numbers = {key: value for key, value in row.values.items() if isinstance(value, int)}
        sent, returned, paying = (numbers.get(key) for key in ("sent", "returned", "willing_to_pay"))
        answers = [numbers[key] for key in ("willing", "neutral", "unwilling") if key in numbers]
        if returned is None:
            continue
        if sent is not None and returned > sent:
            message = f"收回问卷{returned}份多于发放的{sent}份，请核对。"
            yield issue(row.cells["returned"], "questionnaire", message)
        if len(answers) == 3 and sum(answers) != returned:
            message = f"愿意、无所谓、不愿意合计{sum(answers)}份，与收回的{returned}份不等，请核对。"
            yield issue(row.cells["returned"], "questionnaire", message)
        if paying is not None and paying > returned:
            message = f"愿意出资{paying}份多于收回的{returned}份，请核对。"
            yield issue(row.cells["willing_to_pay"], "questionnaire", message)


# over all rows of one workbook, in this order
ROW_RULES: tuple[Callable[[list[Row]], Iterable[Issue]], ...] = (
    year_sheet,
    duplicates,
    unknown_communities,
    questionnaire,
)
