"""A PDF as a reader finds it: its bookmarks, the lines of its pages, what its tags say of figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from planbook.compare.rendered import Item, Kind, Rendered, squeezed
from planbook.errors import UsageError
from planbook.words import _

KINDS: tuple[Kind, ...] = ("heading", "figure", "line")
LISTS = ("目录", "图目录", "表目录")  # other formats have these without a heading


def read_pdf(path: Path, *, lines: bool = True) -> Rendered:
    """UsageError if the file is no PDF. `lines`: those of its pages, too, which takes seconds."""
    try:
        reader = PdfReader(path)
        items = tuple(chain(_headings(reader.outline, 1), _figures(reader), _lines(reader) if lines else ()))
    except PdfReadError as error:
        raise UsageError(_("not a PDF file"), place=str(path)) from error
    return Rendered(path, "pdf", KINDS, items)


def _headings(outline: list[Any], level: int) -> Iterator[Item]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _headings(entry, level + 1)
        elif (title := squeezed(str(entry.title))) not in LISTS:
            yield Item("heading", title, f"{'#' * level} {title}")


def _figures(reader: PdfReader) -> Iterator[Item]:
    root = reader.root_object.get("/StructTreeRoot")
    if root is not None:
        yield from _tagged(root.get_object())


def _tagged(element: Any) -> Iterator[Item]:
    """The alternative texts of pictures, through the tree of tags."""
    if element.get("/S") == "/Figure" and "/Alt" in element:
        alt = squeezed(str(element["/Alt"]))
        yield Item("figure", alt[:30], alt)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict):
            yield from _tagged(kid)


def _lines(reader: PdfReader) -> Iterator[Item]:
    for number, page in enumerate(reader.pages, start=1):
        for line in page.extract_text().splitlines():
            if text := squeezed(line):
                yield Item("line", _("page {number}").format(number=number), text)
