"""Which row of one round is which of another: by name, or, for a renamed community, by its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

import pandas as pd
from rapidfuzz import fuzz

from planbook.survey.text import squeezed

FIGURES = ("year_built", "area", "households", "buildings")
SAME_FIGURE = Decimal("0.05")  # a renamed community's figures may differ by this share
AGREEING = 3  # of its figures that must agree so far, if its name is alike
ALIKE = 50  # percent alike that the two names then are, at least


class Named(Protocol):
    """A row with a name and its values as text; a blank has none."""

    @property
    def name(self) -> str: ...

    @property
    def values(self) -> Mapping[str, str]: ...


Row = TypeVar("Row", bound=Named)
Two = tuple[Row | None, Row | None]  # then and now; without a first it is new, without a second it is gone


def text_of(value: Any) -> str:
    """A value of a frame as text, the same for the same value: 1.20 and 1.2 are one; empty where it is missing."""
    if isinstance(value, tuple | list):
        return "、".join(map(str, value))
    if value is None or pd.isna(value):
        return ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def by_name(before: Sequence[Row], after: Sequence[Row], renames: Mapping[str, str]) -> Iterator[Two[Row]]:
    """The first of a name is the first, the second the second. `renames`: old names → new ones, as far as known; a
    table may still say the old name."""
    there: dict[str, list[Row]] = defaultdict(list)
    for row in before:
        there[squeezed(row.name)].append(row)
    were = {squeezed(new): squeezed(old) for old, new in renames.items()}
    mates: dict[int, Row] = {}
    for names in (were, {squeezed(row.name): squeezed(row.name) for row in after}):
        for at, row in enumerate(after):
            if at not in mates and (same := there[names.get(squeezed(row.name), "")]):
                mates[at] = same.pop(0)
    yield from ((mates.get(at), row) for at, row in enumerate(after))
    yield from ((row, None) for rows in there.values() for row in rows)


def with_renamed(pairs: Sequence[Two[Row]]) -> Iterator[Two[Row]]:
    """The pairs, a gone and a new community joined where everything but the name says they are one."""
    gone = [before for before, after in pairs if before and not after]
    come = [after for before, after in pairs if after and not before]
    scores = sorted(
        ((_likeness(was, now), i, j) for i, was in enumerate(gone) for j, now in enumerate(come)), reverse=True
    )
    mates: dict[int, int] = {}
    for score, i, j in scores:
        if score and i not in mates.values() and j not in mates:
            mates[j] = i
    joined = {id(come[j]): gone[i] for j, i in mates.items()}
    taken = {id(gone[i]) for i in mates.values()}
    for before, after in pairs:
        if before is None or id(before) not in taken:
            yield joined.get(id(after), before), after


def _likeness(was: Named, now: Named) -> float:
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
