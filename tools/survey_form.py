"""Writes a filled-in workbook of the survey's form, canonically: the same rows give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from planbook.survey import form, layout

EPOCH = (2020, 8, 31, 0, 0, 0)  # no clock in the file
STAMP = "2020-08-31T00:00:00Z"


def workbook_bytes(filler: str, date: str, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """An .xlsx of the form. `rows`: sheet's key → rows, each from column key to the value to write (None: blank)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in form.SHEETS:
        page = book.create_sheet(sheet.name)
        layout.head(page, sheet, f"填报单位：{filler}　　　　填报日期：{date}")
        for number, row in enumerate(rows[sheet.key], form.FIRST_ROW):
            layout.row(page, sheet, number, row)
        layout.set_up(page, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return canonical(buffer.getvalue())


def canonical(data: bytes) -> bytes:
    """The same package without clocks; stored, since compressors differ by platform."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", f">{STAMP}<".encode(), part)
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = 3, 0o644 << 16
            new.writestr(info, part)
    return buffer.getvalue()


def save(path: Path, data: bytes) -> None:
    """Write only what changed, so that running again touches nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)
