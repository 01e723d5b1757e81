"""Which row of one record is which of the other: by name, or, for a renamed community, by its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planbook.analysis.pairs import by_name, with_renamed
from planbook.compare.record import Address, Record, Row

DERIVED = ("era", "reason", "eligible", "scheduled", "planned", "period", "unread", "per_household")
SPLIT = ("investment_basic", "investment_improve", "investment_enhance")  # parts of the investment, by the parameters


@dataclass(frozen=True)
class Pair:
    """A row then and now. Without a `before` it is new, without an `after` it is gone."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def renamed(self) -> bool:
        return bool(self.before and self.after and self.before.name != self.after.name)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the clerk or the author wrote otherwise: columns whose values differ, without those that follow."""
        if not self.before or not self.after:
            return ()
        keys = dict.fromkeys((*self.before.values, *self.after.values))
        return tuple(key for key in keys if key not in (*DERIVED, *SPLIT) and self.differs(key))

    def differs(self, column: str) -> bool:
        then, now = (row.values.get(column, "") if row else "" for row in (self.before, self.after))
        return then != now

    @property
    def same(self) -> bool:
        return bool(self.before and self.after) and not self.columns


@dataclass(frozen=True)
class Rows:
    """All rows of two records, paired."""

    pairs: tuple[Pair, ...]
    old: Mapping[Address, Pair] = field(repr=False)
    new: Mapping[Address, Pair] = field(repr=False)

    @property
    def renames(self) -> dict[str, str]:
        """Old names → new ones, as tables and sentences print them."""
        return {p.before.name: p.after.name for p in self.pairs if p.renamed and p.before and p.after}


def pair_rows(old: Record, new: Record) -> Rows:
    """Pairs the rows table by table and county by county; a county that lies in one record only pairs with none."""
    groups: dict[tuple[str, str], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    counties = _counties(old, new)
    for row in old.rows:
        groups[row.table, counties.get(row.county, row.county)][0].append(row)
    for row in new.rows:
        groups[row.table, row.county][1].append(row)
    pairs: list[Pair] = []
    renames: dict[tuple[str, str], str] = {}  # (county, old name) → new name
    for (table, county), (before, after) in groups.items():  # communities come first, the questionnaire after them
        known = renames if table == "willingness" else {}
        names = {name: new for (place, name), new in known.items() if place == county}
        found = [Pair(*rows) for rows in by_name(before, after, names)]
        if table == "communities":
            found = [Pair(*rows) for rows in with_renamed([(pair.before, pair.after) for pair in found])]
            renames |= {(county, p.before.name): p.after.name for p in found if p.renamed and p.before and p.after}
        pairs += found
    at_old = {pair.before.address: pair for pair in pairs if pair.before}
    at_new = {pair.after.address: pair for pair in pairs if pair.after}
    return Rows(tuple(pairs), at_old, at_new)


def _counties(old: Record, new: Record) -> dict[str, str]:
    """Counties that only changed their name (甲县, 甲市): old → new."""
    gone = [name for name in old.about["counties"] if name not in new.about["counties"]]
    come = [name for name in new.about["counties"] if name not in old.about["counties"]]
    return {was: now for was in gone for now in come if was[:-1] == now[:-1]}


def explained(pairs: Iterable[Pair]) -> list[Pair]:
    """Each once, in order."""
    return list({id(pair): pair for pair in pairs}.values())
