"""From what a reader sees to what is meant: a fact's id, or every place that prints a number."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from planbook.errors import InputError
from planbook.trace.build import Build, cells
from planbook.words import _

NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?:[^\d.,]\D*)?")  # 5549, 5549户, 47.0 %


@dataclass(frozen=True)
class Printed:
    """A place that prints the number: a fact (`id`), or a survey cell shown in a table (`cell`: file!sheet!G5)."""

    id: str
    unit: str
    what: str
    places: tuple[tuple[str, str], ...]
    cell: str = ""


def fact_id(build: Build, words: str) -> str:
    """The fact of that id; empty where the words are a number. InputError names the nearest id."""
    if words in build.facts:
        return words
    if number_in(words):
        return ""
    near = difflib.get_close_matches(words, build.facts, 3, 0.5)
    cure = _("did you mean {near}?").format(near=", ".join(near)) if near else _("facts.json lists all ids")
    raise InputError(_("no fact {id} in this book").format(id=words), cure=cure)


def number_in(words: str) -> str:
    """The number as a book prints it: 48,715 户 → 48715; empty where there is none."""
    plain = unicodedata.normalize("NFKC", words).strip()
    found = NUMBER.fullmatch(re.sub(r"(?<=\d),(?=\d{3})", "", plain))
    return found[1] if found else ""


def printed(build: Build, number: str) -> list[Printed]:
    """Every fact and every survey cell that the book prints as this number, most printed first."""
    facts = [
        Printed(id, fact["unit"], fact["how"], _pairs(fact["used_in"]))
        for id, fact in build.facts.items()
        if fact["display"] == number and fact["unit"] and fact["used_in"]
    ]
    return sorted(facts, key=lambda one: -len(one.places)) + list(_survey_cells(build, number))


def _survey_cells(build: Build, number: str) -> Iterator[Printed]:
    for table in build.tables.values():
        for name, head, cell in cells(table):
            if cell["text"] == number and "source" in cell and table["used_in"]:
                source = cell["source"]
                where = "!".join(filter(None, (source["file"], source["sheet"], source.get("cell", source["rows"]))))
                yield Printed("", "", f"{table['caption']}：{name} {head}", _pairs(table["used_in"]), where)


def _pairs(used_in: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((chapter, section) for chapter, section in used_in)
