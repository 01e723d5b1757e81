"""A trace on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from planbook.survey.issues import printable
from planbook.trace.find import Printed
from planbook.trace.trace import Trace
from planbook.words import _

LONGEST = 80  # of a formula's part, on one line


def show_trace(console: Console, trace: Trace, most: int) -> None:
    """Formula, parts, rows (the first `most`; 0 is all), where it is printed, and whether it still holds."""
    past = trace.past
    console.print(Text(f"{trace.id}  {past['display']} {past['unit']}".rstrip(), style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(_("formula"), Text(past["how"]))
    for part in trace.parts:
        said = f"{part.fact['display']} {part.fact['unit']}".rstrip()
        grid.add_row(_("from"), Text(f"{part.id}  {said}  {printable(part.fact['how'], LONGEST)}"))
    for chapter, section in past["used_in"]:
        grid.add_row(_("printed in"), Text(f"{chapter}  {section}"))
    grid.add_row(_("notebook"), Text(past["notebook"]))
    console.print(grid)
    _show_lines(console, trace, most)
    _show_verdict(console, trace)


def _show_lines(console: Console, trace: Trace, most: int) -> None:
    if not trace.lines:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("{count} rows").format(count=len(trace.lines)))
    table.add_column(_("value"), justify="right")
    table.add_column(_("cell"))
    shown = trace.lines[:most] if most else trace.lines
    for line in shown:
        table.add_row(Text(printable(line.name, 40)), Text(printable(line.value, 30)), Text(printable(line.place)))
    console.print(table)
    if len(shown) < len(trace.lines):
        more = len(trace.lines) - len(shown)
        console.print(_("… and {count} more; --rows 0 shows all").format(count=more), style="dim", markup=False)


def _show_verdict(console: Console, trace: Trace) -> None:
    unit = trace.past["unit"]
    console.print(
        _("computed again over these rows: {value}").format(value=f"{trace.recomputed} {unit}".rstrip()), markup=False
    )
    now = trace.now
    if now is None:
        console.print(_("no longer holds: its notebook publishes it no more"), style="red", markup=False)
    elif trace.verdict == "holds":
        console.print(_("still holds: the workbooks give the same number"), style="green", markup=False)
    else:
        values = {"then": trace.past["display"], "now": f"{now['display']} {now['unit']}".rstrip()}
        message = _("no longer holds: the book says {then}, the workbooks now give {now}")
        console.print(message.format(**values), style="red", markup=False)
    _show_files(console, _("changed since the build: {files}"), trace.changed)
    _show_files(console, _("rows that count now and did not then: {files}"), trace.come)
    _show_files(console, _("rows that counted then and do not now: {files}"), trace.gone)


def _show_files(console: Console, message: str, names: Sequence[str]) -> None:
    if names:
        more = [f"… (+{len(names) - 5})"] if len(names) > 5 else []
        console.print(printable(message.format(files=", ".join([*names[:5], *more]))), markup=False)


def show_printed(console: Console, number: str, found: Iterable[Printed]) -> None:
    """Every place that prints a number."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in (_("fact or cell"), _("what"), _("printed in")):
        table.add_column(head, overflow="fold")
    for one in found:
        name = f"{one.id}  {number} {one.unit}" if one.id else one.cell
        places = "\n".join(f"{chapter}  {section}" for chapter, section in one.places)
        table.add_row(Text(printable(name)), Text(printable(one.what, LONGEST)), Text(places))
    console.print(table)
