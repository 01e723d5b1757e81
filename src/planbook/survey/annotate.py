"""Copies of a round's workbooks that tell the clerk what to mend: coloured cells, comments, and a list with links.

A copy keeps formulas with their last results, merges, styles, hidden rows and drop-downs. What openpyxl drops (macros,
pictures it cannot read, drawings …) is named on the list. Workbooks that are not .xlsx come back as .xlsx, written from
what was read; one that cannot be read at all comes back as the list alone. Sent back, the copy is read like any
workbook: a reader passes over the list, and annotating again replaces list, colours and comments.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from planbook.errors import InputError, UsageError
from planbook.package import EPOCH, MAIN, pack, part_bytes, sort_merges, unpack, worksheets
from planbook.survey import form
from planbook.survey.issues import SEVERITIES, Correction, Issue, worst_first
from planbook.survey.layout import write_text
from planbook.survey.noticelist import COLOURS, write_list
from planbook.survey.store import Survey
from planbook.survey.workbook import SPREADSHEETS, Grid, UnreadableError, open_workbook, read_bytes
from planbook.words import _

ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
LINKS = "_external_links"  # where openpyxl keeps them
OWN_WORDS = "——原有批注——"
LONGEST_COMMENT = 2000
MOST_CELLS = 500_000
UNTITLED = "表格"

# what openpyxl raises on a package that calamine could read: parts, numbers or styles it does not know
NOT_FOR_OPENPYXL = (ValueError, TypeError, LookupError, AttributeError, etree.XMLSyntaxError)

# a part of the package, or words in a sheet's XML → what a clerk calls it
PARTS = {
    "xl/vbaProject.bin": "宏",
    "xl/media/": "图片",
    "xl/charts/chart": "图表",
    "xl/embeddings/": "嵌入的文件",
    "xl/ctrlProps/": "按钮等控件",
    "xl/activeX/": "按钮等控件",
    "xl/externalLinks/externalLink": "到其他文件的链接",
    "xl/threadedComments/": "批注的回复",
    "xl/pivotTables/pivotTable": "数据透视表",
    "xl/slicers/": "切片器",
    "xl/diagrams/": "智能图形",
    "_xmlsignatures/": "数字签名",
}
DRAWN = (b"<xdr:sp>", b"<xdr:sp ", b"<xdr:grpSp>", b"<xdr:cxnSp", b"<xdr:graphicFrame><mc:")
EXTENSIONS = {
    b"x14:dataValidation ": "引用其他工作表的下拉列表",
    b"x14:conditionalFormatting ": "数据条、图标等条件格式",
    b"x14:sparkline>": "迷你图",
}


def annotate_round(folder: Path, survey: Survey, target: Path) -> list[Path]:
    """A copy in `target` of each workbook of the round's folder that was read or refused; what was written.

    UsageError: `target` is the folder itself, whose files are never touched.
    """
    if target.resolve() == folder.resolve():
        raise UsageError(
            _("--annotate {place}: the folder of the received workbooks").format(place=target),
            cure=_("name another folder for the copies"),
        )
    issues: dict[str, list[Issue]] = defaultdict(list)
    corrections: dict[str, list[Correction]] = defaultdict(list)
    for issue in survey.issues:
        issues[issue.file].append(issue)
    for correction in survey.corrections:
        corrections[correction.file].append(correction)
    files = sorted({*issues, *(source.file for source in survey.sources)})
    names = copy_names([file for file in files if file.lower().endswith(SPREADSHEETS) and (folder / file).is_file()])
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for file, name in names.items():
        data = annotated(file, read_bytes(folder / file), issues[file], corrections[file])
        path = target / name
        try:
            path.write_bytes(data)
        except PermissionError as error:
            raise InputError(
                _("cannot be written: another program has it open, or it is protected"),
                place=path.name,
                cure=_("close it there and try again"),
            ) from error
        written.append(path)
    return written


def copy_names(files: Sequence[str]) -> dict[str, str]:
    """The names of the copies: .xlsx all of them, and no two the same (a.xls beside a.xlsx becomes a.xls.xlsx)."""
    taken = {file.lower() for file in files if file.lower().endswith(".xlsx")}
    names = {}
    for file in files:
        if file.lower().endswith(".xlsx"):
            names[file] = file
            continue
        name = f"{Path(file).stem}.xlsx"
        names[file] = f"{file}.xlsx" if name.lower() in taken else name
        taken.add(names[file].lower())
    return names


def annotated(file: str, data: bytes, issues: Sequence[Issue], corrections: Sequence[Correction]) -> bytes:
    """The workbook's annotated copy as .xlsx. The same input gives the same bytes."""
    try:
        read = open_workbook(file, data)
    except UnreadableError:
        return _finish(_listed(Workbook(), file, issues, corrections, (), empty=True), {})
    before: dict[str, bytes] = {}
    titles = {name: name for name in read.grids}
    lost = ["公式和样式（各单元格按读取的内容写成）"]
    book = None
    if data.startswith(b"PK") and "xl/workbook.xml" in (before := unpack(data)):  # whatever the file is called
        book = None if _bloated(before, read.grids.values()) else _loaded(data)
    if book is None:
        before = {}
        book, titles = _written(read.grids.values())
    else:
        lost = []
        _clear(book)
    for cell, found in _by_cell(issues).items():
        page = book[titles[cell[0]]] if cell[0] in titles and titles[cell[0]] in book.sheetnames else None
        if isinstance(page, Worksheet):
            _mark(page, cell[1], found)
    created = b"created" in before.get("docProps/core.xml", b"")
    if not created:
        book.properties.created = datetime(*EPOCH)
    if before:
        lost += _lost(before, book)
    return _finish(_listed(book, file, issues, corrections, lost, titles=titles), before)


def _bloated(parts: Mapping[str, bytes], grids: Iterable[Grid]) -> bool:
    """Whether openpyxl would need too much memory: it keeps empty cells, too, and every cell of a merged range."""
    cells = sum(part.count(b"<c ") for name, part in parts.items() if name.startswith("xl/worksheets/"))
    return cells > MOST_CELLS or sum(map(_covered, grids)) > MOST_CELLS


def _covered(grid: Grid) -> int:
    return sum((bottom - top + 1) * (right - left + 1) for (top, left), (bottom, right) in grid.merged)


def _loaded(data: bytes) -> Workbook | None:
    """The workbook as openpyxl has it; None where it cannot read what calamine could."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it drops: that is said on the list
            return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except NOT_FOR_OPENPYXL:
        return None


def _written(grids: Iterable[Grid]) -> tuple[Workbook, dict[str, str]]:
    """A workbook made from what was read, and what its sheets are called there."""
    book = Workbook()
    book.remove(book.worksheets[0])
    titles: dict[str, str] = {}
    for grid in grids:
        if grid.sheet == form.ANNOTATION_SHEET:
            continue
        title = re.sub(r"[\[\]:*?/\\]", "_", grid.sheet)[:31].strip("'") or UNTITLED
        page = book.create_sheet(title)
        titles[grid.sheet] = page.title
        page.sheet_state = "hidden" if grid.hidden else "visible"
        for row in range(1, grid.height + 1):
            for column in range(grid.width):
                _put(page, row, column, grid.cell(row, column).value)
        for (top, left), (bottom, right) in grid.merged if _covered(grid) <= MOST_CELLS else ():
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book, titles


def _put(page: Worksheet, row: int, column: int, value: object) -> None:
    if value is None:
        return
    cell = page.cell(row, column + 1)
    if isinstance(value, bool | int | float | date | time | timedelta):
        cell.value = value
    elif not isinstance(cell, MergedCell):
        write_text(cell, str(value))


# ------------------------------------------------------------------------------------------------------------- marks


def _by_cell(issues: Sequence[Issue]) -> dict[tuple[str, str], list[Issue]]:
    """(sheet, cell) → its issues, worst first; those of whole sheets and files are on the list alone."""
    found: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in worst_first(issues):
        if issue.sheet and ADDRESS.fullmatch(issue.cell):
            found[issue.sheet, issue.cell].append(issue)
    return found


def _mark(page: Worksheet, address: str, issues: Sequence[Issue]) -> None:
    """Colours the cell by its worst issue and says in a comment what is wrong; a clerk's own comment stays below."""
    cell = page[address]
    if isinstance(cell, MergedCell):
        anchor = next(area for area in page.merged_cells.ranges if address in area)
        cell = page.cell(anchor.min_row, anchor.min_col)
        if isinstance(cell, MergedCell):  # ranges that overlap: Excel repairs such a sheet, its cells are nobody's
            return
    worst = min((issue.severity for issue in issues), key=SEVERITIES.index)
    cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
    said = [issue.message for issue in issues]
    earlier = cell.comment.text if cell.comment else ""
    if cell.comment and _ours(cell.comment):  # two cells of one merged range
        said.insert(0, earlier.removeprefix(form.ANNOTATION_MARK))
        earlier = ""
    text = form.ANNOTATION_MARK + "\n".join(dict.fromkeys(said))
    text = re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd]", "\ufffd", text)[:LONGEST_COMMENT]
    lines = sum(1 + len(line) // 22 for line in text.split("\n"))
    whole = f"{text}\n{OWN_WORDS}\n{earlier}" if earlier else text
    cell.comment = Comment(whole, form.ANNOTATOR, height=30 + 18 * min(lines, 20), width=320)


def _clear(book: Workbook) -> None:
    """Takes away what an earlier annotation put in, so that a mended cell is plain again."""
    if form.ANNOTATION_SHEET in book.sheetnames:
        book.remove(book[form.ANNOTATION_SHEET])
    ours = set(COLOURS.values())
    for page in book.worksheets:
        for cell in [cell for row in page.iter_rows() for cell in row if not isinstance(cell, MergedCell)]:
            if cell.comment and _ours(cell.comment):
                earlier = cell.comment.text.partition(f"\n{OWN_WORDS}\n")[2]
                cell.comment = Comment(earlier, "") if earlier else None
                if cell.fill.fgColor.rgb in ours:
                    cell.fill = PatternFill()


def _ours(comment: Comment) -> bool:
    return comment.author == form.ANNOTATOR or comment.text.startswith(form.ANNOTATION_MARK)


def _listed(
    book: Workbook, file: str, issues: Sequence[Issue], corrections: Sequence[Correction], lost: Sequence[str],
    *, titles: Mapping[str, str] | None = None, empty: bool = False,
) -> Workbook:  # fmt: skip
    """The workbook with the list as its first sheet, the one that is shown."""
    if empty:
        book.remove(book.worksheets[0])
        book.properties.created = datetime(*EPOCH)
    page = book.create_sheet(form.ANNOTATION_SHEET, 0)
    write_list(page, file, worst_first(issues), corrections, lost, titles or {})
    book.active = 0
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == 0
    return book


# ------------------------------------------------------------------------------------------------------------- bytes


def _lost(before: Mapping[str, bytes], book: Workbook) -> list[str]:
    """What the received package has and the copy will not have, as a clerk calls it."""

    def held(what: str) -> int:
        return sum(len(getattr(page, what)) for page in book.worksheets)

    kept = {
        "xl/media/": held("_images"),
        "xl/charts/chart": held("_charts"),
        "xl/pivotTables/pivotTable": held("_pivots"),
        "xl/externalLinks/externalLink": len(getattr(book, LINKS)),
    }
    counts = {start: sum(part.startswith(start) for part in before) for start in PARTS}
    said = [PARTS[start] for start, count in counts.items() if count > kept.get(start, 0)]
    drawings = [part for name, part in before.items() if re.fullmatch(r"xl/drawings/drawing\d*\.xml", name)]
    if any(sign in part for part in drawings for sign in DRAWN):
        said.append("图形和文本框")
    sheets = [part for name, part in before.items() if name.startswith("xl/worksheets/")]
    said += [name for sign, name in EXTENSIONS.items() if any(sign in part for part in sheets)]
    return list(dict.fromkeys(said))


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _finish(book: Workbook, before: Mapping[str, bytes]) -> bytes:
    """The copy's bytes: without a clock, its merges in order, its formulas with the results they had."""
    parts = unpack(_saved(book))
    book.properties.modified = book.properties.created
    parts["docProps/core.xml"] = tostring(book.properties.to_tree())
    old = worksheets(before) if before else {}
    for title, name in worksheets(parts).items():
        root = etree.fromstring(parts[name])
        sort_merges(root)
        if title in old and b"<f" in before[old[title]]:
            _give_results(root, _results(before[old[title]]))
        parts[name] = part_bytes(root)
    return pack(parts)


def _results(xml: bytes) -> dict[str, tuple[str | None, str]]:
    """Address → type and text of the result that is stored with a formula."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    found = {}
    for cell in etree.fromstring(xml, parser).iter("{*}c"):
        value = cell.findtext("{*}v")
        if cell.find("{*}f") is not None and value is not None and cell.get("r"):
            found[str(cell.get("r"))] = (cell.get("t"), value)
    return found


def _give_results(sheet: etree._Element, results: Mapping[str, tuple[str | None, str]]) -> None:
    for formula in sheet.iter(f"{MAIN}f"):
        cell = formula.getparent()
        if cell is None or (address := cell.get("r", "")) not in results:
            continue
        kind, text = results[address]
        value = cell.find(f"{MAIN}v")
        if value is None:
            value = etree.SubElement(cell, f"{MAIN}v")
        value.text = text
        if kind:
            cell.set("t", kind)
        elif "t" in cell.attrib:
            del cell.attrib["t"]
