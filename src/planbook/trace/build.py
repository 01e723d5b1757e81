"""A unit's last build, as it recorded itself: facts, tables and figures with their pasts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planbook.errors import InputError
from planbook.project import Project
from planbook.words import _

Published = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Build:
    """`facts`, `tables` and `figures` by id, as facts.json and its neighbours have them; `overrides`: what -P said;
    `survey`: file → sha256 of the workbooks it was made from."""

    unit: str
    round: str
    facts: Published
    tables: Published
    figures: Published
    overrides: Mapping[str, Any]
    survey: Mapping[str, str]


def behind(facts: Published, ids: Iterable[str]) -> list[str]:
    """The facts and all they were computed from, each once, in that order."""
    found: dict[str, None] = {}
    waiting = list(ids)[::-1]
    while waiting:
        id = waiting.pop()
        if id not in found and id in facts:
            found[id] = None
            waiting += reversed(facts[id]["of"])
    return list(found)


def read_build(project: Project, unit: str, round: str) -> Build:
    """The build under `_build/<round>/<unit>/`. InputError where there is none, or not a whole one."""
    folder = project.build / round / unit
    cure = _("build it first: python3 build.py {unit} --round {round}").format(unit=unit, round=round)
    try:
        facts, tables, figures = (_read(folder / f"{kind}.json") for kind in ("facts", "tables", "figures"))
        numbers = sorted({fact["notebook"] for fact in facts.values()})  # not what an earlier build left behind
        chapters = [_read(folder / "chapters" / number / "chapter.json") for number in numbers]
        survey = {file: digest for chapter in chapters for file, digest in chapter["survey"].items()}
        overrides = {key: value for chapter in chapters for key, value in chapter["overrides"].items()}
    except FileNotFoundError:
        message = _("{unit} has not been built from the round {round}").format(unit=unit, round=round)
        raise InputError(message, cure=cure) from None
    except (ValueError, KeyError, TypeError) as error:
        message = _("the record of the last build cannot be read")
        raise InputError(message, place=f"_build/{round}/{unit}", cure=cure) from error
    return Build(unit, round, facts, tables, figures, overrides, survey)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def cells(table: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """A table's cells, or those of a figure's data: what the row is called, what the column is, the cell."""
    if "data" in table:
        heads, rows = table["data"]["heads"], table["data"]["rows"]
    else:
        heads = [column["text"].replace("\n", "") for column in table["columns"]]
        rows = [*table["body"], *([table["foot"]] if table["foot"] else [])]
    for row in rows:
        name = next((cell["text"] for cell in row if cell["text"] and not cell["text"].isdigit()), "")
        for head, cell in zip(heads, row, strict=True):
            yield name, head, cell
