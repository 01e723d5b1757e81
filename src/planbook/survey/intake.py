"""What kind of file it is, and whether it may be opened: by its bytes, before anything is unpacked.

A file is judged by what it holds, not by its name. Bounds are sizes and counts, never a clock: what passes them is read
in a few seconds and less than 1 GB.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Literal

Format = Literal["xlsx", "xls", "ods", "csv"]

# what a clerk may take for a workbook: named by the reader, never passed over in silence
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".et", ".ett", ".xlsb", ".xltx", ".xlt", ".numbers", ".tsv")
# what may hold a county's answers though it is no table: said, not read
OTHER_FILES = (
    *(".doc", ".docx", ".wps", ".pdf", ".zip", ".rar", ".7z", ".html", ".htm", ".mht", ".jpg", ".jpeg", ".png"),
    *(".bmp", ".tif", ".tiff", ".mdb", ".accdb", ".dbf", ".eml", ".msg"),
)

MOST_BYTES = 40 << 20  # of a file
MOST_UNPACKED = 100 << 20  # of all parts of a package together
MOST_RATIO = 250  # of unpacked to packed, of parts larger than FREE
FREE = 10 << 20
MOST_PARTS = 5000
MOST_CELLS = 400_000  # that hold something
MOST_ROWS = 6000  # of a workbook that hold something: a county has some hundred communities
MOST_AREA = 2_000_000  # rows × columns of one sheet, from A1 to the last cell that holds something
MOST_TEXT = 64 << 20  # bytes of all cells' texts, each as often as it stands there
DEFLATE_LIMIT = 1032  # what one byte can grow to at most

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "请用表格软件打开后另存为“Excel 工作簿（*.xlsx）”再上报"


class UnreadableError(Exception):
    """Not a workbook we read. `reason` says in Chinese what to do; `code` is one of check.RULES."""

    def __init__(self, reason: str, code: str = "unreadable") -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


def format_of(name: str, data: bytes) -> Format:
    """The format of a file's bytes. UnreadableError where it is none we read, or too large to be opened."""
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise UnreadableError("文件为空（0字节），请重新导出或重新发送。")
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"文件超过{MOST_BYTES >> 20}兆字节，请删去图片和空白区域后再上报。", "too-large")
    if suffix in (".et", ".ett"):
        raise UnreadableError(f"不读取 WPS 的 .et 格式，{SAVE_AS}。", "format")
    if suffix in (".xlsb", ".numbers"):
        raise UnreadableError(f"不读取 {suffix} 格式，{SAVE_AS}。", "format")
    if data.startswith(b"PK"):
        return _package(data)
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableError("工作簿设有打开密码，请取消密码后重新保存。", "password")
        return "xls"
    if data.startswith(b"%PDF"):
        raise UnreadableError("这是 PDF 文件，只是改了扩展名，请上报原来的 Excel 工作簿。", "format")
    if suffix in (".csv", ".tsv"):
        return "csv"
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableError(f"这是网页格式的表格，{SAVE_AS}。", "format")
    raise UnreadableError(f"文件已损坏或不是 Excel 工作簿，{SAVE_AS}。")


def _package(data: bytes) -> Format:
    """Looks at a zip archive's list of parts, then at how large they really are."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _check_sizes(data, parts)
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableError("文件设有密码，请取消密码后重新保存。", "password")
            mime = package.read("mimetype").strip() if "mimetype" in names else b""
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, ValueError, OSError, KeyError, EOFError) as error:
        raise UnreadableError(f"文件不完整或已损坏，请重新发送，或{SAVE_AS}。") from error
    if "xl/workbook.xml" in names or any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    if mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "xl/workbook.bin" in names:
        raise UnreadableError(f"不读取 .xlsb 格式，{SAVE_AS}。", "format")
    if "word/document.xml" in names:
        raise UnreadableError("这是 Word 文件，请把表格填入 Excel 工作簿（*.xlsx）再上报。", "format")
    raise UnreadableError(f"文件已损坏或不是 Excel 工作簿，{SAVE_AS}。")


def _check_sizes(data: bytes, parts: list[zipfile.ZipInfo]) -> None:
    """What the parts say they unpack to, and what they do unpack to: a bomb lies about it."""
    packed = sum(part.compress_size for part in parts)
    said = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or said > MOST_UNPACKED or packed > len(data):
        raise _bomb()
    if said > FREE and said > packed * MOST_RATIO:
        raise _bomb()
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise UnreadableError(f"文件的压缩方式不受支持，{SAVE_AS}。")
    if packed * DEFLATE_LIMIT <= FREE:
        return  # however it lies, it cannot grow large
    left = max(said, FREE)
    for part in parts:
        if part.compress_type == zipfile.ZIP_DEFLATED:
            left -= _unpacked(data, part, left)


def _unpacked(data: bytes, part: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a part unpacks to; UnreadableError when that is more than `most`."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30:
        raise zipfile.BadZipFile("truncated")
    start = part.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    unpacker, size = zlib.decompressobj(-15), 0
    rest = data[start : start + part.compress_size]
    while rest:
        size += len(unpacker.decompress(rest, 1 << 20))
        if size > most:
            raise _bomb()
        if unpacker.eof:
            break
        rest = unpacker.unconsumed_tail
    return size


def _bomb() -> UnreadableError:
    reason = f"文件解压后过大，可能含有大片空白区域，{SAVE_AS}；另存前请删去数据之外的空行和空列。"
    return UnreadableError(reason, "too-large")


def check_rows(grids: Iterable[Sequence[Sequence[object]]]) -> None:
    """UnreadableError when the sheets together have more rows that hold something than can be read in a few seconds."""
    rows = sum(1 for values in grids for line in values if any(value not in ("", None) for value in line))
    if rows > MOST_ROWS:
        reason = f"工作簿有{rows}行内容，多于{MOST_ROWS}行，请删去与调查表无关的内容，或按县（市）分开上报。"
        raise UnreadableError(reason, "too-large")


def check_text(sheet: str, size: int) -> None:
    """UnreadableError when the texts of a sheet's cells come to more bytes than can be held."""
    if size > MOST_TEXT:
        raise UnreadableError(f"工作表“{sheet}”的文字过多，请删去与调查表无关的内容后重新保存。", "too-large")


def check_extent(sheet: str, cells: int, rows: int, columns: int, last: str = "") -> None:
    """UnreadableError when a sheet's cells, or the area they span, are more than can be read."""
    if cells > MOST_CELLS:
        raise UnreadableError(f"工作表“{sheet}”有{cells}个单元格，过大，请删去与调查表无关的内容。", "too-large")
    if rows * columns > MOST_AREA:
        place = f"（最远到{last}）" if last else ""
        raise UnreadableError(f"工作表“{sheet}”的已用区域过大{place}，请删去数据之外的行和列后重新保存。", "too-large")
