"""A workbook as a file: formulas with their values beside them, and the same bytes every time.

openpyxl leaves a formula's value empty, so that previews (phones, mail, file managers) show a blank; and it writes the
clock into the document's properties and into the archive. Both are mended here, between openpyxl and the disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from lxml import etree
from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties
from openpyxl.xml.functions import tostring

from planbook.errors import InputError
from planbook.words import _

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST = "[Content_Types].xml"  # readers that stream look for it first
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can hold

# sheet name → address of a formula's cell → what the formula gives
Cached = Mapping[str, Mapping[str, int | Decimal]]


def workbook_bytes(workbook: Workbook, cached: Cached) -> bytes:
    """The workbook as an .xlsx archive; its only time is `workbook.properties.created`.

    Excel computes everything anew when it opens the file. ValueError: a formula without a value in `cached`, or a
    value there without a formula.
    """
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    raw = io.BytesIO()
    workbook.save(raw)
    workbook.properties.modified = workbook.properties.created
    with zipfile.ZipFile(raw) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["docProps/core.xml"] = tostring(workbook.properties.to_tree())
    for number, sheet in enumerate(workbook.worksheets, 1):
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name] = _with_values(parts[name], cached.get(sheet.title, {}), sheet.title)
    return _archive(parts)


def write_workbook(path: Path, workbook: Workbook, cached: Cached) -> Path:
    """Writes the workbook. InputError: the file is there and open elsewhere (Windows locks what Excel shows)."""
    data = workbook_bytes(workbook, cached)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(data)
    except PermissionError as error:
        raise InputError(
            _("cannot be written: another program has it open, or it is protected"),
            place=path.name,
            cure=_("close it there and build again"),
        ) from error
    return path


def _with_values(xml: bytes, values: Mapping[str, int | Decimal], sheet: str) -> bytes:
    """The sheet's XML with every formula's value; merged ranges, which openpyxl keeps as a set, in order."""
    root = etree.fromstring(xml)
    for merged in root.iter(f"{MAIN}mergeCells"):
        merged[:] = sorted(merged, key=lambda range: range.get("ref", ""))
    left = dict(values)
    for formula in root.iter(f"{MAIN}f"):
        cell = formula.getparent()
        address = "" if cell is None else cell.get("r", "")
        if cell is None or address not in left:
            raise ValueError(f"{sheet}!{address}: a formula without a known value")
        value = cell.find(f"{MAIN}v")
        if value is None:
            value = etree.SubElement(cell, f"{MAIN}v")
        value.text = number_text(left.pop(address))
    if left:
        raise ValueError(f"{sheet}: values without a formula at {', '.join(left)}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def number_text(value: int | Decimal) -> str:
    """A number as Excel stores it: a double, written in the fewest digits that read back the same."""
    return str(value) if isinstance(value, int) else repr(float(value)).removesuffix(".0")


def _archive(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != FIRST, name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else it tells the system it was made on
            info.external_attr = 0o644 << 16
            archive.writestr(info, parts[name])
    return out.getvalue()
