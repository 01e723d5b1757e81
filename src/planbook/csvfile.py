"""CSV files with declared columns: read into typed records, everything wrong in a file found at once.

UTF-8, with or without BOM, comma separated, edited by hand or in Excel. A fault names file, row (as Excel shows it:
the header is row 1) and column, and its cure.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from planbook.errors import InputError
from planbook.words import _, at_line

Kind = Literal["text", "list", "date", "whole", "flag"]


@dataclass(frozen=True)
class Column:
    """One column: what its cells may hold. A list's entries are joined by ; in the file."""

    name: str
    kind: Kind = "text"
    required: bool = True  # every row fills it
    unique: bool = False  # no two rows share what it holds
    words: tuple[str, ...] = ()  # nothing else is allowed
    pattern: str = ""
    example: str = ""  # of the pattern
    absent: bool = False  # the file may lack it


class Table:
    """One file as it is read: its records and its faults.

    A record maps column → value, and "row" → its row. An empty cell is "" (a list's is (), a flag's False), one that
    could not be read None, so that further checks pass it by.
    """

    def __init__(self, file: str, columns: tuple[Column, ...]) -> None:
        self.file, self.columns = file, columns
        self.records: list[dict[str, Any]] = []
        self.faults: list[InputError] = []

    def fault(self, row: int, column: str, message: str, cure: str) -> None:
        place = _("{file}: row {row}, column {column}").format(file=self.file, row=row, column=column)
        self.faults.append(InputError(message, place=place, cure=cure))

    def filled(self, column: str) -> Iterator[tuple[dict[str, Any], Any]]:
        """The records whose cell in `column` was read and is not empty, and that cell."""
        for record in self.records:
            if record[column] not in (None, "", ()):
                yield record, record[column]

    def raise_faults(self) -> None:
        if self.faults:
            raise InputError("\n".join(map(str, self.faults)))

    def frame(self) -> pd.DataFrame:
        """The records as a typed frame, then `file`, `sheet` ("") and `row`. InputError if anything is wrong."""
        self.raise_faults()
        dtypes = {"text": "str", "date": "str", "list": "object", "whole": "Int64", "flag": "bool"}
        made: dict[str, pd.Series[Any]] = {}
        for column in self.columns:
            values = [record[column.name] for record in self.records]
            if column.kind == "whole":
                values = [None if value == "" else value for value in values]
            made[column.name] = pd.Series(values, dtype=dtypes[column.kind])
        size = len(self.records)
        made["file"] = pd.Series([self.file] * size, dtype="str")
        made["sheet"] = pd.Series([""] * size, dtype="str")
        made["row"] = pd.Series([record["row"] for record in self.records], dtype="int64")
        return pd.DataFrame(made)


def read_table(path: Path, file: str, columns: tuple[Column, ...]) -> Table:
    """The file's table; `file` is how messages and frames name it. InputError if it is no such CSV file at all."""
    table = Table(file, columns)
    lines = iter(_lines(path, file))
    header = [cell.strip() for cell in next(lines, [])]
    _check_header(table, header)
    for row, line in enumerate(lines, 2):
        cells = [cell.strip() for cell in line]
        if extra := [cell for cell in cells[len(header) :] if cell]:
            message = _("more cells than the header has columns, first {cell}").format(cell=extra[0])
            table.fault(row, str(len(header) + 1), message, _("put cells that hold a comma in double quotes"))
        elif any(cells):
            texts = dict(zip(header, cells, strict=False))  # Excel leaves out empty cells at a line's end
            table.records.append({"row": row} | {c.name: _cell(table, row, c, texts.get(c.name, "")) for c in columns})
    _check_unique(table)
    return table


def nearest(word: str, known: Iterable[str]) -> str:
    """A cure: the nearest of the known words, else all of them (a few, if there are many)."""
    words = list(known)
    if near := difflib.get_close_matches(word, words, 1, 0.5):
        return _("did you mean {near}?").format(near=near[0])
    return _("allowed: {words}").format(words=", ".join(words[:8]) + (" …" if len(words) > 8 else ""))


def _lines(path: Path, file: str) -> list[list[str]]:
    cure = _("save it in Excel as “CSV UTF-8 (Comma delimited)”")
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InputError(_("no such file"), place=file, cure=_("restore it from the project's repository")) from None
    except UnicodeDecodeError:
        raise InputError(_("not UTF-8 text"), place=file, cure=cure) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        place = at_line(file, reader.line_num)
        raise InputError(_("not valid CSV: {what}").format(what=error), place=place, cure=cure) from None


def _check_header(table: Table, header: list[str]) -> None:
    """A wrong header makes every row wrong: it is reported alone."""
    names = [column.name for column in table.columns]
    for number, name in enumerate(header, 1):
        if name not in names:
            unused = [known for known in names if known not in header]
            table.fault(1, name or str(number), _("unknown column"), nearest(name, unused or names))
        elif name in header[: number - 1]:
            table.fault(1, name, _("this column is there twice"), _("keep one of them"))
    for column in table.columns:
        if column.name not in header and not column.absent:
            table.fault(1, column.name, _("missing column"), _("columns: {names}").format(names=", ".join(names)))
    table.raise_faults()


def _cell(table: Table, row: int, column: Column, text: str) -> Any:
    """A cell's value by its column's kind; None, and a fault, if it has none."""
    entries = [part.strip() for part in re.split("[;；]", text)] if column.kind == "list" else [text]
    entries = [entry for entry in entries if entry]
    if column.required and column.kind != "flag" and not entries:
        table.fault(row, column.name, _("empty"), _hint(column))
        return None
    for entry in entries:
        if column.words and entry not in column.words:
            message = _("{value} is not one of {words}").format(value=entry, words=", ".join(column.words))
            table.fault(row, column.name, message, nearest(entry, column.words))
            return None
        if column.pattern and not re.fullmatch(column.pattern, entry):
            table.fault(row, column.name, _("{value} is not of the right form").format(value=entry), _hint(column))
            return None
    if column.kind == "list":
        return tuple(entries)
    try:
        return PARSERS[column.kind](text)
    except ValueError:
        table.fault(row, column.name, _("{value} cannot be read").format(value=text), _hint(column))
        return None


def _date(text: str) -> str:
    """2020, 2020-08 or 2020-08-26, as exact as given. Excel's own 2020/8/26 is taken as well."""
    if not text:
        return ""
    found = re.fullmatch(r"(\d{4})(?:([-/])(\d{1,2})(?:\2(\d{1,2}))?)?", text)
    if not found:
        raise ValueError(text)
    year, _separator, month, day = found.groups()
    iso = date(int(year), int(month or 1), int(day or 1)).isoformat()
    return iso if day else iso[:7] if month else iso[:4]


def _whole(text: str) -> int | str:
    if text and not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise ValueError(text)
    return int(text) if text else ""


def _flag(text: str) -> bool:
    """Excel writes TRUE and FALSE; an empty cell is false."""
    if text.lower() not in ("", "true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


PARSERS: dict[str, Callable[[str], Any]] = {"text": str, "date": _date, "whole": _whole, "flag": _flag}


def _hint(column: Column) -> str:
    """What a cell of the column looks like."""
    if column.words:
        return _("allowed: {words}").format(words=", ".join(column.words))
    if column.example:
        return _("write it like {example}").format(example=column.example)
    return {
        "date": _("write 2020, 2020-08 or 2020-08-26"),
        "whole": _("write a whole number from 1"),
        "flag": _("write true or false"),
        "list": _("write one or more, joined by ;"),
        "text": _("fill it in"),
    }[column.kind]


def _check_unique(table: Table) -> None:
    for column in table.columns:
        first: dict[Any, int] = {}
        for record, value in table.filled(column.name) if column.unique else ():
            if value in first:
                message = _("{value} stands in row {row}, too").format(value=value, row=first[value])
                table.fault(record["row"], column.name, message, _("change one of them, or delete the row"))
            first.setdefault(value, record["row"])
