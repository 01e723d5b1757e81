"""Typst source → PDF, and the printed page of every heading, figure and table."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

from planbook.book.folder import BookFolder
from planbook.fonts import Fonts


@dataclass(frozen=True)
class Typeset:
    """A PDF, and per label (`sec-x`, `fig-y`, `tbl-z`, a heading's own id) the page number printed there."""

    pdf: bytes
    pages: Mapping[str, str]


@cache
def _typst_fonts(fonts: Fonts) -> typst.Fonts:
    """Typst looks through whole folders: a font of this machine goes into one of its own, without its neighbours."""
    folders = list(fonts.folders)
    if fonts.system:
        shelf = tempfile.mkdtemp(prefix="planbook-fonts-")
        atexit.register(shutil.rmtree, shelf, ignore_errors=True)
        for number, file in enumerate(file for font in fonts.system for file in font.files):
            shutil.copyfile(file, Path(shelf, f"{number}{file.suffix}"))
        folders.append(shelf)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def typeset(source: bytes, book: BookFolder, fonts: Fonts) -> Typeset:
    """Compile the source, which lies in the book's folder meanwhile, to the book's standards; if it names none, to
    PDF/UA-1 (ISO 14289-1: tagged, accessible).

    Only the given fonts and Typst's own are used; the time in the file is the book's date.
    """
    standards = book.formats["typst"].get("pdf-standard", ["ua-1"])
    main = book.path / "index.typ"
    main.write_bytes(source)
    try:
        compiler = typst.Compiler(input=str(main), root=str(book.path), font_paths=_typst_fonts(fonts))
        made, warnings = compiler.compile_with_warnings(format="pdf", timestamp=book.epoch, pdf_standards=standards)
        pages = json.loads(compiler.query("<plan-pages>", field="value", one=True, format="json"))
    except typst.TypstError as error:
        raise RuntimeError(f"Typst: {error.message} {error.diagnostic}") from error
    finally:
        main.unlink()
    if warnings or not isinstance(made, bytes):
        raise RuntimeError("Typst: " + "; ".join(f"{one.message} {one.diagnostic}" for one in warnings))
    return Typeset(made, {label: str(page) for label, page in pages.items()})
