"""A table as HTML: the one form in which it travels to Jupyter, and through Pandoc to every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

NEWLINE = "\n"  # in a head or a cell: where it breaks


def table_html(table: Mapping[str, Any]) -> str:
    """The <table> of Table.as_dict(), without caption and notes. Facts are spans with their id."""
    columns = table["columns"]
    lines = ["<table>", *_widths(columns), "<thead>"]
    for row in table["header"]:
        lines.append("<tr>" + "".join(_head(cell) for cell in row) + "</tr>")
    lines += ["</thead>", "<tbody>"]
    lines += [_row(row, columns) for row in table["body"]]
    lines += [_row([{"text": ""}] * len(columns), columns)] * table["blank"]
    lines.append("</tbody>")
    if table["foot"]:
        lines += ["<tfoot>", _foot(table["foot"], columns), "</tfoot>"]
    return "\n".join([*lines, "</table>"])


def _widths(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Percentages, where the table gives them to every column."""
    widths = [column["width"] for column in columns]
    if not all(widths):
        return []
    whole = sum(widths)
    return ["<colgroup>", *(f'<col style="width: {100 * w / whole:.2f}%">' for w in widths), "</colgroup>"]


def _head(cell: Mapping[str, Any]) -> str:
    spans = "".join(
        f' {name}="{cell[key]}"' for name, key in (("colspan", "cols"), ("rowspan", "rows")) if cell[key] > 1
    )
    return f"<th{spans}>{escape(cell['text']).replace(NEWLINE, '<br>')}</th>"


def _row(cells: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]], before: str = "") -> str:
    shown = "".join(_cell(cell, column["align"]) for cell, column in zip(cells, columns, strict=True))
    return f"<tr>{before}{shown}</tr>"


def _foot(cells: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> str:
    """合计 stands across the columns that have no total, as far as the first that has one."""
    named = next((number for number, cell in enumerate(cells) if cell["text"]), 0)
    if not named or "fact" in cells[named]:
        return _row(cells, columns)
    wide = next((n for n in range(named + 1, len(cells)) if cells[n]["text"]), named + 1)
    name = f'<td colspan="{wide}" style="text-align: center">{escape(cells[named]["text"])}</td>'
    return _row(cells[wide:], columns[wide:], name)


def _cell(cell: Mapping[str, Any], align: str) -> str:
    text = escape(cell["text"]).replace(NEWLINE, "<br>")
    if "fact" in cell:
        text = f'<span class="fact" data-fact="{escape(cell["fact"])}">{text}</span>'
    return f'<td style="text-align: {align}">{text}{escape(cell.get("unit", ""))}</td>'
