"""Which row of one record is which of the other: by name, or, for a renamed community, by its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from rapidfuzz import fuzz

from planbook.compare.record import Address, Record, Row
from planbook.compare.thresholds import AGREEING, ALIKE, SAME_FIGURE
from planbook.survey.text import squeezed

FIGURES = ("year_built", "area", "households", "buildings")
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
        found = list(_paired(before, after, {name: new for (place, name), new in known.items() if place == county}))
        if table == "communities":
            found = list(_with_renamed(found))
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


def _paired(before: Sequence[Row], after: Sequence[Row], renames: Mapping[str, str]) -> Iterator[Pair]:
    """By name; the first of a name is the first, the second the second. A table may still say the old name."""
    there: dict[str, list[Row]] = defaultdict(list)
    for row in before:
        there[squeezed(row.name)].append(row)
    were = {squeezed(new): squeezed(old) for old, new in renames.items()}
    mates: dict[int, Row] = {}
    for names in (were, {squeezed(row.name): squeezed(row.name) for row in after}):
        for at, row in enumerate(after):
            if at not in mates and (same := there[names.get(squeezed(row.name), "")]):
                mates[at] = same.pop(0)
    yield from (Pair(mates.get(at), row) for at, row in enumerate(after))
    yield from (Pair(row, None) for rows in there.values() for row in rows)


def _with_renamed(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The pairs, a gone and a new community joined where everything but the name says they are one."""
    gone = [pair.before for pair in pairs if pair.before and not pair.after]
    come = [pair.after for pair in pairs if pair.after and not pair.before]
    scores = sorted(
        ((_likeness(was, now), i, j) for i, was in enumerate(gone) for j, now in enumerate(come)), reverse=True
    )
    mates: dict[int, int] = {}
    for score, i, j in scores:
        if score and i not in mates.values() and j not in mates:
            mates[j] = i
    joined = {id(come[j]): gone[i] for j, i in mates.items()}
    taken = {id(gone[i]) for i in mates.values()}
    for pair in pairs:
        if pair.before and id(pair.before) in taken:
            continue
        yield Pair(joined.get(id(pair.after), pair.before), pair.after)


def _likeness(was: Row, now: Row) -> float:
    """0: two communities. Else the more the likelier one, under another name."""
    pairs = [(was.values.get(key, ""), now.values.get(key, "")) for key in FIGURES]
    agreeing = sum(_near(a, b) for a, b in pairs if a and b)
    name = fuzz.ratio(squeezed(was.name), squeezed(now.name))
    same = all(a and a == b for a, b in pairs)
    return 100 * agreeing + name if same or (agreeing >= AGREEING and name >= ALIKE) else 0.0


def _near(a: str, b: str) -> bool:
    if a.isdigit() and b.isdigit() and len(a) == 4 == len(b):
        return a == b  # a year
    first, second = Decimal(a), Decimal(b)
    return abs(first - second) <= SAME_FIGURE * max(first, second)


def explained(pairs: Iterable[Pair]) -> list[Pair]:
    """Each once, in order."""
    return list({id(pair): pair for pair in pairs}.values())
