"""The copy a clerk gets back: marked at the cell, explained on the list, otherwise as it was sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook

from planbook.errors import UsageError
from planbook.package import pack, unpack, worksheets
from planbook.survey import form
from planbook.survey.annotate import annotate_round, annotated, copy_names
from planbook.survey.clean import County
from planbook.survey.issues import Correction, Issue, Severity
from planbook.survey.noticelist import COLOURS
from planbook.survey.read import read_county_bytes
from planbook.survey.store import open_survey

BEFORE = "2000年底以前"
FILE = "裕民县.xlsx"
YUMIN = County("yumin", "裕民县", "654225")


def issue(
    cell: str, severity: Severity = "error", *, sheet: str = BEFORE, message: str = "请更正。", raw: str = ""
) -> Issue:
    return Issue(FILE, sheet, cell, "code", severity, raw, message)


def copy_of(data: bytes, *issues: Issue, corrections: tuple[Correction, ...] = (), file: str = FILE) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(annotated(file, data, issues, corrections)), rich_text=True)


def changed(path: Path, change: Callable[[Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path.read_bytes()


def texts(book: Workbook) -> list[list[str]]:
    return [[str(c) for c in row if c is not None] for row in book[form.ANNOTATION_SHEET].iter_rows(values_only=True)]


@pytest.fixture
def data(small: dict, write: Callable[..., Path]) -> bytes:
    return write(small).read_bytes()


def test_cells_are_coloured_by_their_worst_issue_and_say_what_is_wrong(data: bytes) -> None:
    book = copy_of(
        data, issue("G5", "note", message="供参考。"), issue("G5", message="请改正。"), issue("F6", "warning")
    )
    page = book[BEFORE]
    assert page["G5"].fill.fgColor.rgb == COLOURS["error"]
    assert page["G5"].comment.text == "【问题】请改正。\n供参考。"
    assert page["F6"].fill.fgColor.rgb == COLOURS["warning"]
    assert page["F5"].comment is None and page["F5"].fill.fill_type is None
    assert (page["G5"].value, page["G5"].number_format) == (120, "0")


def test_the_list_comes_first_and_leads_to_the_cells(data: bytes) -> None:
    mend = Correction(FILE, BEFORE, "B5", "裕民 县", "裕民县", "blank")
    book = copy_of(data, issue("F6", "warning"), issue("G5", raw="很多"), corrections=(mend,))
    page = book[form.ANNOTATION_SHEET]
    assert book.sheetnames[0] == form.ANNOTATION_SHEET and book.active is page
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [form.ANNOTATION_SHEET]
    lines = texts(book)
    assert ["1", "错误", BEFORE, "G5", "很多", "请更正。"] in [[c for c in line if c] for line in lines]
    assert "裕民县.xlsx：错误1处，警告1处。" in lines[1]
    links = {cell.value: cell.hyperlink.location for cell in page["D"] if cell.hyperlink}
    assert links == {"G5": f"'{BEFORE}'!G5", "F6": f"'{BEFORE}'!F6", "B5": f"'{BEFORE}'!B5"}
    assert any("去掉首尾空格和换行" in line for line in lines)


def test_a_workbook_without_issues_says_so(data: bytes) -> None:
    assert "未发现问题" in texts(copy_of(data))[1][0]


def test_a_cell_inside_a_merge_is_marked_at_its_anchor_and_one_beyond_the_table_at_itself(data: bytes) -> None:
    page = copy_of(data, issue("G3", message="表头。"), issue("H3", message="又是表头。"), issue("Z90"))[BEFORE]
    assert page["F3"].comment.text == "【问题】表头。\n又是表头。"
    assert page["Z90"].comment.text == "【问题】请更正。"
    assert "F3:H3" in [str(area) for area in page.merged_cells.ranges]


def test_formulas_keep_their_results_and_everything_else_stays(small: dict, write: Callable[..., Path]) -> None:
    def change(book: Workbook) -> None:
        page = book[BEFORE]
        page["N5"] = "=M5/G5"
        page["M6"] = '=HYPERLINK("x")'
        page["M6"].data_type = "s"
        page["C5"] = CellRichText("红柳", TextBlock(InlineFont(b=True), "新村"))
        page["C6"].font = Font("楷体", 14, italic=True)
        page["C6"].comment = Comment("已核对", "李四")
        page.row_dimensions[6].hidden = True
        book["居民意愿"].sheet_state = "hidden"

    data = with_results(changed(write(small), change), {"N5": "2.4"})
    book = copy_of(data, issue("C6", message="请更正。"))
    page = book[BEFORE]
    assert (page["N5"].value, page["M6"].value, page["M6"].data_type) == ("=M5/G5", '=HYPERLINK("x")', "s")
    assert (page["C6"].font.name, page["C6"].font.i) == ("楷体", True)
    assert isinstance(page["C5"].value, CellRichText)
    assert page["C6"].comment.text == "【问题】请更正。\n——原有批注——\n已核对"
    assert page.row_dimensions[6].hidden and book["居民意愿"].sheet_state == "hidden"
    assert page.freeze_panes == "D5"
    again = openpyxl.load_workbook(io.BytesIO(annotated(FILE, data, (), ())), data_only=True)
    assert again[BEFORE]["N5"].value == 2.4


def with_results(data: bytes, results: dict[str, str]) -> bytes:
    """The workbook with results of its formulas, as Excel stores them."""
    parts = unpack(data)
    for name in worksheets(parts).values():
        root = etree.fromstring(parts[name])
        for cell in root.iter("{*}c"):
            if cell.find("{*}f") is not None and cell.get("r") in results:
                cell.find("{*}v").text = results[cell.get("r")]
        parts[name] = etree.tostring(root)
    return pack(parts)


def test_the_copy_reads_as_the_original_and_a_mended_one_is_clean(small: dict, write: Callable[..., Path]) -> None:
    data = changed(write(small), lambda book: book[BEFORE].__setitem__("G5", "很多"))
    first = read_county_bytes(FILE, data, YUMIN, 2020)
    assert [found.cell for found in first.issues] == ["G5"]
    returned = annotated(FILE, data, first.issues, first.corrections)
    second = read_county_bytes(FILE, returned, YUMIN, 2020)
    assert (second.issues, second.corrections) == (first.issues, first.corrections)
    book = openpyxl.load_workbook(io.BytesIO(returned))
    book[BEFORE]["G5"] = 120
    book[BEFORE]["G5"].comment.author = ""  # LibreOffice forgets it
    out = io.BytesIO()
    book.save(out)
    assert read_county_bytes(FILE, out.getvalue(), YUMIN, 2020).issues == ()
    clean = copy_of(out.getvalue())
    assert clean[BEFORE]["G5"].comment is None and clean[BEFORE]["G5"].fill.fill_type is None
    assert clean.sheetnames.count(form.ANNOTATION_SHEET) == 1


def test_annotating_twice_gives_the_same_bytes_and_keeps_a_clerks_comment(
    small: dict, write: Callable[..., Path]
) -> None:
    def change(book: Workbook) -> None:
        book[BEFORE]["G5"].comment = Comment("已核对", "李四")
        book[BEFORE]["G6"].fill = PatternFill("solid", fgColor="FF00FF00")

    data = changed(write(small), change)
    found = (issue("G5"),)
    once = annotated(FILE, data, found, ())
    assert once == annotated(FILE, data, found, ())
    page = copy_of(once)[BEFORE]
    assert page["G5"].comment.text == "已核对"
    assert page["G6"].fill.fgColor.rgb == "FF00FF00"


def test_hostile_words_stay_text(data: bytes) -> None:
    wild = issue("G5", raw='=HYPERLINK("http://x","y")', message="请更正\x07“<script>”。")
    for number, line in enumerate(book_lines := list(copy_of(data, wild)[form.ANNOTATION_SHEET].iter_rows()), 1):
        assert all(cell.data_type != "f" for cell in line), number
    raw = next(cell for line in book_lines for cell in line if cell.value == wild.raw)
    assert raw.quotePrefix
    assert copy_of(data, wild)[BEFORE]["G5"].comment.text == "【问题】请更正\ufffd“<script>”。"


def test_what_openpyxl_drops_is_named(small: dict, write: Callable[..., Path], tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(PNG)

    def change(book: Workbook) -> None:
        book[BEFORE].add_image(Image(picture), "T1")

    data = changed(write(small), change)
    assert not any("未能保留" in text for line in texts(copy_of(data)) for text in line)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
        package.writestr("xl/drawings/drawing9.xml", b"<xdr:wsDr><xdr:sp macro=''/></xdr:wsDr>")
    said = [text for line in texts(copy_of(out.getvalue())) for text in line if "未能保留" in text]
    assert said == ["本副本未能保留：宏、图形和文本框。需要时请在原文件上改正。"]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)


def test_a_merge_of_a_whole_sheet_costs_nothing(data: bytes) -> None:
    parts = unpack(data)
    part = worksheets(parts)[BEFORE]
    parts[part] = parts[part].replace(b'ref="A1:R1"', b'ref="A1:XFD1048576"')
    book = copy_of(pack(parts), issue("G5"))
    assert book[BEFORE]["G5"].comment.text == "【问题】请更正。"
    assert any("公式和样式" in text for line in texts(book) for text in line)


def test_a_file_that_cannot_be_read_comes_back_as_the_list_alone() -> None:
    book = copy_of(b"%PDF-1.7", Issue(FILE, "", "", "unreadable", "error", "", "文件已损坏。"))
    assert book.sheetnames == [form.ANNOTATION_SHEET]
    assert any("文件已损坏。" in line for line in texts(book))


def test_other_formats_come_back_as_xlsx_with_the_marks_at_the_same_cells() -> None:
    sent = '序号,小区名称,户数（户）\r\n1,"=HYPERLINK(""x"")",很多\r\n'.encode("gb18030")
    book = copy_of(sent, Issue("裕民县.csv", "裕民县", "C2", "code", "error", "很多", "请更正。"), file="裕民县.csv")
    page = book["裕民县"]
    assert page["C2"].comment.text == "【问题】请更正。"
    assert (page["B2"].value, page["B2"].data_type) == ('=HYPERLINK("x")', "s")
    assert [cell.hyperlink.location for cell in book[form.ANNOTATION_SHEET]["D"] if cell.hyperlink] == ["'裕民县'!C2"]
    assert any("公式和样式" in text for line in texts(book) for text in line)


@pytest.mark.parametrize(
    ("files", "copies"),
    [
        (["a.xlsx", "b.xls", "c.csv"], ["a.xlsx", "b.xlsx", "c.xlsx"]),
        (["a.xls", "a.xlsx", "A.ods"], ["a.xls.xlsx", "a.xlsx", "A.ods.xlsx"]),
        (["a.csv", "a.xlsm"], ["a.xlsx", "a.xlsm.xlsx"]),
    ],
)
def test_copies_are_xlsx_and_none_replaces_another(files: list[str], copies: list[str]) -> None:
    assert list(copy_names(files).values()) == copies


def test_every_workbook_of_a_round_is_copied_and_none_of_the_received_touched(
    rounds: Path, counties: tuple[County, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "轮次 1"
    folder.mkdir()
    for name in ("裕民县老旧小区摸底调查表.xlsx", "托里县老旧小区摸底调查表.xlsx", "round.yml"):
        (folder / name).write_bytes((rounds / "2020-08" / name).read_bytes())
    (folder / "乌苏市.xlsx").write_bytes(b"")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    survey = open_survey(folder, counties, cache=None)
    written = annotate_round(folder, survey, tmp_path / "退回")
    assert sorted(path.name for path in written) == sorted(name for name in before if name.endswith(".xlsx"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(UsageError, match="received"):
        annotate_round(folder, survey, folder)
