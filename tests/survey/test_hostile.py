"""Files that are meant to do harm, or are too much: refused before they are unpacked, or read as what they say."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from survey_form import workbook_bytes

from planbook.survey.intake import MOST_ROWS
from planbook.survey.store import CountySurvey, open_survey
from planbook.survey.workbook import UnreadableError, open_workbook

from .conftest import COUNTIES, SMALL

SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


@pytest.fixture(scope="module")
def good() -> bytes:
    return workbook_bytes("裕民县", "2020年8月", SMALL)


def rewritten(data: bytes, edit: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """The package with one part edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def refused(data: bytes, name: str = "裕民县.xlsx") -> str:
    with pytest.raises(UnreadableError) as error:
        open_workbook(name, data)
    assert error.value.reason.endswith("。")
    return error.value.code


@pytest.mark.parametrize(
    "far",
    [
        FAR,
        FAR.replace(b'r="XFD1048576"', b"r='XFD1048576'"),
        FAR.replace(b'r="XFD1048576"', b's="0" r = "xfd1048576"'),
        FAR.replace(b'<c r="XFD1048576">', b"<c>"),
        FAR.replace(b"XFD1048576", b"A4294967290"),
        FAR.replace(b"<v>1</v>", b'<is><t>x</t></is>').replace(b"<c ", b'<c t="inlineStr" '),
    ],
)  # fmt: skip
def test_a_cell_at_the_end_of_the_sheet_is_refused_before_it_is_read(good: bytes, far: bytes) -> None:
    assert refused(rewritten(good, lambda xml: xml.replace(b"</sheetData>", far))) == "too-large"


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml.replace(b"</sheetData>", FAR.replace(b"<v>1</v></c>", b"</c>").replace(b"></c>", b"/>")),
        lambda xml: re.sub(rb'<dimension ref="[^"]*" ?/>', b'<dimension ref="A1:XFD1048576"/>', xml),
    ],
)
def test_what_is_only_formatted_takes_no_room(good: bytes, edit: Callable[[bytes], bytes]) -> None:
    assert len(open_workbook("裕民县.xlsx", rewritten(good, edit)).grids) == 5


def test_more_rows_than_a_county_can_have_are_refused() -> None:
    book = Workbook()
    for number in range(MOST_ROWS + 1):
        book.worksheets[0].append([number])
    buffer = io.BytesIO()
    book.save(buffer)
    assert refused(buffer.getvalue()) == "too-large"
    assert refused(b"1,2\n" * (MOST_ROWS + 1), "裕民县.csv") == "too-large"


def test_ten_million_empty_cells_are_passed_over_and_as_many_full_ones_refused(good: bytes) -> None:
    def filled(cell: bytes) -> Callable[[bytes], bytes]:
        lines = (b'<row r="%d">%s</row>' % (row, (cell % row) * 20) for row in range(100, 25_000))
        return lambda xml: xml.replace(b"</sheetData>", b"".join(lines) + b"</sheetData>")

    assert refused(rewritten(good, filled(b'<c r="A%d"><v>1</v></c>'))) == "too-large"
    assert len(open_workbook("裕民县.xlsx", rewritten(good, filled(b'<c r="A%d"/>'))).grids) == 5


def test_one_long_text_in_many_cells_is_refused_before_it_is_multiplied(good: bytes) -> None:
    lines = b"".join(b'<row r="%d">%s</row>' % (r, b'<c t="s"><v>0</v></c>' * 10) for r in range(100, 400))
    buffer = io.BytesIO(rewritten(good, lambda xml: xml.replace(b"</sheetData>", lines + b"</sheetData>")))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", f"<sst><si><t>{'长' * 32_000}</t></si></sst>")
    assert refused(buffer.getvalue()) == "too-large"


def test_a_cell_repeated_without_end_is_refused() -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    table = (
        '<t:table-row><t:table-cell o:value-type="string" t:number-columns-repeated="{}"><x:p>{}</x:p>'
        "</t:table-cell></t:table-row>"
    )
    for times, text in ((9_000_000, "1"), (9_000, "长" * 32_000)):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            content = f'<t:table t:name="表">{table.format(times, text)}</t:table>'
            spaces = f'xmlns:o="{office}office:1.0" xmlns:t="{office}table:1.0" xmlns:x="{office}text:1.0"'
            package.writestr("content.xml", f"<o:spreadsheet {spaces}>{content}</o:spreadsheet>")
        assert refused(buffer.getvalue(), "裕民县.ods") == "too-large"


def test_a_zip_bomb_is_refused(good: bytes) -> None:
    assert (
        refused(rewritten(good, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * (60 << 20))))
        == "too-large"
    )


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "unreadable"),
        ("a.xlsx", b"%PDF-1.7" + bytes(400), "format"),
        ("a.et", b"PK\x03\x04", "format"),
        ("a.xls", b"<html><table/></html>", "format"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(9000), "unreadable"),
        ("a.ods", b"PK\x03\x04" + bytes(2000), "unreadable"),
        ("a.csv", bytes(4000), "unreadable"),
    ],
)
def test_what_is_no_workbook_is_refused(name: str, data: bytes, code: str) -> None:
    assert refused(data, name) == code


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_half_a_workbook_is_refused(good: bytes, share: float) -> None:
    assert refused(good[: int(len(good) * share)]) == "unreadable"


def test_sheets_in_an_encoding_that_cannot_be_looked_through_are_refused(good: bytes) -> None:
    assert refused(rewritten(good, lambda xml: xml.decode().encode("utf-16"))) == "unreadable"


def test_entities_lead_nowhere(good: bytes) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    read = open_workbook(
        "a.xlsx", rewritten(good, lambda xml: xml.replace(b"<workbook", bomb + b"<workbook", 1), "xl/workbook.xml")
    )
    assert list(read.grids) == ["2000年底以前", "2000年底以后", "历史文化街区", "老旧小区改造年度计划表", "居民意愿"]


EVIL = (
    "<script>alert(1)</script>", '=HYPERLINK("http://x","点")', '#import "/etc/passwd"', "\\input{/etc/passwd}",
    "$x^2$ **粗**", "{{ 7*7 }}{% raw %}", "[[x]](javascript:alert(1))", "@SUM(A1)",
)  # fmt: skip


def test_markup_and_formulas_in_names_are_text(tmp_path: Path, good: bytes) -> None:
    book = load_workbook(io.BytesIO(good))
    page = book["2000年底以前"]
    for row, text in enumerate(EVIL, 5):
        for cell in page[5] if row > 6 else ():
            page.cell(row, cell.column, cell.value)
        page.cell(row, 3, text).data_type = "s"
    book.save(tmp_path / "裕民县.xlsx")
    survey = only(tmp_path)
    assert list(survey.communities["name"][: len(EVIL)]) == list(EVIL)
    assert not [i for i in survey.issues if i.cell.startswith("C") and i.severity == "error"]


@pytest.mark.parametrize("text", ["红柳\u202e新村", "红柳\x07新村", "\ufeff红柳新村\u200b"])
def test_signs_nobody_sees_are_taken_out_and_said(tmp_path: Path, small: Any, write: Any, text: str) -> None:
    small["before"][0]["name"] = text if "\x07" not in text else "红柳_x0007_新村"
    write(small)
    survey = only(tmp_path)
    assert survey.communities["name"][0] == "红柳新村"
    assert ("C5", "unseen") in {(one.cell, one.rule) for one in survey.corrections}


def test_names_of_files_that_climb_out_stay_names(tmp_path: Path, good: bytes) -> None:
    (tmp_path / "..%2F..%2F裕民县.xlsx").write_bytes(good)
    (tmp_path / "~$裕民县.xlsx").write_bytes(b"lock")
    (tmp_path / "旧表").mkdir()
    (tmp_path / "旧表" / "裕民县.xlsx").write_bytes(good)
    survey = open_survey(tmp_path, COUNTIES, cache=None, implied=True)
    assert [source.file for source in survey.sources] == ["..%2F..%2F裕民县.xlsx"]
    assert ("旧表", "other-file") in {(one.file, one.code) for one in survey.issues}, "what is not read is said"


def only(folder: Path) -> CountySurvey:
    return open_survey(folder, COUNTIES, cache=None, implied=True).counties["yumin"]
