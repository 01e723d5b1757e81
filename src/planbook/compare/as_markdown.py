"""A difference as Markdown, for a comment on a change or a log: the same as on the terminal, in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planbook.compare import phrases
from planbook.compare.diff import Diff, UnitDiff
from planbook.compare.facts import FactChange
from planbook.compare.grids import GridChange
from planbook.compare.thresholds import SHOWN
from planbook.words import _

MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def markdown_text(diff: Diff) -> str:
    lines = [f"# {_plain(diff.old)} → {_plain(diff.new)}", ""]
    for names, words in (
        (diff.only_old, _("only in the first: {names}")),
        (diff.only_new, _("only in the second: {names}")),
    ):
        if names:
            lines += [words.format(names="、".join(names)), ""]
    for unit in diff.units:
        lines += [f"## {_plain(unit.name)}", ""]
        lines += [_("nothing differs"), ""] if unit.same else _unit(unit)
    return "\n".join(lines)


def _unit(unit: UnitDiff) -> list[str]:
    facts = [
        f"{phrases.severity(c.severity, _)} · `{c.id}` {' → '.join(map(_plain, phrases.fact_values(c)))}{_amount(c)}"
        for c in unit.facts
    ]
    tables = [
        f"{_plain(g.caption)}: {_plain('; '.join([*phrases.grid_notes(g, _), *_cells(g)]))}"
        for g in (*unit.tables, *unit.figures)
    ]
    sentences = [
        f"{phrases.sentence(s.said, _)} · {_plain(s.section)}: "
        + " → ".join(_plain(t) for t in (s.before, s.after) if t)
        for s in unit.sentences
    ]
    rules = [f"{_plain(r.title)}: {phrases.verdict(r.before)} → {phrases.verdict(r.after)}" for r in unit.rules]
    issues = [f"{_('new') if i.come else _('settled')} · {_plain(i.place)}: {_plain(i.message)}" for i in unit.issues]
    causes = [f"{_plain(phrases.cause(c, _))}" for c in unit.causes]
    out: list[str] = []
    for head, lines in (
        (_("causes"), causes), (_("facts"), facts), (_("tables and figures"), tables), (_("sentences"), sentences),
        (_("verdicts"), rules), (_("issues"), issues),
    ):  # fmt: skip
        if lines:
            out += [f"### {head} ({len(lines)})", "", *_listed(lines), ""]
    return out


def _amount(change: FactChange) -> str:
    told = ", ".join(filter(None, (phrases.amount(change), phrases.percent(change))))
    return f" ({_plain(told)})" if told else ""


def _cells(change: GridChange) -> Iterator[str]:
    for cell in change.cells[:SHOWN]:
        yield f"{cell.row} {cell.column} {cell.before or '—'} → {cell.after or '—'}"
    if change.words and not change.cells:
        yield _("its words changed")
    if len(change.cells) > SHOWN:
        yield _("… and {count} more").format(count=len(change.cells) - SHOWN)


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield "- " + _("… and {count} more").format(count=len(lines) - SHOWN)


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)
