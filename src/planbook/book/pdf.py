"""Typst source → PDF, and the printed page of every heading, figure and table."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from planbook.book.folder import BookFolder
from planbook.book.programs import run_program
from planbook.fonts import Fonts

PROCESS = Path(__file__).with_name("typst_process.py")


@dataclass(frozen=True)
class Typeset:
    """A PDF, and per label (`sec-x`, `fig-y`, `tbl-z`, a heading's own id) the page number printed there."""

    pdf: bytes
    pages: Mapping[str, str]


@cache
def _folders(fonts: Fonts) -> tuple[str, ...]:
    """Typst looks through whole folders: a font of this machine goes into one of its own, without its neighbours."""
    folders = list(map(str, fonts.folders))
    if fonts.system:
        shelf = tempfile.mkdtemp(prefix="planbook-fonts-")
        atexit.register(shutil.rmtree, shelf, ignore_errors=True)
        for number, file in enumerate(file for font in fonts.system for file in font.files):
            shutil.copyfile(file, Path(shelf, f"{number}{file.suffix}"))
        folders.append(shelf)
    return tuple(folders)


def typeset(source: bytes, book: BookFolder, fonts: Fonts) -> Typeset:
    """Compile the source, which lies in the book's folder meanwhile, to the book's standards; if it names none, to
    PDF/UA-1 (ISO 14289-1: tagged, accessible).

    Only the given fonts and Typst's own are used; the time in the file is the book's date.
    """
    main = book.path / "index.typ"
    job = {
        "source": str(main),
        "root": str(book.path),
        "fonts": _folders(fonts),
        "epoch": book.epoch,
        "standards": book.formats["typst"].get("pdf-standard", ["ua-1"]),
    }
    # -P: of planbook.book, where the program lies, html.py would hide the standard library's
    command = [sys.executable, "-P", "-X", "utf8", str(PROCESS)]
    main.write_bytes(source)
    try:
        code, out, said = run_program("Typst", command, book.title, input=json.dumps(job).encode())
    finally:
        main.unlink()
    if code:
        raise RuntimeError(f"Typst ({code}): {said}")
    pages, made = out.split(b"\n", 1)
    return Typeset(made, {label: str(page) for label, page in json.loads(pages).items()})
