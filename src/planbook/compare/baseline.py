"""A record boiled down to what its readers count on: printed facts, shapes of tables and figures, headings.

Kept as text beside the tests, it says what a change of the code did to a book.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from planbook.book.record import lines
from planbook.compare.facts import said
from planbook.compare.grids import Grid
from planbook.compare.record import Item, Record

Baseline = Mapping[str, Mapping[str, Any]]
SUBJECTS = ("facts", "tables", "figures", "headings")


def baseline_of(record: Record) -> Baseline:
    """`facts`: id → as printed; `tables`, `figures`: id → caption, heads, number of rows; `headings` by chapter."""
    headings: dict[str, list[str]] = {}
    for section in record.narrative:
        headings.setdefault(section["file"], []).append(section["title"])
    return {
        "facts": {id: said(fact) for id, fact in sorted(record.facts.items()) if fact["used_in"]},
        "tables": {id: _shape(item) for id, item in sorted(record.tables.items())},
        "figures": {id: _shape(item) for id, item in sorted(record.figures.items())},
        "headings": headings,
    }


def _shape(item: Item) -> list[Any]:
    grid = Grid.of(item)
    return [item["caption"], list(grid.heads), len(grid.rows)]


def baseline_text(baseline: Baseline) -> str:
    """One fact, table, figure or chapter a line."""
    parts = [f"{json.dumps(subject)}:{lines(baseline[subject])}" for subject in SUBJECTS]
    return "{" + ",".join(parts).replace("\n,", ",\n") + "}\n"


def moved_away(old: Baseline, new: Baseline) -> Iterator[str]:
    """Every difference in a line, what is gone first."""
    told = [line for subject in SUBJECTS for line in _subject(subject, old[subject], new[subject])]
    yield from sorted(told, key=lambda line: not line.startswith("gone"))


def _subject(subject: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    name = subject.removesuffix("s")
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield f"gone: {name} {key} ({_short(old[key])})"
        elif key not in old:
            yield f"new: {name} {key} ({_short(new[key])})"
        elif subject == "headings":
            yield from _headings(key, old[key], new[key])
        elif old[key] != new[key]:
            yield f"changed: {name} {key}: {_short(old[key])} → {_short(new[key])}"


def _headings(chapter: str, old: list[str], new: list[str]) -> Iterator[str]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (f"gone: heading {title} of {chapter}" for title in old[a:b])
            yield from (f"new: heading {title} of {chapter}" for title in new[c:d])


def _short(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(str(part) for part in value)
