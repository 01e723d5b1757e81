"""What a Word document said when it was made, kept in the document itself as a custom XML part.

With it a document that people edited can be refreshed by itself, wherever it has been: what differs from this text is
theirs. Word, WPS and LibreOffice keep such parts; Word's document inspector takes them out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from lxml import etree

from planbook.book.wordtext import FIELD, Line, R, Row, Span, Table, Text

SPACE = "urn:planbook:document:1"
RELATIONS = "word/_rels/document.xml.rels"
STORE = "{8C1B0E4A-5C0E-4F57-9D0B-6F0A3C0D2E11}"  # the name of the part's store; any will do
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
Element = etree._Element


@dataclass(frozen=True)
class Saying:
    """A line of text with the facts in it; of a cell all lines, with a line feed between them."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def pattern(self) -> tuple[str, ...]:
        """The words around the facts, and the facts by their ids."""
        out, at = [], 0
        for span in self.spans:
            out += [self.text[at : span.start], span.fact]
            at = span.end
        return (*out, self.text[at:])


@dataclass(frozen=True)
class Grid:
    """A table: rows of cells, and which of the rows are heads."""

    key: str
    caption: str
    rows: tuple[tuple[Saying, ...], ...]
    heads: int


@dataclass(frozen=True)
class Source:
    """Of what a document was made: unit, round, overridden parameters, the version of planbook."""

    unit: str
    round: str
    overrides: Mapping[str, Any]
    planbook: str


@dataclass(frozen=True)
class Printed:
    """A document as it was made. `figures`: the name of each picture and the sha256 of its image."""

    source: Source
    sayings: tuple[Saying, ...]
    grids: tuple[Grid, ...]
    figures: Mapping[str, str]


def said(text: Text) -> tuple[tuple[Saying, ...], tuple[Grid, ...]]:
    """The lines and tables of a document."""
    sayings = tuple(saying([line]) for line in text.lines() if line.text.strip(f"{FIELD} \n"))
    return sayings, tuple(grid(table) for table in text.tables())


def saying(lines: list[Line]) -> Saying:
    text, spans = "", []
    for number, line in enumerate(lines):
        text += "\n" if number else ""
        spans += [Span(len(text) + one.start, len(text) + one.end, one.fact) for one in line.spans]
        text += line.text
    return Saying(text, tuple(spans))


def grid(table: Table) -> Grid:
    return Grid(table.key, table.caption, tuple(map(cells, table.rows)), sum(row.head for row in table.rows))


def cells(row: Row) -> tuple[Saying, ...]:
    return tuple(saying(cell) for cell in row.cells)


def digests(text: Text, image: Callable[[str], bytes]) -> dict[str, str]:
    """The sha256 of each picture; `image` gives the bytes behind a relation's id."""
    return {p.name: hashlib.sha256(image(p.blip.get(f"{R}embed", ""))).hexdigest() for p in text.pictures}


# -------------------------------------------------------------------------------------------------- the part


def as_part(printed: Printed) -> bytes:
    source = printed.source
    root = etree.Element(f"{{{SPACE}}}document", nsmap={None: SPACE})  # type: ignore[dict-item]
    for key, value in (("unit", source.unit), ("round", source.round), ("planbook", source.planbook)):
        root.set(key, value)
    for name, override in sorted(source.overrides.items()):
        _add(root, "override", key=name, value=json.dumps(override, ensure_ascii=False))
    for one in printed.sayings:
        _write(_add(root, "p"), one)
    for table in printed.grids:
        inside = _add(root, "table", key=table.key, caption=table.caption, heads=str(table.heads))
        for row in table.rows:
            line = _add(inside, "row")
            for cell in row:
                _write(_add(line, "cell"), cell)
    for name, digest in sorted(printed.figures.items()):
        _add(root, "figure", name=name, sha256=digest)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def from_part(part: bytes) -> Printed | None:
    """What `as_part` wrote; None for a part of somebody else's."""
    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
        return _printed(root) if root.tag == f"{{{SPACE}}}document" else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def _printed(root: Element) -> Printed:
    overrides = {one.get("key", ""): json.loads(one.get("value", "null")) for one in _all(root, "override")}
    source = Source(root.get("unit", ""), root.get("round", ""), overrides, root.get("planbook", ""))
    grids = tuple(
        Grid(
            one.get("key", ""),
            one.get("caption", ""),
            tuple(tuple(_read(cell) for cell in _all(row, "cell")) for row in _all(one, "row")),
            int(one.get("heads", "0")),
        )
        for one in _all(root, "table")
    )
    figures = {one.get("name", ""): one.get("sha256", "") for one in _all(root, "figure")}
    return Printed(source, tuple(_read(one) for one in _all(root, "p")), grids, figures)


def _add(parent: Element, kind: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{SPACE}}}{kind}", attributes)


def _all(parent: Element, name: str) -> Iterator[Element]:
    return parent.iterchildren(f"{{{SPACE}}}{name}")


def _write(element: Element, one: Saying) -> None:
    last: Element | None = None
    at = 0
    for span in one.spans:
        _tail(element, last, one.text[at : span.start])
        last = _add(element, "fact", id=span.fact)
        last.text, at = one.text[span.start : span.end], span.end
    _tail(element, last, one.text[at:])


def _tail(element: Element, last: Element | None, text: str) -> None:
    if last is None:
        element.text = text
    else:
        last.tail = text


def _read(element: Element) -> Saying:
    text, spans = element.text or "", []
    for fact in element:
        start = len(text)
        text += fact.text or ""
        spans.append(Span(start, len(text), fact.get("id", "")))
        text += fact.tail or ""
    return Saying(text, tuple(spans))


# -------------------------------------------------------------------------------------------- its place in a package


def add_part(parts: dict[str, bytes], printed: Printed) -> None:
    """Puts the part into a package that has none of its kind, with the relations that lead to it."""
    number = next(n for n in count(1) if f"customXml/item{n}.xml" not in parts)
    parts[f"customXml/item{number}.xml"] = as_part(printed)
    parts[f"customXml/itemProps{number}.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem ds:itemID="{STORE}" '
        f'xmlns:ds="{OFFICE}/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="{SPACE}"/></ds:schemaRefs>'
        "</ds:datastoreItem>"
    ).encode()
    parts[f"customXml/_rels/item{number}.xml.rels"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/relationships/customXmlProps" Target="itemProps{number}.xml"/>'
        "</Relationships>"
    ).encode()
    relate(parts, "rIdPrinted", f"{OFFICE}/relationships/customXml", f"../customXml/item{number}.xml")
    types = etree.fromstring(parts["[Content_Types].xml"])
    kind = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    entry = {"PartName": f"/customXml/itemProps{number}.xml", "ContentType": kind}
    etree.SubElement(types, f"{{{PACKAGE}/content-types}}Override", entry)
    parts["[Content_Types].xml"] = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)


def relate(parts: dict[str, bytes], id: str, kind: str, target: str) -> str:
    """One more relation of the document; returns its id, which is `id` unless that is taken."""
    root = etree.fromstring(parts[RELATIONS])
    taken = {one.get("Id", "") for one in root}
    while id in taken:
        id += "x"
    etree.SubElement(root, f"{{{PACKAGE}/relationships}}Relationship", {"Id": id, "Type": kind, "Target": target})
    parts[RELATIONS] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return id


def images(parts: Mapping[str, bytes]) -> Callable[[str], bytes]:
    """A function from a relation's id in the document to the bytes of the part it leads to; none: no bytes."""
    root = etree.fromstring(parts[RELATIONS])
    targets = {one.get("Id", ""): one.get("Target", "") for one in root}

    def image(id: str) -> bytes:
        target = targets.get(id, "")
        return parts.get(target.removeprefix("/") if target.startswith("/") else f"word/{target}", b"")

    return image
