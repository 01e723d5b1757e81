"""A Word file as a reader finds it: numbers of headings as Word counts them, fields with their results."""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lxml import etree

from planbook.compare.rendered import NOTES, Item, Kind, Rendered, row_text, squeezed
from planbook.errors import UsageError
from planbook.numerals import han
from planbook.words import _

KINDS: tuple[Kind, ...] = (
    "heading", "text", "footnote", "caption", "reference", "row", "fact", "figure", "picture"
)  # fmt: skip
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
DESCRIBED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
CAPTIONS = ("ImageCaption", "TableCaption")
HYPHEN = f"{W}noBreakHyphen"
LETTERS = (f"{W}t", HYPHEN)
Element = etree._Element


def read_word(path: Path) -> Rendered:
    """The body from its first heading on: cover and lists of contents are Word's own. UsageError if it is no DOCX."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile as error:
        raise UsageError(_("not a Word file"), place=str(path)) from error
    reader = _Reader(parts)
    return Rendered(path, "docx", KINDS, tuple(chain(reader.body(), reader.footnotes())))


@dataclass(frozen=True)
class Numbering:
    """How the headings of one style are numbered: the list, the level in it (from 0), format and text (第%1章)."""

    list: str
    level: int
    format: str
    text: str


def _val(element: Element | None, default: str = "") -> str:
    return default if element is None else element.get(f"{W}val", default)


def _style(paragraph: Element) -> str:
    return _val(paragraph.find(f"{W}pPr/{W}pStyle"))


def _written(piece: Element) -> str:
    return "-" if piece.tag == HYPHEN else piece.text or ""


def _text(element: Element) -> str:
    return squeezed("".join(map(_written, element.iter(*LETTERS))))


def _blocks(parent: Element | None) -> Iterator[Element]:
    """The paragraphs and tables of a body in their order, those inside content controls, too."""
    for block in () if parent is None else parent:
        if block.tag == f"{W}sdt":
            yield from _blocks(block.find(f"{W}sdtContent"))
        else:
            yield block


class _Reader:
    """The document's parts, and under the eye: the heading above, the caption last read, the lists' counters."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.document = etree.fromstring(parts["word/document.xml"])
        self.styles = etree.fromstring(parts["word/styles.xml"])
        self.levels = {_id(style): level for style in self._paragraph_styles() if (level := self._level(style))}
        self.numberings = self._numberings()
        self.pictures = self._pictures()
        self.counts: dict[str, list[int]] = {}
        self.place = self.label = ""
        self.targets = self._targets()

    def body(self) -> Iterator[Item]:
        begun = False
        self.counts.clear()
        caption = ""
        for block in _blocks(self.document[0]):
            begun = begun or _style(block) in self.levels
            if _style(block) in CAPTIONS:
                caption = self._caption(block)
            if begun and block.tag == f"{W}p":
                yield from self._paragraph(block)
            elif begun and block.tag == f"{W}tbl":
                yield from self._table(block, caption or self.place)

    def footnotes(self) -> Iterator[Item]:
        content = self.parts.get("word/footnotes.xml")
        self.place = NOTES
        for note in etree.fromstring(content) if content else ():
            if note.get(f"{W}type") is None:
                for paragraph in note.iter(f"{W}p"):
                    yield Item("footnote", NOTES, _text(paragraph))
                    yield from self._inline(paragraph)

    def _paragraph(self, paragraph: Element) -> Iterator[Item]:
        style, text = _style(paragraph), _text(paragraph)
        if style in self.levels:
            self.place = self._number(style) + text
            yield Item("heading", self.place, f"{'#' * self.levels[style]} {self.place}")
        elif style in CAPTIONS:
            yield Item("caption", self._caption(paragraph), text)
        elif text:
            yield Item("text", self.place, text)
        yield from self._inline(paragraph)

    def _caption(self, paragraph: Element) -> str:
        """表 3-1: what the caption's bookmark holds. Figures have theirs below, so that pictures are named by it."""
        return _bookmarked(paragraph) or _text(paragraph)

    def _table(self, table: Element, label: str) -> Iterator[Item]:
        rows = table.findall(f"{W}tr")
        grid = [list(_cells(row)) for row in rows]
        for number, cells in enumerate(grid, start=1):
            texts = [
                (text, columns, _height(grid, number - 1, column))
                for column, text, columns, merge in cells if merge != "continue"
            ]  # fmt: skip
            yield Item("row", f"{label} {number}", row_text(texts))
        yield from self._inline(table)

    def _inline(self, block: Element) -> Iterator[Item]:
        """References, facts and figures in reading order."""
        field, shown = "", ""
        for element in block.iter():
            if element.tag == f"{W}instrText":
                field = (element.text or "").strip()
            elif element.tag == f"{W}fldChar" and element.get(f"{W}fldCharType") == "end":
                if field.startswith("REF "):
                    yield self._reference(field.split()[1], shown)
                field = shown = ""
            elif element.tag in LETTERS and field:
                shown += _written(element)
            elif element.tag == f"{W}hyperlink" and element.get(f"{W}anchor", "").startswith("_Ref_"):
                yield self._reference(element.get(f"{W}anchor", ""), _text(element))
            elif element.tag == f"{W}sdt" and (tag := _val(element.find(f"{W}sdtPr/{W}tag"))):
                if text := _text(element):  # a figure's control has none
                    yield Item("fact", self.place, f"{tag} = {text}")
            elif element.tag == DESCRIBED:
                yield from self._figure(block, element)

    def _reference(self, bookmark: str, shown: str) -> Item:
        return Item("reference", self.place, f"{squeezed(shown)} → {self.targets.get(bookmark, '?')}")

    def _figure(self, block: Element, described: Element) -> Iterator[Item]:
        below = block.getnext()
        label = self._caption(below) if below is not None and _style(below) in CAPTIONS else self.place
        yield Item("figure", label, squeezed(described.get("descr", "")))
        inline = described.getparent()
        for blip in inline.iter(BLIP) if inline is not None else ():
            yield Item("picture", label, self.pictures.get(blip.get(EMBED, ""), "?"))

    # what Word counts and looks up ----------------------------------------------------------------------

    def _targets(self) -> dict[str, str]:
        """Every bookmark of ours with what a reader finds there: a heading with its number, or a caption's number."""
        found = {}
        for paragraph in self.document[0].iterchildren(f"{W}p"):
            style = _style(paragraph)
            heading = style in self.levels
            shown = self._number(style) + _text(paragraph) if heading else _bookmarked(paragraph)
            for mark in paragraph.iter(f"{W}bookmarkStart"):
                found[mark.get(f"{W}name", "")] = shown
        return found

    def _number(self, style: str) -> str:
        numbering = self.numberings.get(style)
        if numbering is None:
            return ""
        counts = self.counts.setdefault(numbering.list, [0] * 9)
        counts[numbering.level] += 1
        counts[numbering.level + 1 :] = [0] * (8 - numbering.level)
        count = counts[numbering.level]
        shown = han(count) if numbering.format.startswith("chinese") else str(count)
        return squeezed(numbering.text.replace(f"%{numbering.level + 1}", shown))

    def _paragraph_styles(self) -> list[Element]:
        return [style for style in self.styles.iter(f"{W}style") if style.get(f"{W}type") == "paragraph"]

    def _level(self, style: Element) -> int:
        """1 to 4 for a heading, by its own outline level or that of the style it is based on."""
        level = style.find(f"{W}pPr/{W}outlineLvl")
        if level is not None:
            return int(_val(level)) + 1 if int(_val(level)) < 4 else 0
        base = _val(style.find(f"{W}basedOn"))
        return next((self._level(one) for one in self._paragraph_styles() if _id(one) == base), 0)

    def _numberings(self) -> dict[str, Numbering]:
        """The list levels that are bound to heading styles."""
        content = self.parts.get("word/numbering.xml")
        found = {}
        for numbers in etree.fromstring(content).iter(f"{W}abstractNum") if content else ():
            for level in numbers.iter(f"{W}lvl"):
                style = _val(level.find(f"{W}pStyle"))
                if style in self.levels:
                    found[style] = Numbering(
                        numbers.get(f"{W}abstractNumId", ""), int(level.get(f"{W}ilvl", "0")),
                        _val(level.find(f"{W}numFmt")), _val(level.find(f"{W}lvlText")),
                    )  # fmt: skip
        return found

    def _pictures(self) -> dict[str, str]:
        """The pictures by the id of their relation, as the beginning of their sha256."""
        found = {}
        for relation in etree.fromstring(self.parts["word/_rels/document.xml.rels"]):
            name = posixpath.normpath(posixpath.join("word", relation.get("Target", "")))
            if name in self.parts and "/media/" in name:
                found[relation.get("Id", "")] = hashlib.sha256(self.parts[name]).hexdigest()[:16]
        return found


def _id(style: Element) -> str:
    return style.get(f"{W}styleId", "")


def _bookmarked(paragraph: Element) -> str:
    """The text inside a paragraph's first bookmark."""
    inside, texts = False, []
    for element in paragraph.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", *LETTERS):
        if element.tag in LETTERS and inside:
            texts.append(_written(element))
        elif element.tag not in LETTERS:
            inside = element.tag == f"{W}bookmarkStart"
            if not inside:
                break
    return squeezed("".join(texts))


def _cells(row: Element) -> Iterator[tuple[int, str, int, str]]:
    """Each cell of a row: first column, text, columns, and whether it begins or goes on with a vertical merge."""
    column = 0
    for cell in row.iterchildren(f"{W}tc"):
        columns = int(_val(cell.find(f"{W}tcPr/{W}gridSpan"), "1"))
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        yield column, _text(cell), columns, "" if merge is None else _val(merge, "continue")
        column += columns


def _height(grid: list[list[tuple[int, str, int, str]]], row: int, column: int) -> int:
    """How many rows the cell reaches down that begins at this place."""
    height = 1
    for cells in grid[row + 1 :]:
        if not any(at == column and merge == "continue" for at, _text, _columns, merge in cells):
            break
        height += 1
    return height
