"""An office file as an archive of parts: the same parts give the same bytes, whatever the clock and the system."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST = "[Content_Types].xml"  # readers that stream look for it first
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can hold


def unpack(data: bytes) -> dict[str, bytes]:
    """The archive's parts by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as an archive, in a fixed order and without a time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in sorted(parts, key=lambda name: (name != FIRST, name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = method
            info.create_system = 3  # else it tells the system it was made on
            info.external_attr = 0o644 << 16
            archive.writestr(info, parts[name])
    return out.getvalue()


def sort_merges(sheet: etree._Element) -> None:
    """Merged ranges of a worksheet's XML, which openpyxl keeps as a set, in order."""
    for merged in sheet.iter(f"{MAIN}mergeCells"):
        merged[:] = sorted(merged, key=lambda range: range.get("ref", ""))


def part_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def worksheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet's name → its part, of an Excel workbook; chart sheets and parts that are missing are left out."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in etree.fromstring(parts["xl/_rels/workbook.xml.rels"], parser)
        if relation.get("Type", "").endswith("/worksheet")
    }
    found = {}
    for sheet in etree.fromstring(parts["xl/workbook.xml"], parser).iter("{*}sheet"):
        part = relations.get(next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), None), "")
        if part in parts:
            found[sheet.get("name", "")] = part
    return found
