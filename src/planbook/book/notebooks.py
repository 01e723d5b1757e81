"""The executed notebooks as pages of the website: how each chapter's numbers were computed, for whoever wants to check.

nbconvert's template `basic` gives the cells alone; its others load scripts from the network.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from pathlib import PurePath
from typing import Any

import jinja2
import nbformat

from planbook.book.folder import BookFolder
from planbook.results import Results

FOLDER = "notebooks"  # in a book folder and in its website
IMAGE = re.compile(r'<img src="(figures/[^"]+)"[^>]*? alt="([^"]*)"')
NOTHING = '<p class="notebook-none">本书没有这一步的结果。</p>'
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)


def notebook_pages(book: BookFolder, pages: Mapping[str, bytes]) -> dict[str, bytes]:
    """A page for every notebooks/NAME.ipynb of a book folder, `NAME.html` being the chapter it feeds.

    pages: the book's other pages by name, which say the figures' alternative text.
    """
    sources = sorted((book.path / FOLDER).glob("*.ipynb"))
    if not sources:
        return {}
    said = {name: alt for page in pages.values() for name, alt in IMAGE.findall(page.decode("utf-8"))}
    pictures = {
        path.read_text("utf-8"): (name := f"figures/{path.name}", said.get(name, escape(path.stem)))
        for path in (book.path / "figures").glob("*.svg")
    }
    exporter, template = cache(_exporter), _template()
    out = {}
    for source in sources:
        notebook = nbformat.reads(source.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        _dress(notebook, pictures)
        cells = _cells(notebook, exporter, book.results)
        found = TITLE.search(cells)
        title = found[1] if found else source.stem
        page = template.render(book=book.title, title=title, chapter=f"{source.stem}.html", cells=cells)
        out[f"{FOLDER}/{source.stem}.html"] = page.encode()
    return out


def _cells(notebook: Any, exporter: Callable[[], Any], results: Results) -> str:
    """The cells as HTML, each for itself: it takes most of a website's time, and most cells outlive a change of the
    survey, or are the same in every unit's notebook."""
    notebook.metadata.pop("papermill", None)  # names the unit, and no cell shows it
    apart = (nbformat.from_dict({**notebook, "cells": [cell]}) for cell in notebook.cells)  # type: ignore[no-untyped-call]
    return "".join(_cell(one, exporter, results) for one in apart)


def _cell(alone: Any, exporter: Callable[[], Any], results: Results) -> str:
    text = json.dumps(alone, sort_keys=True)
    return results.get((FOLDER, text), lambda: exporter().from_notebook_node(alone)[0].encode()).decode()


def _dress(notebook: Any, pictures: Mapping[str, tuple[str, str]]) -> None:
    """Tables get the look of the book's; a figure (SVG → its file and alternative text) is shown from the book's. Where
    parameters were given, the defaults they replace are left out; a cell that came to nothing says so."""
    tags = [cell.metadata.get("tags", ()) for cell in notebook.cells]
    if any("injected-parameters" in each for each in tags):
        notebook.cells = [cell for cell, each in zip(notebook.cells, tags, strict=True) if "parameters" not in each]
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if data.get("image/svg+xml") in pictures:
                name, alt = pictures[data.pop("image/svg+xml")]
                data["text/html"] = f'<p class="plan-fig"><img src="../{name}" alt="{alt}"></p>'
            elif "text/html" in data:
                data["text/html"] = f'<div class="plan-scroll" tabindex="0">{data["text/html"]}</div>'
        if _came_to_nothing(cell):
            said = nbformat.from_dict({"output_type": "display_data", "metadata": {}, "data": {"text/html": NOTHING}})  # type: ignore[no-untyped-call]
            cell.outputs = [said]


def _came_to_nothing(cell: Any) -> bool:
    """Whether a cell ends with a value to show, and it was None: this book has not what the words above it announce."""
    if cell.cell_type != "code" or cell.outputs or cell.source.rstrip().endswith(";"):
        return False
    try:
        program = ast.parse(cell.source).body
    except SyntaxError:  # a cell's magic
        return False
    return bool(program) and isinstance(program[-1], ast.Expr)


def _exporter() -> Any:
    """A fresh one for each book: books are rendered side by side, and it keeps what it is working on."""
    from nbconvert import HTMLExporter  # takes most of a second, and only the website needs it

    return HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True, exclude_anchor_links=True,
        filters={"clean_html": _clean_html},
    )  # fmt: skip


@lru_cache(512)
def _clean_html(code: str) -> str:
    """nbconvert's filter of that name, most of a page's time: the notebooks of all units have the same code."""
    from nbconvert.filters import clean_html

    return str(clean_html(code))  # type: ignore[no-untyped-call]


def _template() -> jinja2.Template:
    text = files("planbook.book").joinpath("notebook.html").read_text("utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True, trim_blocks=True)
    return environment.from_string(text)


def notebook_name(chapter: str) -> str:
    """`03-current.qmd` → `03-current.ipynb`: under this name a book folder holds the notebook that feeds a chapter."""
    return PurePath(chapter).with_suffix(".ipynb").name
