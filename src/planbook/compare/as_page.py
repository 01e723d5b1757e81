"""A difference as one page for reviewers (修订对照): self-contained, in the site's look, by day and by night."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from planbook.compare import phrases
from planbook.compare.diff import Diff, UnitDiff
from planbook.compare.grids import GridChange
from planbook.words import chinese as _

STYLES = ("plan.css", "dark.css")
ROWS = 20  # behind one fact, on the page
OPEN = 40  # facts or sentences of a unit; more are folded
Piece = tuple[str, str]  # "same", "gone" or "new", and the text


def page_text(diff: Diff) -> str:
    """The whole page; lists are complete, long ones folded."""
    plan = files("planbook.book").joinpath("_plan")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(files("planbook.compare").joinpath("page.html").read_text("utf-8"))
    style = "\n".join(_style(plan.joinpath(name).read_text("utf-8"), name) for name in STYLES)
    units = [_unit(unit) for unit in diff.units]
    return template.render(diff=diff, units=units, open=OPEN, style=Markup(style))


def _style(css: str, name: str) -> str:
    return f"@media (prefers-color-scheme: dark) {{\n{css}\n}}" if name == "dark.css" else css


def _unit(unit: UnitDiff) -> dict[str, Any]:
    return {
        "name": unit.name, "id": unit.unit, "old": unit.old, "new": unit.new, "same": unit.same, "close": unit.close,
        "method": any(cause.what == "method" for cause in unit.causes),
        "causes": [
            {"text": phrases.cause(c, _), "place": c.place, "facts": len(c.facts), "loss": c.loss} for c in unit.causes
        ],
        "facts": [
            {
                "id": c.id, "severity": c.severity, "word": phrases.severity(c.severity, _), "how": c.fact["how"],
                "values": phrases.fact_values(c), "amount": phrases.amount(c), "percent": phrases.percent(c),
                "sections": "、".join(dict.fromkeys(section for _chapter, section in c.fact["used_in"])),
                "reasons": [phrases.reason(pair, _, place=False) for pair in c.reasons.rows[:ROWS]],
                "more": max(0, len(c.reasons.rows) - ROWS), "params": c.reasons.params,
                "issues": c.reasons.issues,
            }
            for c in unit.facts if c.printed
        ],
        "unprinted": sum(not c.printed for c in unit.facts),
        "sentences": [
            {"said": s.said, "word": phrases.sentence(s.said, _), "section": s.section, "file": s.file,
             "pieces": list(pieces(s.before, s.after))}
            for s in unit.sentences
        ],
        "grids": [_grid(change) for change in (*unit.tables, *unit.figures)],
        "rules": [
            {"title": r.title, "before": phrases.verdict(r.before), "after": phrases.verdict(r.after),
             "worse": r.worse, "details": r.details, "come": r.rows_come, "gone": r.rows_gone}
            for r in unit.rules
        ],
        "issues": unit.issues,
    }  # fmt: skip


def _grid(change: GridChange) -> dict[str, Any]:
    return {
        "what": "表" if change.what == "table" else "图", "caption": change.caption,
        "section": "、".join(dict.fromkeys(section for _chapter, section in change.used_in)),
        "notes": phrases.grid_notes(change, _), "cells": change.cells,
        "words": [list(pieces(*words)) for words in change.words],
    }  # fmt: skip


def pieces(before: str, after: str) -> Iterator[Piece]:
    """A sentence with what was struck out and what was put in; figures are replaced whole."""
    old, new = _words(before), _words(after)
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


def _words(text: str) -> Sequence[str]:
    out: list[str] = []
    for sign in text:
        if out and (sign.isdigit() or sign == ".") and out[-1][-1].isdigit():
            out[-1] += sign
        else:
            out.append(sign)
    return out
