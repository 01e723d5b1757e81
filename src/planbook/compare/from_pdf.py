"""A tagged PDF as a reader finds it, by its tags: they know nothing of lines and pages, and what is repeated there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from planbook.compare.pdftext import Codes, marked_text
from planbook.compare.rendered import Item, Kind, Rendered, row_text, squeezed
from planbook.errors import UsageError
from planbook.words import _

KINDS: tuple[Kind, ...] = ("heading", "text", "footnote", "caption", "row", "figure")
HEADINGS = ("/H1", "/H2", "/H3", "/H4")
LISTS = ("目录", "图目录", "表目录")  # other formats have these without a heading
CELLS = ("/TH", "/TD")
PARAGRAPHS = ("/P", "/LBody")
NOTES = ("/Note", "/FENote")
APART = (*NOTES, *PARAGRAPHS, "/L", "/Lbl", "/Figure", "/Table")  # in a paragraph, and no words of its own


def read_pdf(path: Path) -> Rendered:
    """From the first heading of the text on. UsageError if the file is no PDF, or has no tags."""
    try:
        reader = PdfReader(path)
        root = reader.root_object.get("/StructTreeRoot")
    except PdfReadError as error:
        raise UsageError(_("not a PDF file"), place=str(path)) from error
    if root is None:
        raise UsageError(_("the PDF has no tags: what is a heading and what a table cannot be told"), place=str(path))
    found = _Reader(reader)
    return Rendered(path, "pdf", KINDS, tuple(found.items(root.get_object(), None)))


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _page(element: Any, around: Any) -> Any:
    """Where an element stands, as a reference: its own page, or that of what it is in."""
    return element.raw_get("/Pg") if "/Pg" in element else around


def _is_element(kid: Any) -> bool:
    return isinstance(kid, dict) and "/S" in kid


class _Reader:
    """The document under the eye: the heading above, and whether the text has begun."""

    def __init__(self, reader: PdfReader) -> None:
        self.pages = {page.indirect_reference.idnum: page for page in reader.pages if page.indirect_reference}
        self.texts: dict[int, dict[int, str]] = {}
        self.fonts: dict[Any, Codes] = {}
        self.place = ""
        self.begun = False

    def items(self, element: Any, page: Any) -> Iterator[Item]:
        kind, page = element.get("/S"), _page(element, page)
        if kind in HEADINGS:
            self.place = self._text(element, page)
            self.begun = self.begun or self.place not in LISTS
            if self.begun:
                yield Item("heading", self.place, f"{'#' * int(kind[2])} {self.place}")
        elif kind in ("/TOC", *(() if self.begun else PARAGRAPHS)):
            return
        elif kind == "/Caption":
            yield Item("caption", self.place, self._text(element, page))
        elif kind == "/Table":
            yield from self._table(element, page)
        elif kind == "/Figure" and "/Alt" in element:
            yield Item("figure", self.place, squeezed(str(element["/Alt"])))
        else:
            text = self._text(element, page) if kind in (*PARAGRAPHS, *NOTES) else ""
            if text:
                yield Item("footnote" if kind in NOTES else "text", self.place, text)
            for kid in _kids(element):
                if _is_element(kid):
                    yield from self.items(kid, page)

    def _text(self, element: Any, page: Any) -> str:
        return squeezed("".join(self._pieces(element, page)))

    def _pieces(self, element: Any, page: Any) -> Iterator[str]:
        for kid in _kids(element):
            if isinstance(kid, int):
                yield self._marked(page, kid)
            elif _is_element(kid):
                if kid["/S"] not in APART or element["/S"] in CELLS:
                    yield from self._pieces(kid, _page(kid, page))
            elif "/MCID" in kid:
                yield self._marked(_page(kid, page), kid["/MCID"])

    def _marked(self, page: Any, number: int) -> str:
        if page.idnum not in self.texts:
            self.texts[page.idnum] = marked_text(self.pages[page.idnum], self.fonts)
        return self.texts[page.idnum].get(number, "")

    def _table(self, table: Any, page: Any) -> Iterator[Item]:
        """A table that is all of its figure holds the caption, too."""
        for caption, around in _found(table, page, ("/Caption",)):
            yield Item("caption", self.place, self._text(caption, around))
        number = widest = 0
        for row, around in _found(table, page, ("/TR",)):
            cells = [(self._text(cell, place), *_spans(cell)) for cell, place in _found(row, around, CELLS)]
            if len(cells) == 1 and not cells[0][0]:
                continue  # what plan.typ fills in overleaf: 续表
            if len(cells) == 1 and number and cells[0][1] >= widest > 1:
                yield Item("text", self.place, cells[0][0])  # a note, which stays with the last rows
                continue
            widest = max(widest, sum(columns for _text, columns, _rows in cells))
            number += 1
            yield Item("row", f"{self.place} {number}", row_text(cells))


def _found(element: Any, page: Any, kinds: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Elements of these kinds below another, each with the page it is on."""
    for kid in _kids(element):
        if _is_element(kid):
            around = _page(kid, page)
            if kid["/S"] in kinds:
                yield kid, around
            else:
                yield from _found(kid, around, kinds)


def _spans(cell: Any) -> tuple[int, int]:
    """How many columns and rows a cell takes."""
    given = cell.get("/A", [])
    attributes = [one.get_object() for one in (given if isinstance(given, list) else [given])]
    found = {name: one[name] for one in attributes for name in ("/ColSpan", "/RowSpan") if name in one}
    return int(found.get("/ColSpan", 1)), int(found.get("/RowSpan", 1))
