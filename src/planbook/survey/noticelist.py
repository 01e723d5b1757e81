"""The sheet 问题清单: what is wrong in a workbook, cell by cell with links, what was read otherwise, what was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planbook.survey import clean, form
from planbook.survey.issues import SEVERITIES, SEVERITY_NAMES, Correction, Issue, Severity
from planbook.survey.layout import CENTRE, LEFT, THIN, number_pages, paper, write_text

COLOURS: dict[Severity, str] = {"error": "FFF6CFCB", "warning": "FFFBE6B8", "note": "FFD6E4F5"}
MEANT: dict[Severity, str] = {"error": "须改正，否则不能采用", "warning": "已采用，请核对", "note": "供参考"}
HEAD = PatternFill("solid", fgColor="FFE9EEF4")
LINK = Font("宋体", 10.5, color="FF1F4E79", underline="single")
COLUMNS = (("序号", 6), ("严重程度", 10), ("工作表", 24), ("单元格", 9), ("原文", 26), ("读作", 20), ("问题和办法", 64))
CORRECTED = ("序号", "类别", "工作表", "单元格", "原文", "读作", "怎么读的")
LONGEST = 500  # characters of what stands in a cell


def write_list(
    page: Worksheet, file: str, issues: Sequence[Issue], corrections: Sequence[Correction], lost: Sequence[str],
    titles: Mapping[str, str],
) -> None:  # fmt: skip
    """Fills the sheet. `titles`: what a sheet of the received workbook is called in this one, to link to its cells."""
    line = _intro(page, file, issues, lost)
    if issues:
        _head(page, line, [name for name, _width in COLUMNS])
        page.freeze_panes = f"A{line + 1}"
        for number, issue in enumerate(issues, 1):
            line += 1
            grave = SEVERITY_NAMES[issue.severity]
            texts = (str(number), grave, issue.sheet, issue.cell, issue.raw, issue.value, issue.message)
            _line(page, line, texts)
            page.cell(line, 2).fill = PatternFill("solid", fgColor=COLOURS[issue.severity])
            _link(page, line, titles.get(issue.sheet, ""), issue.cell)
        line += 2
    if corrections:
        _merged(page, line, "以下各处已自动换读，请核对；读错的，请改正单元格。", bold=True)
        line += 1
        _head(page, line, CORRECTED)
        for number, one in enumerate(corrections, 1):
            line += 1
            rule = clean.MENDS.get(one.rule, one.rule)
            _line(page, line, (str(number), "换读", one.sheet, one.cell, one.raw, one.value, rule))
            _link(page, line, titles.get(one.sheet, ""), one.cell)
    for index, (_name, width) in enumerate(COLUMNS):
        page.column_dimensions[form.letter(index)].width = width
    paper(page, "landscape")
    number_pages(page)


def _intro(page: Worksheet, file: str, issues: Sequence[Issue], lost: Sequence[str]) -> int:
    """Title, counts, what the colours mean, what the copy lost; the first free line."""
    _merged(page, 1, form.ANNOTATION_SHEET, bold=True, size=16)
    page.row_dimensions[1].height = 30
    counts = Counter(issue.severity for issue in issues)
    said = "，".join(f"{SEVERITY_NAMES[severity]}{counts[severity]}处" for severity in SEVERITIES if counts[severity])
    _merged(page, 2, f"{file}：{said or '未发现问题'}。")
    line = 3
    for severity in SEVERITIES:
        if counts[severity]:
            _merged(page, line, f"{SEVERITY_NAMES[severity]}：{MEANT[severity]}。", colour=COLOURS[severity])
            line += 1
    if issues:
        _merged(page, line, "请点击“单元格”一栏转到该处，在着色的单元格上改正，保存后将本工作簿报送；本表不必删除。")
        line += 1
    if lost:
        _merged(page, line, f"本副本未能保留：{'、'.join(lost)}。需要时请在原文件上改正。")
        line += 1
    return line + 1


def _merged(page: Worksheet, line: int, text: str, *, bold: bool = False, size: float = 10.5, colour: str = "") -> None:
    page.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(COLUMNS))
    cell = page.cell(line, 1)
    if isinstance(cell, Cell):
        write_text(cell, text)
        cell.font, cell.alignment = Font("宋体", size, bold=bold), LEFT
        if colour:
            cell.fill = PatternFill("solid", fgColor=colour)


def _head(page: Worksheet, line: int, texts: Sequence[str]) -> None:
    for index, text in enumerate(texts, 1):
        cell = page.cell(line, index, text)
        cell.font, cell.alignment, cell.border, cell.fill = Font("宋体", 10.5, bold=True), CENTRE, THIN, HEAD


def _line(page: Worksheet, line: int, texts: Sequence[str]) -> None:
    for index, text in enumerate(texts, 1):
        cell = page.cell(line, index)
        if isinstance(cell, Cell):
            write_text(cell, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
        cell.font, cell.border = Font("宋体", 10.5), THIN
        cell.alignment = Alignment("center" if index in (1, 2, 4) else "left", "center", wrap_text=True)


def _link(page: Worksheet, line: int, sheet: str, address: str) -> None:
    """The address leads to its cell, the sheet's name to the sheet."""
    if not sheet:
        return
    quoted = sheet.replace("'", "''")
    for column, target in ((3, "A1"), (4, address)):
        cell = page.cell(line, column)
        if target and isinstance(cell, Cell):
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
            cell.font = LINK
