"""A website, or a book in one page, as a reader finds it; pages of planbook's own renderer and of Quarto's."""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from planbook.compare.rendered import NOTES, Item, Kind, Rendered, row_text, squeezed

KINDS: tuple[Kind, ...] = (
    "heading", "text", "footnote", "caption", "reference", "row", "fact", "figure", "picture"
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4")
ASIDES = ("plan-unit", "plan-note", "callout-header", "callout-title")  # paragraphs that are a div
# signs that other formats have elsewhere
APART = ("footnote-ref", "footnote-back", "anchor", "anchorjs-link", "screen-reader-only")
SKIPPED = ("cover", "turn", "plan-tools", "page-source", "page-navigation")  # what is around the text
IDENTIFIER = "quarto-section-identifier"  # in a chapter's heading, and in no other title of Quarto's
BLOCKS = ("p", "ul", "ol", "div", "table", "section", "blockquote")
Element = etree._Element


def read_html(place: Path) -> Rendered:
    """The pages of a site in the order of its navigation, or the one page."""
    paths = _pages(place) if place.is_dir() else [place]
    pages = {path: _parsed(path) for path in paths}
    targets = dict(pair for page in pages.values() for pair in _targets(page))
    items = [item for path, page in pages.items() for item in _Reader(path, targets).items(page)]
    items.sort(key=lambda item: item.place == NOTES)  # at the end of each page here, at the end of the book elsewhere
    return Rendered(place, "html", KINDS, tuple(items))


def _parsed(path: Path) -> Element:
    return etree.fromstring(path.read_bytes(), etree.HTMLParser(encoding="utf-8"))


def _pages(site: Path) -> list[Path]:
    navs = (nav for nav in _parsed(site / "index.html").iter("nav") if nav.get("id") in ("book", "quarto-sidebar"))
    links = [link.get("href", "").partition("#")[0] for nav in navs for link in nav.iter("a")]
    names = ["index.html", *(posixpath.normpath(unquote(link)) for link in links)]
    return [site / name for name in dict.fromkeys(names) if name.endswith(".html") and (site / name).is_file()]


def _main(page: Element) -> Element:
    found = page.find(".//main")
    return page if found is None else found


def _targets(page: Element) -> Iterator[tuple[str, str]]:
    """Every id with what a reader finds there: a heading, or the number of a figure or table."""
    for element in _main(page).iter("h1", "h2", "h3", "h4", "figure"):
        if element.tag == "figure":
            yield element.get("id", "?"), _label(element, "")
            continue
        around = element.getparent()
        for one in (element, *([] if around is None else [around]), *_with_class(element, IDENTIFIER)):
            if id := one.get("id"):
                yield id, said(element)


def _with_class(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if isinstance(one.tag, str) and name in _classes(one)]


def _label(element: Element, otherwise: str) -> str:
    """The number in a figure's or table's caption."""
    labels = _with_class(element, "caption-label")
    return said(labels[0]) if labels else otherwise


def said(element: Element) -> str:
    return squeezed("".join(_texts(element, own=False)))


def _texts(element: Element, *, own: bool) -> Iterator[str]:
    """The text of an element without signs that stand elsewhere in other formats; own: nor that of blocks in it."""
    yield element.text or ""
    for child in element:
        skipped = not isinstance(child.tag, str) or _classes(child) & set(APART) or (own and child.tag in BLOCKS)
        if not skipped:
            yield from _texts(child, own=own)
        yield child.tail or ""


def _classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


class _Reader:
    """One page under the eye: the heading above, and the figure or table, where the reader is."""

    def __init__(self, path: Path, targets: dict[str, str]) -> None:
        self.path, self.targets = path, targets
        self.place = path.name

    def items(self, page: Element) -> Iterator[Item]:
        yield from self._walk(_main(page), note=False)

    def _walk(self, element: Element, *, note: bool) -> Iterator[Item]:
        if not isinstance(element.tag, str) or _classes(element) & set(SKIPPED) or element.tag in ("script", "style"):
            return
        if element.get("id") == "title-block-header":  # Quarto's: the chapter's heading, or on the first page the cover
            for heading in (one for one in element.iter("h1") if _with_class(one, IDENTIFIER)):
                yield from self._walk(heading, note=False)
            return
        if "footnotes" in _classes(element):
            note, self.place = True, NOTES
        if element.tag in HEADINGS and not note:
            self.place = said(element)
            yield Item("heading", self.place, f"{'#' * int(element.tag[1])} {self.place}")
        elif element.tag == "figcaption":
            yield Item("caption", _label(element, self.place), said(element))
        elif element.tag == "table":
            yield from self._rows(element)
        elif element.tag == "img":
            yield from self._figure(element)
        elif text := self._paragraph(element):
            yield Item("footnote" if note else "text", self.place, text)
        yield from self._inline(element)
        for child in element if element.tag != "table" else ():
            yield from self._walk(child, note=note)

    def _paragraph(self, element: Element) -> str:
        """The text of a block that holds no other."""
        if element.tag == "p" or (element.tag == "div" and _classes(element) & set(ASIDES)):
            return said(element)
        return squeezed("".join(_texts(element, own=True))) if element.tag == "li" else ""

    def _inline(self, element: Element) -> Iterator[Item]:
        """References and facts, wherever they stand; those of a table with it."""
        for one in element.iter("a", "span") if element.tag == "table" else [element]:
            classes = _classes(one)
            if one.tag == "a" and "quarto-xref" in classes:
                id = unquote(one.get("href", "").partition("#")[2])
                yield Item("reference", self.place, f"{said(one)} → {self.targets.get(id, '?')}")
            elif one.tag == "span" and "fact" in classes:
                yield Item("fact", self.place, f"{one.get('data-fact')} = {said(one)}")

    def _rows(self, table: Element) -> Iterator[Item]:
        label = self._float(table)
        for number, row in enumerate(table.iter("tr"), start=1):
            cells = [(said(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row.iter("td", "th")]
            yield Item("row", f"{label} {number}", row_text(cells))

    def _figure(self, image: Element) -> Iterator[Item]:
        label, source = self._float(image), image.get("src", "")
        yield Item("figure", label, squeezed(image.get("alt", "")))
        if source.startswith("data:"):
            content = base64.b64decode(source.partition(",")[2])
        else:
            file = self.path.parent / unquote(source)
            content = file.read_bytes() if file.is_file() else b""
        yield Item("picture", label, hashlib.sha256(content).hexdigest()[:16] if content else "?")

    def _float(self, element: Element) -> str:
        figure = next(element.iterancestors("figure"), None)
        return self.place if figure is None else _label(figure, self.place)


def _span(cell: Element, name: str) -> int:
    return int(cell.get(name, "1"))
