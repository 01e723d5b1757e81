"""A difference on the terminal: causes first, then what they moved, samples capped and the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from planbook.compare import phrases
from planbook.compare.diff import Diff, UnitDiff
from planbook.compare.exact import Difference
from planbook.compare.facts import FactChange
from planbook.compare.grids import GridChange
from planbook.compare.thresholds import SHOWN
from planbook.survey.issues import printable
from planbook.words import _

STYLES = {"loss": "bold red", "major": "red", "minor": "yellow", "slight": "dim"}
LONGEST = 100


def show_diff(console: Console, diff: Diff) -> None:
    """Unit by unit; one line for those that are the same."""
    for names, words in (
        (diff.only_old, _("only in the first: {names}")), (diff.only_new, _("only in the second: {names}"))
    ):  # fmt: skip
        if names:
            console.print(Text(words.format(names="、".join(names)), style="red"), soft_wrap=True)
    for unit in diff.units:
        head = f"{unit.name} ({unit.unit})  {unit.old} → {unit.new}"
        if unit.same:
            console.print(Text.assemble((head, "bold"), "  ", (_("nothing differs"), "green")), soft_wrap=True)
            _others(console, unit)
            continue
        console.print(Text(head, style="bold"), soft_wrap=True)
        _lines(console, _("causes"), [_cause_line(unit, at) for at in range(len(unit.causes))])
        _facts(console, unit.facts)
        _grids(console, [*unit.tables, *unit.figures])
        _sentences(console, unit)
        _turned(console, unit)
        _others(console, unit)
        console.print()


def _cause_line(unit: UnitDiff, at: int) -> Text:
    cause = unit.causes[at]
    moved = "  " + _("({count} facts)").format(count=len(cause.facts)) if cause.facts else ""
    place = f"  {cause.place}" if cause.place else ""
    style = "red" if cause.loss else ""
    return Text.assemble((printable(phrases.cause(cause, _)), style), (f"{place}{moved}", "dim"))


def _others(console: Console, unit: UnitDiff) -> None:
    if unit.close:
        said = _("within the tolerance: {count} facts").format(count=unit.close)
        console.print(Text(said, style="dim"))


def _lines(console: Console, head: str, lines: Sequence[Text]) -> None:
    if not lines:
        return
    console.print(Text(f"{head} ({len(lines)})", style="bold"))
    for line in lines[:SHOWN]:
        console.print(Text("  ") + line, soft_wrap=True)
    _more(console, len(lines))


def _more(console: Console, count: int) -> None:
    if count > SHOWN:
        console.print(Text("  " + _("… and {count} more").format(count=count - SHOWN), style="dim"))


def _facts(console: Console, changes: Sequence[FactChange]) -> None:
    """Those that a reader sees; the others are counted."""
    printed = [change for change in changes if change.printed]
    if not changes:
        return
    head = _("facts: {count}, of which the books print {printed} otherwise")
    console.print(Text(head.format(count=len(changes), printed=len(printed)), style="bold"))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for _column in range(2):
        table.add_column(no_wrap=True)
    for _column in range(4):
        table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for change in printed[:SHOWN]:
        then, now = phrases.fact_values(change)
        rows = [printable(phrases.reason(pair, _), LONGEST) for pair in change.reasons.rows[:1]]
        rows += [_("+{count} rows").format(count=len(change.reasons.rows) - 1)] if len(change.reasons.rows) > 1 else []
        style = STYLES[change.severity]
        table.add_row(
            Text("  " + phrases.severity(change.severity, _), style=style),
            Text(change.id), Text(then), Text(f"→ {now}"),
            Text(phrases.amount(change)), Text(phrases.percent(change)),
            Text("  ".join([*rows, *change.reasons.params]), style="dim"),
        )  # fmt: skip
    console.print(table)
    _more(console, len(printed))


def _grids(console: Console, changes: Sequence[GridChange]) -> None:
    lines = []
    for change in changes:
        cells = [f"{c.row} {c.column} {c.before or '—'} → {c.after or '—'}" for c in change.cells[:3]]
        cells += [_("… and {count} more").format(count=len(change.cells) - 3)] if len(change.cells) > 3 else []
        cells += [_("its words changed")] if change.words and not change.cells else []
        told = "；".join([*phrases.grid_notes(change, _), *cells])
        lines.append(Text.assemble(printable(change.caption), (f"  {printable(told)}", "dim")))
    _lines(console, _("tables and figures"), lines)


def _sentences(console: Console, unit: UnitDiff) -> None:
    lines = []
    for change in unit.sentences:
        head = Text.assemble(
            (phrases.sentence(change.said, _), "bold"), f"  {change.file} {printable(change.section)}  "
        )
        if change.before:
            head.append(printable(change.before), style="red")
        if change.before and change.after:
            head.append(" → ")
        head.append(printable(change.after), style="green")
        lines.append(head)
    _lines(console, _("sentences"), lines)


def _turned(console: Console, unit: UnitDiff) -> None:
    rules = [
        Text.assemble(
            rule.title,
            "  ",
            (f"{phrases.verdict(rule.before)} → {phrases.verdict(rule.after)}", "red" if rule.worse else ""),
        )
        for rule in unit.rules
    ]
    _lines(console, _("verdicts"), rules)
    issues = [
        Text.assemble(
            (_("new") if issue.come else _("settled"), "yellow" if issue.come else "green"),
            f"  {printable(issue.place)}  {printable(issue.message)}",
        )
        for issue in unit.issues
    ]
    _lines(console, _("issues"), issues)


def show_bytes(console: Console, found: Sequence[Difference]) -> None:
    """The first difference of each file."""
    if not found:
        console.print(_("the same bytes"), style="green")
    for one in found:
        console.print(Text.assemble((printable(one.file), "bold"), f"  {printable(one.place)}"), soft_wrap=True)
        console.print(Text(f"  - {printable(one.before, LONGEST)}", style="red"), soft_wrap=True)
        console.print(Text(f"  + {printable(one.after, LONGEST)}", style="green"), soft_wrap=True)
