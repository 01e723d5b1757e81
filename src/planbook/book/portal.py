"""`_book/index.html`: all books on one page, from the manifest alone; it works from disk, without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from planbook.book.breaks import title_parts
from planbook.book.html import data_uri
from planbook.book.manifest import replace_text

FORMATS = (
    ("html", "网页"), ("html-single", "单页网页"), ("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel 附表"),
)  # fmt: skip
COMPARED = ("计划改造小区", "计划改造户数", "计划投资")


@dataclass(frozen=True)
class Bar:
    """One county in one comparison: `share` is its bar's length in per cent of the longest."""

    name: str
    display: str
    share: str


@dataclass(frozen=True)
class Comparison:
    """One measure over the counties."""

    name: str
    unit: str
    bars: tuple[Bar, ...]


def write_portal(out: Path, units: Mapping[str, Mapping[str, Any]]) -> Path:
    """Writes the portal for the units of a manifest: prefectures first, then by code."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_own("portal.html"))
    order = sorted(
        units, key=lambda unit: (units[unit]["summary"]["level"] != "prefecture", units[unit]["summary"]["code"])
    )
    books = [{**units[unit]["summary"], "links": list(_links(unit, units[unit]))} for unit in order]
    counties = [book for book in books if book["level"] != "prefecture"]
    made = {link["word"] for book in books for link in book["links"]}
    prefectures = [book for book in books if book["level"] == "prefecture"]
    title = prefectures[0]["title"] if len(prefectures) == 1 else "老旧小区改造专项规划"
    page = template.render(
        books=books, counties=counties, prefectures=prefectures, title=Markup(title_parts(str(escape(title)))),
        card_columns=card_columns(len(counties)),
        formats=[word for _form, word in FORMATS if word in made],
        comparisons=compare(counties), columns=list(dict.fromkeys(f["name"] for b in books for f in b["facts"])),
        surveys="、".join(dict.fromkeys(book["survey"] for book in books)),
        shared=[note for note in (books[0]["notes"] if books else ()) if all(note in b["notes"] for b in books)],
        icon=data_uri("icon.svg", _own("_plan/icon.svg").encode()),
        part=lambda name: Markup(_own(f"_plan/{name}")),
    )  # fmt: skip
    replace_text(out / "index.html", page)
    return out / "index.html"


def card_columns(cards: int) -> int:
    """In how many columns no card stands alone in the last row."""
    return next((count for count in (3, 4, 5) if cards % count != 1), 3)


def compare(counties: Sequence[Mapping[str, Any]]) -> list[Comparison]:
    """What is compared over two counties or more; a county without a figure has no bar, and says why."""
    if len(counties) < 2:
        return []
    out = []
    for name in COMPARED:
        found = [(c["name"], f) for c in counties for f in c["facts"] if f["name"] == name]
        numbers = [_number(fact["display"]) for _, fact in found]
        longest = max(numbers, default=Decimal(0))
        if longest > 0:
            bars = tuple(
                Bar(county, fact["display"], f"{number / longest * 100:.2f}")
                for (county, fact), number in zip(found, numbers, strict=True)
            )
            out.append(Comparison(name, next(f["unit"] for _, f in found if f["unit"]), bars))
    return out


def _number(display: str) -> Decimal:
    try:
        return Decimal(display)
    except InvalidOperation:  # 未调查
        return Decimal(0)


def _own(name: str) -> str:
    return files("planbook.book").joinpath(name).read_text("utf-8")


def _links(unit: str, entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """What there is of a book: the site's first page and each file."""
    name = entry["summary"]["file"]
    places = {form: f"{unit}/{name}.{form}" for form, _ in FORMATS}
    places |= {"html": f"{unit}/html/index.html", "html-single": f"{unit}/{name}.html"}
    return [{"word": word, "href": quote(places[form])} for form, word in FORMATS if places[form] in entry["files"]]
