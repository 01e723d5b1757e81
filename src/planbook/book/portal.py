"""`_book/index.html`: all books on one page, from the manifest alone; it works from disk, without a network."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from planbook.book.manifest import replace_text

FORMATS = (("html", "网页"), ("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel 附表"))


def write_portal(out: Path, units: Mapping[str, Mapping[str, Any]]) -> Path:
    """Writes the portal for the units of a manifest: prefectures first, then by code."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(files("planbook.book").joinpath("portal.html").read_text("utf-8"))
    order = sorted(
        units, key=lambda unit: (units[unit]["summary"]["level"] != "prefecture", units[unit]["summary"]["code"])
    )
    books = [{**units[unit]["summary"], "links": list(_links(unit, units[unit]))} for unit in order]
    replace_text(out / "index.html", template.render(books=books))
    return out / "index.html"


def _links(unit: str, entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """What there is of a book: the site's first page and each file."""
    name = entry["summary"]["file"]
    places = {"html": f"{unit}/html/index.html", **{form: f"{unit}/{name}.{form}" for form, _ in FORMATS[1:]}}
    return [{"word": word, "href": quote(places[form])} for form, word in FORMATS if places[form] in entry["files"]]
