"""trace.js: the past of every printed number, for the website's panel. It assigns, since a page read from disk may load
a script but no data. Rows are in it once, whatever rests on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from planbook.book.assemble import Assembled
from planbook.book.html import TRACE, page_name
from planbook.book.notebooks import FOLDER
from planbook.book.places import Place
from planbook.book.sources import STATUS, said
from planbook.params import Params
from planbook.reference import Reference
from planbook.report.facts import COLUMN_NAMES
from planbook.report.rows import numbers_in
from planbook.survey.store import Survey
from planbook.trace.build import behind
from planbook.trace.received import Received

NEEDS = {"needs_basic": "基础类诉求", "needs_improve": "完善类诉求", "needs_enhance": "提升类诉求"}
OTHERS = {"county": "县（市）", "value": "规定值", "concerns": "最关心的问题", **NEEDS}


def write_trace(made: Assembled, survey: Survey, reference: Reference, params: Params) -> None:
    """Puts the script into the book's folder, for the site to take along."""
    text = trace_script(made, Received(survey, reference, params))
    (made.folder / TRACE).write_text(text, "utf-8", newline="\n")


def trace_script(made: Assembled, received: Received) -> str:
    """The script's text, for the site of a book folder."""
    printed = [id for id, fact in made.facts.items() if fact["used_in"]]
    facts = {id: made.facts[id] for id in sorted(behind(made.facts, printed))}
    sheets, notebooks = _Sheets(received), sorted((made.folder / FOLDER).glob("*.ipynb"))
    content = {
        "facts": {id: _fact(id, fact, made, sheets) for id, fact in facts.items()},
        "sheets": sheets.content,
        "columns": {key: list(_column(key, facts)) for key in sorted(sheets.columns)},
        "notebooks": {path.stem[:2]: f"{FOLDER}/{path.stem}.html" for path in notebooks},
    }
    return f"window.planbookTrace = {json.dumps(content, ensure_ascii=False, separators=(',', ':'))};\n"


def _column(key: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Its name and unit; of a column that only the round's form has, as a fact says them."""
    if key in COLUMN_NAMES:
        return COLUMN_NAMES[key]
    own = (fact for fact in facts.values() if fact["args"].get("column") == key and "name" in fact["args"])
    return next(((fact["args"]["name"], fact["unit"]) for fact in own), (OTHERS.get(key, key), ""))


def _fact(id: str, fact: Mapping[str, Any], made: Assembled, sheets: _Sheets) -> dict[str, Any]:
    column = fact["args"].get("column", "")
    sources = [sheets.source(source, column) for source in fact["sources"] if "rows" in source]
    return {
        "display": fact["display"], "unit": fact["unit"], "how": fact["how"], "status": STATUS[fact["status"]],
        "count": sum(len(numbers_in(rows)) for _sheet, rows in sources), "column": column, "sources": sources,
        "of": fact["of"], "given": [said(source) for source in fact["sources"] if "params" in source],
        "notebook": fact["notebook"],
        "used": _pages(made.places.facts.get(id, ())),
    }  # fmt: skip


def _pages(places: Iterable[Place]) -> list[list[str]]:
    """[page and anchor, heading], each once."""
    found = {page_name(one.file) + (f"#{one.anchor}" if one.anchor else ""): one.section for one in places}
    return [[href, section] for href, section in found.items()]


class _Sheets:
    """The sheets that rows come from, each row once with the cells that any fact counted."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._index: dict[tuple[str, str], int] = {}
        self.content: list[dict[str, Any]] = []
        self.columns: set[str] = set()

    def source(self, source: Mapping[str, Any], column: str) -> list[Any]:
        """[number of the sheet, "5-9,12"]; takes up what is not there yet of its rows."""
        key = (source["file"], source["sheet"])
        if key not in self._index:
            self._index[key] = len(self.content)
            self.content.append({"file": key[0], "sheet": key[1], "rows": {}})
        rows = self.content[self._index[key]]["rows"]
        self.columns |= {column} - {""}
        for line in self._received.lines([source], column):
            _name, cells = rows.setdefault(str(line.row), [line.name, {}])
            if column:
                cells.setdefault(column, [line.cell, line.value])
        return [self._index[key], source["rows"]]
