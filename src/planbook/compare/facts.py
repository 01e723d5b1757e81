"""Facts that differ between two records, each with the rows and parameters that made it differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Literal

from planbook.compare.record import Item, Record
from planbook.compare.rows import Pair, Rows
from planbook.compare.thresholds import SEVERITIES, Severity, severity_of
from planbook.trace.build import behind

Kind = Literal["changed", "appeared", "disappeared"]
TOLD = ("value", "unit", "status", "display")


@dataclass(frozen=True)
class Reasons:
    """`rows`: those that came to count, no longer count, or changed in the column that counts; `params`: keys;
    `issues`: the list of doubts is what counts."""

    rows: tuple[Pair, ...] = ()
    params: tuple[str, ...] = ()
    issues: bool = False

    @property
    def known(self) -> bool:
        """Or else did something elsewhere, or the method: a notebook, or planbook?"""
        return bool(self.params or self.issues or any(not pair.same for pair in self.rows))


@dataclass(frozen=True)
class FactChange:
    """A fact then and now; `difference` and `percent` (of the old value) where both are numbers."""

    id: str
    before: Item | None
    after: Item | None
    reasons: Reasons

    @property
    def kind(self) -> Kind:
        return "appeared" if self.before is None else "disappeared" if self.after is None else "changed"

    @property
    def fact(self) -> Item:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def difference(self) -> Decimal | None:
        then, now = number(self.before), number(self.after)
        return None if then is None or now is None else now - then

    @property
    def percent(self) -> Decimal | None:
        then, change = number(self.before), self.difference
        return None if change is None or not then else change * 100 / abs(then)

    @property
    def printed(self) -> bool:
        """Does a reader see it: in either book, and as another text?"""
        used = bool((self.before or {}).get("used_in") or (self.after or {}).get("used_in"))
        return used and said(self.before) != said(self.after)

    @property
    def severity(self) -> Severity:
        lost = self.before is not None and self.before["status"] == "ok" and (self.after or {}).get("status") != "ok"
        used = bool((self.before or {}).get("used_in"))
        return severity_of(self.percent, lost=lost and used, printed=self.printed)


def number(fact: Mapping[str, Any] | None) -> Decimal | None:
    """A fact's (or cell's) exact value; None where it is no number."""
    value = None if fact is None else fact.get("value")
    try:
        return None if value is None or isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None


def said(fact: Item | None) -> str:
    return "" if fact is None else f"{fact['display']}{fact['unit'] if fact['status'] == 'ok' else ''}"


def within(then: Decimal | None, now: Decimal | None, tolerance: Decimal) -> bool:
    """Do two numbers differ by no more than this share of the larger?"""
    return then is not None and now is not None and abs(now - then) <= tolerance * max(abs(then), abs(now))


class Facts:
    """The facts of two records, compared."""

    def __init__(self, old: Record, new: Record, rows: Rows, tolerance: Decimal) -> None:
        self._old, self._new, self._rows, self._tolerance = old, new, rows, tolerance
        self._reasons: dict[str, Reasons] = {}

    @cached_property
    def differing(self) -> set[str]:
        """Ids of facts that differ beyond the tolerance, or are in one record only."""
        return {id for id in self._old.facts.keys() | self._new.facts.keys() if not self._equal(id)}

    def _equal(self, id: str) -> bool:
        then, now = self._old.facts.get(id), self._new.facts.get(id)
        if then is None or now is None:
            return False
        if all(then[key] == now[key] for key in TOLD):
            return True
        alike = then["unit"] == now["unit"] and then["status"] == now["status"]
        return alike and within(number(then), number(now), self._tolerance)

    def changes(self) -> list[FactChange]:
        old, new = self._old.facts, self._new.facts
        return [FactChange(id, old.get(id), new.get(id), self._why(id)) for id in sorted(self.differing)]

    def _why(self, id: str) -> Reasons:
        """What moved the fact, or any of those that it was computed from."""
        parts = dict.fromkeys((*behind(self._old.facts, [id]), *behind(self._new.facts, [id])))
        found = [self._own(part) for part in parts]
        rows = {pair.row.address: pair for one in found for pair in one.rows}
        params = dict.fromkeys(key for one in found for key in one.params)
        return Reasons(tuple(rows.values()), tuple(params), any(one.issues for one in found))

    def _own(self, id: str) -> Reasons:
        if id not in self._reasons:
            self._reasons[id] = self._look(id)
        return self._reasons[id]

    def _look(self, id: str) -> Reasons:
        then, now = self._old.facts.get(id), self._new.facts.get(id)
        before = {a: self._rows.old[a] for a in (row.address for row in self._old.rows_of(then))} if then else {}
        after = {a: self._rows.new[a] for a in (row.address for row in self._new.rows_of(now))} if now else {}
        counted = {_key(pair): pair for pair in before.values()}, {_key(pair): pair for pair in after.values()}
        column = (now or then or {})["args"].get("column", "")
        moved = [pair for key, pair in (counted[0] | counted[1]).items() if (key in counted[0]) != (key in counted[1])]
        moved += [p for key, p in counted[1].items() if key in counted[0] and column and p.differs(column)]
        params = [key for key in _params(then) | _params(now) if self._old.params.get(key) != self._new.params.get(key)]
        if any(pair.same for pair in moved):  # it is counted otherwise, though nobody changed it
            params += self._limits
        if (now or then or {})["op"] == "checked" and id in self.differing and all(pair.same for pair in moved):
            # a rule names the rows that break it, not those it was computed from
            moved = [pair for pair in self._rows.pairs if not pair.same and pair.row.table in ("communities", "annual")]
        doubted = _cells(then) != _cells(now) or (id.startswith(("issues.", "corrections.")) and id in self.differing)
        return Reasons(tuple(moved), tuple(dict.fromkeys(params)), doubted)

    @cached_property
    def _limits(self) -> list[str]:
        """Parameters that differ and decide which rows count, or how a row is divided."""
        deciding = ("rules.", "period.", "cost_weights.", "unsafe", "counties")
        keys = sorted(self._old.params.keys() | self._new.params.keys())
        return [k for k in keys if k.startswith(deciding) and self._old.params.get(k) != self._new.params.get(k)]


def _key(pair: Pair) -> int:
    return id(pair)


def _params(fact: Item | None) -> dict[str, None]:
    return dict.fromkeys(s["params"] for s in fact["sources"] if "params" in s) if fact else {}


def _cells(fact: Item | None) -> list[tuple[str, str]]:
    return sorted((s["file"], s["cells"]) for s in fact["sources"] if "cells" in s) if fact else []


def worst(changes: list[FactChange]) -> Iterator[FactChange]:
    """Losses first, then by severity; among equals what changed most."""
    yield from sorted(changes, key=lambda c: (SEVERITIES.index(c.severity), -abs(c.percent or Decimal(0)), c.id))
