"""The embedded renderer: Pandoc and Typst from their wheels, with the filters and templates of the book folder.

It reads `_quarto.yml`, checks the dialect, runs Pandoc once per page (html) or document (pdf, docx), and no more.
What a document looks like is in `_plan/`; `quarto render` in the same folder uses the same files.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from planbook import __version__
from planbook.book import dialect, html, pdf, word
from planbook.book.breaks import well_broken
from planbook.book.folder import BookFolder, read_book
from planbook.book.printed import Source
from planbook.book.programs import run_program
from planbook.errors import InputError
from planbook.fonts import Fonts
from planbook.results import NOTHING, Results
from planbook.words import _

Format = Literal["html", "html-single", "pdf", "docx"]
WORKERS = 2
READER = "markdown"


def render(book: Path, to: Sequence[Format], out: Path, *, fonts: Fonts, results: Results = NOTHING) -> list[Path]:
    """Render a book folder into `out`, a folder that is there; returns every file written.

    html: `out`/html/ with one page per chapter and what they need (the folder is replaced); html-single, pdf and docx:
    `out`/<title>.html, .pdf and .docx. Word's lists get the PDF's page numbers, so a docx sets the PDF as well.
    What is wrong in the book is an InputError naming file and line; a warning of Pandoc's or Typst's is a defect.
    """
    with tempfile.TemporaryDirectory() as shared:
        folder = replace(read_book(book), index=Path(shared, "index.json"), results=results)
        return _render(folder, to, out, fonts)


def render_page(book: Path, file: str) -> bytes:
    """The page of one chapter, as `render` writes it. Errors as there."""
    folder = read_book(book)
    _check(folder)
    return well_broken(_html_page(folder, [file], {}))


def finished(raw: bytes, folder: BookFolder) -> bytes:
    """A Word file as some Pandoc wrote it, in its final form."""
    origin = Source(**folder.source, planbook=__version__) if folder.source else None
    strong = folder.typography.get("heading", "黑体")
    return word.finish(raw, title=folder.title, author=folder.author, epoch=folder.epoch, strong=strong, source=origin)


def _render(folder: BookFolder, to: Sequence[Format], out: Path, fonts: Fonts) -> list[Path]:
    _check(folder)
    written: list[Path] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        site = None
        if "html" in to:
            pages = [(html.page_name(file), pool.submit(_html_page, folder, [file], {})) for file in folder.files]
            site = pool.submit(_site, html.Site(out / "html", folder), pages)
        if "html-single" in to:
            single = html.one_file(_html_page(folder, folder.files, {"plan-single": True}), folder)
            written.append(_write(out / f"{folder.file_name}.html", single))
        if "pdf" in to or "docx" in to:
            typeset = pdf.typeset(_document(folder, "typst", {}), folder, fonts)
            if "pdf" in to:
                written.append(_write(out / f"{folder.file_name}.pdf", typeset.pdf))
            if "docx" in to:
                raw = _document(folder, "docx", {"plan-pages": typeset.pages})
                written.append(_write(out / f"{folder.file_name}.docx", finished(raw, folder)))
        if site:
            written += site.result()
    return written


def _check(folder: BookFolder) -> None:
    if not folder.free:
        dialect.check(folder)


def _site(site: html.Site, pages: Sequence[tuple[str, Future[bytes]]]) -> list[Path]:
    return site.write({name: page.result() for name, page in pages})


def _html_page(folder: BookFolder, files: Sequence[str], metadata: Mapping[str, Any]) -> bytes:
    template = ["--standalone", "--template", "_plan/page.html", "--section-divs"]
    return run_pandoc(folder, "html", "html5", files, metadata, template)


def _document(folder: BookFolder, form: Literal["typst", "docx"], metadata: Mapping[str, Any]) -> bytes:
    options = folder.formats[form]
    defaults = {"typst": "_plan/template.typ", "docx": "_plan/template.openxml"}
    arguments = ["--standalone", "--template", options.get("template", defaults[form])]
    if form == "docx":
        arguments += ["--reference-doc", options.get("reference-doc", "_plan/reference.docx")]
    return run_pandoc(folder, form, form, folder.files, metadata, arguments)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@cache
def find_pandoc() -> Path:
    """Pandoc's executable in the wheel pypandoc_binary, which is not imported for that."""
    spec = importlib.util.find_spec("pypandoc")
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    for place in places:
        binary = Path(place) / "files" / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
        if binary.is_file():
            return binary
    raise InputError(
        _("Pandoc is not installed: the package {name} is missing").format(name="pypandoc-binary"),
        cure=_("run build.py again: it installs what requirements.lock lists"),
    )


def run_pandoc(
    folder: BookFolder,
    form: str,
    writer: str,
    sources: Sequence[str],
    metadata: Mapping[str, Any],
    arguments: Sequence[str],
) -> bytes:
    """Pandoc's output for `sources`, with the book's metadata, the dialect's check and the filters of `_quarto.yml`."""
    command = [str(find_pandoc()), "--from", READER, "--to", writer, "--output", "-", "--wrap", "none", "--eol", "lf"]
    command += ["--data-dir", "_plan", "--syntax-highlighting", "none"]
    for one in ([] if folder.free else ["_plan/dialect.lua"]) + list(folder.filters):
        command += ["--lua-filter", one]
    extension = folder.formats[form].get("default-image-extension", "png" if form == "docx" else "svg")
    command += ["--default-image-extension", extension]
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "metadata.json")
        file.write_text(json.dumps({**folder.metadata, **metadata}, ensure_ascii=False), "utf-8")
        command += ["--metadata-file", str(file), *arguments, *sources]
        how = {"cwd": folder.path, "env": _environment(folder)}
        code, out, said = run_program("Pandoc", command, folder.title, **how)
    if code or said:
        place = sources[0] if len(sources) == 1 else folder.path.name
        raise stopped_by_filter(said, place) or RuntimeError(f"Pandoc on {place} ({code}): {said}")
    return out


def _environment(folder: BookFolder) -> dict[str, str]:
    """The host's environment without what would change the output; UTF-8 for file names whatever its locale."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LUA_", "PANDOC_"))}
    shared = {"PLANBOOK_INDEX": str(folder.index), "TMPDIR": str(folder.index.parent)} if folder.index else {}
    return {**kept, **shared, "SOURCE_DATE_EPOCH": str(folder.epoch), "LC_ALL": "C.UTF-8"}


def stopped_by_filter(said: str, place: str) -> InputError | None:
    """What a filter of ours stopped with, as an error of the input; `place` where it names no chapter."""
    found = re.search(r"planbook: (?:(\S+\.qmd): )?(.+)", said)
    return InputError(found[2].strip(), place=found[1] or place) if found else None
