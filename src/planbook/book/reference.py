"""Word's styles as params ask for them: the reference document with other faces, sizes, lines and margins.

What is not asked for stays as tools/make_reference.py made it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FACES = {"body": "宋体", "heading": "黑体", "latin": "Times New Roman"}
BODY = {"BodyText", "FirstParagraph", "Compact", "Note", "NoteTitle"}
HEADINGS = {f"Heading{level}" for level in range(1, 5)}
USUAL = Decimal(12)  # the body's size in points
EDGES = ("top", "bottom", "left", "right")
TWIPS = 567  # a centimetre
Element = etree._Element


def as_asked(reference: bytes, asked: Mapping[str, str]) -> bytes:
    """The reference document, set as `asked`: body, heading, latin (families), size, line (pt), top … right (cm)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(reference)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(part)
                _faces(root, asked)
                _sizes(root, asked)
                _margins(root, asked)
                part = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
    return out.getvalue()


def _faces(root: Element, asked: Mapping[str, str]) -> None:
    given = {FACES[key]: asked[key] for key in FACES if key in asked}
    for fonts in root.iter(f"{W}rFonts"):
        for key, name in fonts.attrib.items():
            fonts.set(key, given.get(str(name), str(name)))


def _sizes(root: Element, asked: Mapping[str, str]) -> None:
    """Headings keep their proportion to the body, with their lines and the space around them; sizes are in half points,
    lines and spaces in twentieths."""
    factor = Decimal(asked.get("size", "12pt").removesuffix("pt")) / USUAL
    line = str(round(Decimal(asked["line"].removesuffix("pt")) * 20)) if "line" in asked else None
    for style in root.iter(f"{W}style"):
        id_ = style.get(f"{W}styleId")
        if id_ not in BODY | HEADINGS:
            continue
        for size in (*style.iter(f"{W}sz"), *style.iter(f"{W}szCs")):
            _scale(size, "val", factor)
        for spacing in style.iter(f"{W}spacing"):
            if id_ in HEADINGS:
                for part in ("line", "before", "after"):
                    _scale(spacing, part, factor)
            elif line:
                spacing.set(f"{W}line", line)


def _scale(element: Element, name: str, factor: Decimal) -> None:
    if value := element.get(f"{W}{name}"):
        element.set(f"{W}{name}", str(round(Decimal(value) * factor)))


def _margins(root: Element, asked: Mapping[str, str]) -> None:
    """Of the page that Pandoc measures figures by, and where running heads end on the right."""
    given = {edge: round(Decimal(asked[edge].removesuffix("cm")) * TWIPS) for edge in EDGES if edge in asked}
    for margins in root.iter(f"{W}pgMar"):
        for edge, twips in given.items():
            margins.set(f"{W}{edge}", str(twips))
    widths = {
        "8732": 11906 - given.get("left", 1587) - given.get("right", 1587),
        "13958": 16838 - given.get("top", 1440) - given.get("bottom", 1440),
    }
    for tab in root.iter(f"{W}tab"):
        if (place := tab.get(f"{W}pos")) in widths:
            tab.set(f"{W}pos", str(widths[place]))
