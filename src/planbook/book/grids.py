"""What is published or surveyed, as grids for worksheets: numbers as numbers, totals as live formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

import pandas as pd

from planbook.book.sheets import Cell, Grid, number_form, plain_header
from planbook.report.facts import PLACES
from planbook.report.forms import broken
from planbook.survey.form import Column, letter
from planbook.trace.build import behind

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
RELATIVE = ("%", "个百分点", "年")  # units nobody adds up; neither what is given per something
SUM = "SUM({column}{first}:{column}{last})"
COUNT = "COUNTA({column}{first}:{column}{last})"
BLANK, NOTHING = "—", Cell("")
REFERENCES = {"catalogue.csv": "改造内容目录", "policies.csv": "政策清单", "standards.csv": "改造标准"}

Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Origin:
    """Where numbers come from: `survey` is the round's name in Chinese, `facts` all that are published; `missing`
    names the counties that totals are without; `others` are names of other rounds, by the folder of their files."""

    survey: str
    facts: Facts
    missing: Sequence[str] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def total_notes(self) -> list[str]:
        """What is to be said beside every total."""
        return [f"注：合计不含未报送调查表的{'、'.join(self.missing)}。"] if self.missing else []

    def of_table(self, table: Mapping[str, Any]) -> str:
        """The sources behind a table's cells; empty for a table of text alone."""
        cells = [cell for row in (*table["body"], table["foot"] or ()) for cell in row]
        facts = [cell["fact"] for cell in cells if "fact" in cell]
        sources = [cell["source"] for cell in cells if "source" in cell]
        if not facts and not sources:
            return ""
        sources += [source for id in behind(self.facts, facts) for source in self.facts[id]["sources"]]
        names = dict.fromkeys(sorted((self._name(source) for source in sources), key=lambda n: (n != self.survey, n)))
        return "、".join(names) or self.survey

    def _name(self, source: Mapping[str, Any]) -> str:
        if "params" in source:
            return "规划参数"
        folder, _slash, name = str(source["file"]).rpartition("/")
        return REFERENCES.get(name) or self.others.get(folder, self.survey)


# ---------------------------------------------------------------------------------------------- published tables


def published_grid(table: Mapping[str, Any], origin: Origin) -> Grid:
    """A table as `Table.as_dict()` gives it.

    A column with `adds` is a sum along each row, the foot of a table with `sums` a sum down each column – wherever
    that gives the published value exactly, and as the value itself elsewhere.
    """
    columns = table["columns"]
    keys = [column["key"] for column in columns]
    adds = {keys.index(c["key"]): [keys.index(k) for k in c["adds"]] for c in columns if c["adds"]}
    body = [_added(_cells(row, columns, origin.facts), adds) for row in table["body"]]
    foot = _added(_cells(table["foot"], columns, origin.facts), adds) if table["foot"] else None
    if foot and table["sums"]:
        amounts = [_amount(row, origin.facts) for row in zip(*table["body"], table["foot"], strict=True)]
        foot = [_summed(total, [row[n] for row in body]) if amounts[n] else total for n, total in enumerate(foot)]
    told = any(note.startswith("资料来源") for note in table["notes"])
    lines = ("单位", table["unit"]), ("资料来源", "" if told else origin.of_table(table))
    notes = [*table["notes"], *(origin.total_notes if foot else [])]
    said = [f"{word}：{text}" for word, text in lines if text]
    return Grid(table["caption"], table["header"], body, foot, said, notes, _name_column(columns))


def _name_column(columns: Sequence[Mapping[str, Any]]) -> int:
    """The column that says what a row is: called name, else the first of text."""
    named = [n for n, column in enumerate(columns) if column["key"] == "name"]
    left = [n for n, column in enumerate(columns) if column["align"] == "left"]
    return (named or left or [0])[0]


def _cells(row: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]], facts: Facts) -> list[Cell]:
    return [_cell(cell, column["align"], facts) for cell, column in zip(row, columns, strict=True)]


def _cell(cell: Mapping[str, Any], align: Any, facts: Facts) -> Cell:
    """A number where the cell holds one, shown as it is printed; else its text: a community may be called 301."""
    text = cell["text"]
    known = facts[cell["fact"]]["unit"] if "fact" in cell else align != "left"
    value = cell.get("value", text)
    if not known or value is None or not NUMBER.fullmatch(text):
        return Cell(text, align)
    form = number_form(len(text.partition(".")[2]), cell.get("unit", ""))
    return Cell(value if isinstance(value, int) else Decimal(value), "right" if align == "left" else align, form)


def _amount(cells: Iterable[Mapping[str, Any]], facts: Facts) -> bool:
    """Can a column be added up? Shares and what is given per something cannot, even where their sum happens to fit."""
    units = {facts[cell["fact"]]["unit"] for cell in cells if "fact" in cell}
    return not any(unit in RELATIVE or "/" in unit for unit in units)


def _added(row: list[Cell], adds: Mapping[int, Sequence[int]]) -> list[Cell]:
    out = list(row)
    for at, parts in adds.items():
        if _adds_up(row[at], [row[part] for part in parts]):
            out[at] = replace(row[at], formula="+".join(f"{letter(part)}{{row}}" for part in parts))
    return out


def _summed(total: Cell, parts: Sequence[Cell]) -> Cell:
    return replace(total, formula=SUM) if _adds_up(total, parts) else total


def _adds_up(total: Cell, parts: Sequence[Cell]) -> bool:
    values = [part.value for part in parts if not isinstance(part.value, str)]
    return bool(parts) and len(values) == len(parts) and total.value == sum(values, Decimal(0))


# ---------------------------------------------------------------------------------------------- survey rows


@dataclass(frozen=True)
class Extra:
    """A column beside the form's own."""

    header: str
    cells: Sequence[Cell]
    foot: Cell = NOTHING


def survey_grid(
    caption: str, columns: Sequence[Column], frame: pd.DataFrame, items: Mapping[str, str], origin: Origin,
    extras: Sequence[Extra] = (), notes: Sequence[str] = (),
) -> Grid:  # fmt: skip
    """Survey rows under the form's own header, with totals, then the extra columns and each row's place
    in its workbook.

    items: catalogue code → name.
    """
    places = [f"{sheet} 第{row}行" for sheet, row in zip(frame["sheet"], frame["row"], strict=True)]
    extras = (*extras, Extra("调查表位置", [Cell(place) for place in places]))
    values = [_values(column, frame, items) for column in columns]
    header = form_header(columns, [extra.header for extra in extras])
    body = list(zip(*values, *(extra.cells for extra in extras), strict=True))
    foot = [_foot(c, cells) for c, cells in zip(columns, values, strict=True)] + [extra.foot for extra in extras]
    return Grid(
        caption, header, body, foot, (f"资料来源：{origin.survey}",), [*notes, *origin.total_notes],
        [c.key for c in columns].index("name"), filter=True, empty="本轮摸底没有收到这类资料。",
    )  # fmt: skip


def form_header(columns: Sequence[Column], more: Sequence[str] = ()) -> list[list[dict[str, Any]]]:
    """The form's two header rows: a group above its columns, what has no group over both."""
    above: list[dict[str, Any]] = []
    below: list[dict[str, Any]] = []
    for group, members in groupby(columns, key=lambda column: column.group):
        names = [broken(column.header) for column in members]
        if group:
            above.append({"text": group, "cols": len(names), "rows": 1})
            below += plain_header(*names)[0]
        else:
            above += [{"text": name, "cols": 1, "rows": 2} for name in names]
    above += [{"text": name, "cols": 1, "rows": 2} for name in more]
    return [above, below]


def _values(column: Column, frame: pd.DataFrame, items: Mapping[str, str]) -> list[Cell]:
    if column.kind == "serial":
        return [Cell(number, "center") for number in range(1, len(frame) + 1)]
    key = "county_name" if column.kind == "county" else column.key
    return [_value(column, value, items) for value in frame[key]]


def _value(column: Column, value: Any, items: Mapping[str, str]) -> Cell:
    if isinstance(value, tuple):
        numbers = column.kind == "items"  # the form asks for them by number
        said = [f"{int(code[1:])}.{items[code]}" if numbers else items.get(code, code) for code in value]
        return Cell("、".join(said) or BLANK)
    align: Any = {"count": "right", "decimal": "right", "year": "center", "choice": "center"}.get(column.kind, "left")
    if pd.isna(value):
        return Cell(BLANK, align)
    if column.kind == "decimal":
        return Cell(Decimal(value), align, number_form(PLACES.get(column.unit, 2 if column.kind == "decimal" else 0)))
    return Cell(int(value) if column.kind in ("count", "year") else str(value), align)


def _foot(column: Column, cells: Sequence[Cell]) -> Cell:
    """Totals of what can be added; 户均 cannot."""
    if column.kind == "serial":
        return Cell("合计", "center")
    if column.key == "name":
        return Cell(len(cells), "left", '0"个小区"', COUNT)
    known = [cell.value for cell in cells if not isinstance(cell.value, str)]
    if column.kind not in ("count", "decimal") or column.key == "per_household" or not known:
        return NOTHING
    total = sum(known, Decimal(0) if column.kind == "decimal" else 0)
    form = number_form(PLACES.get(column.unit, 2 if column.kind == "decimal" else 0))
    return Cell(total, "right", form, SUM)
