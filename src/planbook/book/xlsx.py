"""A workbook as a file: formulas with their values beside them, and the same bytes every time.

openpyxl leaves a formula's value empty, so that previews (phones, mail, file managers) show a blank; and it writes the
clock into the document's properties and into the archive. Both are mended here, between openpyxl and the disk.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from lxml import etree
from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties
from openpyxl.xml.functions import tostring

from planbook.errors import InputError
from planbook.package import MAIN, pack, part_bytes, sort_merges, unpack
from planbook.words import _

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
    parts = unpack(raw.getvalue())
    parts["docProps/core.xml"] = tostring(workbook.properties.to_tree())
    for number, sheet in enumerate(workbook.worksheets, 1):
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name] = _with_values(parts[name], cached.get(sheet.title, {}), sheet.title)
    return pack(parts)


def write_workbook(path: Path, workbook: Workbook, cached: Cached) -> Path:
    """Writes the workbook. InputError: the file is there and open elsewhere (Windows locks what Excel shows)."""
    data = workbook_bytes(workbook, cached)
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
    """The sheet's XML with every formula's value, and its merged ranges in order."""
    root = etree.fromstring(xml)
    sort_merges(root)
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
    return part_bytes(root)


def number_text(value: int | Decimal) -> str:
    """A number as Excel stores it: a double, written in the fewest digits that read back the same."""
    return str(value) if isinstance(value, int) else repr(float(value)).removesuffix(".0")
