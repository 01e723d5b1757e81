"""Word files as a test sees them: all changes accepted or rejected, and what is then read."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MAIN = "word/document.xml"


def settled(path: Path, target: Path, *, accept: bool = True) -> Path:
    """A copy with every tracked change accepted, or rejected, as Word does it."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    root = etree.fromstring(parts[MAIN])
    stay, go = (("ins", "moveTo"), ("del", "moveFrom")) if accept else (("del", "moveFrom"), ("ins", "moveTo"))
    for row in list(root.iter(f"{WORD}tr")):
        if any(row.find(f"{WORD}trPr/{WORD}{name}") is not None for name in go):
            row.getparent().remove(row)
    for element in list(root.iter(*(f"{WORD}{name}" for name in go))):
        if element.getparent() is not None:
            element.getparent().remove(element)
    for element in list(root.iter(*(f"{WORD}{name}" for name in stay))):
        parent = element.getparent()
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)
    for text in list(root.iter(f"{WORD}delText")):
        text.tag = f"{WORD}t"
    parts[MAIN] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    target.write_bytes(zipped(parts))
    return target


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def body(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as package:
        return etree.fromstring(package.read(MAIN))[0]


def text_of(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{WORD}t"))


def facts(path: Path) -> dict[str, set[str]]:
    """Every tagged number with the texts it is printed with."""
    out: dict[str, set[str]] = defaultdict(set)
    for control in body(path).iter(f"{WORD}sdt"):
        tag = control.find(f"{WORD}sdtPr/{WORD}tag")
        if tag is not None:
            out[tag.get(f"{WORD}val")].add(text_of(control))
    return out


def tables(path: Path) -> list[list[list[str]]]:
    return [
        [[text_of(cell) for cell in row.iter(f"{WORD}tc")] for row in table.iter(f"{WORD}tr")]
        for table in body(path).iter(f"{WORD}tbl")
    ]


def paragraphs(path: Path) -> list[str]:
    """The texts of the paragraphs outside tables."""
    return [text for one in body(path).iterchildren(f"{WORD}p", f"{WORD}sdt") if (text := text_of(one)).strip()]


def figures(path: Path) -> Counter[tuple[str, str]]:
    """Each picture's name with the sha256 of its image."""
    with zipfile.ZipFile(path) as package:
        relations = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        targets = {one.get("Id"): f"word/{one.get('Target')}" for one in relations}
        found: Counter[tuple[str, str]] = Counter()
        for properties in body(path).iter(f"{DRAWING}docPr"):
            blip = next(element for element in properties.getparent().iter() if element.tag.endswith("}blip"))
            image = package.read(targets[next(v for k, v in blip.items() if k.endswith("}embed"))])
            found[properties.get("name"), hashlib.sha256(image).hexdigest()] += 1
    return found
