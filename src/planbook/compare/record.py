"""A book's record, read back from where it was delivered or built."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from planbook.book.record import FOLDER, SUBJECTS
from planbook.errors import InputError
from planbook.report.rows import numbers_in
from planbook.words import _

Item = Mapping[str, Any]
Items = Mapping[str, Item]
Address = tuple[str, str, int]


@dataclass(frozen=True)
class Row:
    """A row of the survey or of a reference table. `name`: what tells it apart in its county; `cells`: column → G5."""

    table: str
    file: str
    sheet: str
    row: int
    county: str
    name: str
    values: Mapping[str, str]
    cells: Mapping[str, str]

    @property
    def called(self) -> str:
        """An item or a policy by its words, not by its code; anything else by its name."""
        return self.values.get("item") or self.values.get("title") or self.name

    @property
    def address(self) -> Address:
        return self.file, self.sheet, self.row

    def place(self, column: str = "") -> str:
        """file!sheet!G5, or the row's number where no one cell says it."""
        return "!".join(filter(None, (self.file, self.sheet, self.cells.get(column) or str(self.row))))


@dataclass(frozen=True)
class Record:
    """One unit's book as it recorded itself (planbook.book.record)."""

    about: Item
    facts: Items
    tables: Items
    figures: Items
    narrative: Sequence[Item]
    rows: Sequence[Row]
    issues: Sequence[Item]
    rules: Sequence[Item]
    params: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def sources(self) -> Mapping[str, str]:
        """Chapters, notebooks, styles and data → sha256; the survey's files and params are compared by content."""
        return dict(self.about["sources"])

    @cached_property
    def at(self) -> dict[Address, Row]:
        return {row.address: row for row in self.rows}

    def rows_of(self, fact: Item) -> list[Row]:
        """The rows a fact names itself, as far as they are rows (a doubted cell is none)."""
        places = [(s["file"], s["sheet"], n) for s in fact["sources"] if "rows" in s for n in numbers_in(s["rows"])]
        return [self.at[place] for place in places if place in self.at]


def read_record(folder: Path) -> Record:
    """The record in a unit's folder. InputError where it is not whole."""
    place = f"{folder.name}/{FOLDER}"
    try:
        content = {s: json.loads((folder / FOLDER / f"{s}.json").read_text("utf-8")) for s in SUBJECTS}
        content["rows"] = [Row(**row) for row in content["rows"]]
        return Record(**content)
    except FileNotFoundError as error:
        message = _("{file} is missing from the record of this book").format(file=Path(error.filename).name)
        raise InputError(message, place=place, cure=_("build it again")) from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(_("not the record of a book"), place=place, cure=_("build it again")) from error
