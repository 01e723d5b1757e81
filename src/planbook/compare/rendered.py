"""A rendered book as a reader finds it, whatever its format and whoever made it: headings, text, tables, figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from planbook.errors import UsageError
from planbook.words import _

# figure: its alternative text; picture: its file by sha256, which says something within one format only
Kind = Literal["heading", "text", "footnote", "caption", "reference", "row", "fact", "figure", "picture"]
Format = Literal["html", "pdf", "docx"]
NOTES = "footnotes"  # as a place
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx")


@dataclass(frozen=True)
class Item:
    """One thing a reader finds. `place`: how he finds it again (a heading, a table's number, a page)."""

    kind: Kind
    place: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """One book in one format; `kinds`: what can be told of it in this format, even if there is none in this book."""

    path: Path
    format: Format
    kinds: tuple[Kind, ...]
    items: tuple[Item, ...]

    def of(self, kind: Kind) -> list[Item]:
        return [item for item in self.items if item.kind == kind]


def squeezed(text: str) -> str:
    """Without white space: lines break elsewhere in every format. A minus sign is what Typst makes of a hyphen."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text).replace("\u2212", "-")


def row_text(cells: list[tuple[str, int, int]]) -> str:
    """A table's row: each cell that begins in it as text, columns, rows; merged ones say how far they reach."""
    return " | ".join(
        text + (f" [{columns}×{rows}]" if (columns, rows) != (1, 1) else "") for text, columns, rows in cells
    )


def find_books(place: Path) -> dict[Format, Path]:
    """What is rendered at a place: a file, the folder of a website, or a unit's folder as it is delivered."""
    if place.is_file() and place.suffix[1:] in FORMATS:
        return {form: place for form in FORMATS if place.suffix == f".{form}"}
    found: dict[Format, Path] = {}
    if place.is_dir():
        sites = [site for site in (place / "html", place) if (site / "index.html").is_file()]
        files = {form: sorted(place.glob(f"*.{form}")) for form in FORMATS}
        for form in FORMATS:
            if form == "html" and sites:
                found[form] = sites[0]
            elif len(files[form]) == 1:
                found[form] = files[form][0]
    if not found:
        raise UsageError(
            _("no rendered book: {place}").format(place=place),
            cure=_("name a .html, .pdf or .docx file, the folder of a website, or a unit's folder under _book/"),
        )
    return found


def read_rendered(path: Path, form: Format) -> Rendered:
    """Reads one book; each format has a module of its own."""
    if form == "html":
        from planbook.compare.from_html import read_html

        return read_html(path)
    if form == "docx":
        from planbook.compare.from_word import read_word

        return read_word(path)
    from planbook.compare.from_pdf import read_pdf

    return read_pdf(path)
