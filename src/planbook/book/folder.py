"""A finished book folder as its `_quarto.yml` describes it: a plain Quarto project, read by the embedded renderer."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from planbook.errors import InputError
from planbook.results import NOTHING, Results
from planbook.words import _

CONFIG = "_quarto.yml"
ROOT_KEYS = {"project", "book", "lang", "plan", "filters", "format", "execute", "dialect"}
BOOK_KEYS = {"title", "subtitle", "author", "date", "date-format", "chapters", "appendices"}
PLAN_KEYS = {
    *("unit", "edition", "period", "client", "compiler", "survey", "notes", "responsibility"),
    *("typography", "source"),
}
PAGE_FORMATS = ("html", "typst", "docx")


@dataclass(frozen=True)
class BookFolder:
    """One book.

    files: chapters, then appendices, in order, relative to `path`.
    author: who signs for it in the properties of files: who compiled it, else the client, else book.author.
    metadata: what templates and filters see, every text escaped so that it is text and never Markdown.
    formats: the options of html, typst and docx as written in `_quarto.yml`.
    typography: how its pages are to be set, as planbook.typography passes it on.
    source: the unit, round and overrides that it was made of, for whoever refreshes an edited Word file; may be empty.
    epoch: the book's date in seconds, UTC; the only time a file made from the book may bear.
    index: a file in which the runs of one rendering share what every label says (_plan/labels.lua); None: each finds
        out by itself.
    results: what earlier renderings worked out and this one may use.
    free: its text may be any Markdown, and not only what a plan's chapter may contain (`dialect: any`).
    """

    path: Path
    title: str
    author: str
    files: tuple[str, ...]
    filters: tuple[str, ...]
    formats: Mapping[str, Mapping[str, Any]]
    metadata: Mapping[str, Any]
    source: Mapping[str, Any]
    epoch: int
    index: Path | None = None
    typography: Mapping[str, str] = field(default_factory=dict)
    results: Results = NOTHING
    free: bool = False

    @property
    def file_name(self) -> str:
        """The title as a file name on any system, without extension."""
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", self.title).strip(" .")
        return name.encode("utf-8")[:200].decode("utf-8", "ignore") or "book"


def read_book(path: Path) -> BookFolder:
    """Read `_quarto.yml`; what is outside the dialect or missing is an InputError that names it."""
    config = _load(path / CONFIG)
    _only(config, ROOT_KEYS, "")
    book, plan = config.get("book") or {}, config.get("plan") or {}
    _only(book, BOOK_KEYS, "book.")
    _only(plan, PLAN_KEYS, "plan.")
    for key in ("title", "chapters"):
        if not book.get(key):
            raise InputError(_("{key} is missing").format(key=f"book.{key}"), place=CONFIG)
    files = tuple(_listed([*book["chapters"], *(book.get("appendices") or [])]))
    for file in files:
        if not (path / file).is_file():
            raise InputError(_("the chapter {file} is listed but not there").format(file=file), place=CONFIG)
    formats = config.get("format") or {}
    _only(formats, set(PAGE_FORMATS), "format.")
    date = book.get("date")
    return BookFolder(
        path=path,
        title=str(book["title"]),
        author=str(plan.get("compiler") or plan.get("client") or _joined(book.get("author"))),
        files=files,
        filters=tuple(one["path"] if isinstance(one, dict) else str(one) for one in config.get("filters") or []),
        formats={name: formats.get(name) or {} for name in PAGE_FORMATS},
        metadata=_metadata(config, book, {key: value for key, value in plan.items() if key != "source"}, date),
        source=plan.get("source") or {},
        epoch=_epoch(date),
        typography=plan.get("typography") or {},
        free=config.get("dialect") == "any",
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(
            _("no {file} here: this is no book folder").format(file=CONFIG), place=path.parent.name
        ) from None
    except yaml.YAMLError as error:
        raise InputError(" ".join(str(error).split()), place=CONFIG) from error
    if not isinstance(config, dict):
        raise InputError(_("no mapping of keys"), place=CONFIG)
    return config


def _only(mapping: Mapping[str, Any], known: set[str], prefix: str) -> None:
    unknown = sorted(str(key) for key in mapping if key not in known)
    if unknown:
        raise InputError(
            _("outside the dialect: {keys}").format(keys=", ".join(prefix + key for key in unknown)),
            place=CONFIG,
            cure=_("known here: {keys}").format(keys=", ".join(prefix + key for key in sorted(known))),
        )


def _joined(names: object) -> str:
    return "、".join(str(name) for name in names) if isinstance(names, list) else str(names or "")


def _listed(items: Iterable[Any]) -> Iterable[str]:
    for item in items:
        if isinstance(item, dict) and "file" not in item:
            raise InputError(_("parts are outside the dialect: list the chapters flat"), place=CONFIG)
        yield str(item["file"] if isinstance(item, dict) else item)


def _metadata(
    config: Mapping[str, Any], book: Mapping[str, Any], plan: Mapping[str, Any], date: object
) -> dict[str, Any]:
    language = str(config.get("lang", "zh"))
    return {
        # Pandoc knows its words for zh-Hans, not for zh
        "lang": "zh-Hans" if language in ("zh", "zh-CN") else language,
        "title": plain(book["title"]),
        "subtitle": plain(book.get("subtitle") or ""),
        "author": plain(book.get("author") or []),
        "date": plain(show_date(date, book.get("date-format"))),
        "plan": {key: plain(value) for key, value in plan.items() if value not in (None, "", [])},
    }


def plain(value: Any) -> Any:
    """Text for Pandoc's metadata, which it reads as Markdown: every ASCII sign escaped, lists and mappings likewise."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", str(value))


def show_date(date: object, form: str | None) -> str:
    """A date in Quarto's `date-format` (YYYY, MM, DD, M, D); anything else as it is."""
    if not isinstance(date, datetime.date) or not form:
        return str(date or "")
    values = {"YYYY": f"{date:%Y}", "MM": f"{date:%m}", "DD": f"{date:%d}", "M": str(date.month), "D": str(date.day)}
    return re.sub("YYYY|MM|DD|M|D", lambda found: values[found[0]], form)


def _epoch(date: object) -> int:
    if not isinstance(date, datetime.date):
        return 0
    return int(datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC).timestamp())
