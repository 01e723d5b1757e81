"""What a refresh did and what is left to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Why = Literal[
    "overwritten", "emptied", "gone", "lost", "wording", "doubt", "row", "table", "figure"
]  # in the order in which they are told


@dataclass(frozen=True)
class Change:
    """One number or cell that was brought to the new round; `where`: its sentence, or its table and row."""

    where: str
    before: str
    after: str


@dataclass(frozen=True)
class Look:
    """Something that a person has to look at.

    overwritten: people wrote `now` where `before` was printed; the new round says `after`.
    emptied: the number was deleted in its control. lost: it was printed, and is found nowhere in its line.
    gone: the new round has no such number. wording: the new round's book words it as `after`.
    doubt: a sentence whose wording may no longer fit; `after` says why.
    row, table, figure: left as it is; `after` says why.
    """

    why: Why
    where: str
    name: str = ""
    before: str = ""
    now: str = ""
    after: str = ""


@dataclass
class Outcome:
    """A refresh of one document."""

    name: str
    old: str  # rounds, as people call them
    new: str
    changes: list[Change] = field(default_factory=list)
    rows_come: int = 0
    rows_gone: int = 0
    figures: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    edited: list[tuple[str, str]] = field(default_factory=list)  # lines people changed: as made, as it reads now
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def by_reason(self) -> Mapping[Why, list[Look]]:
        order = Why.__args__  # type: ignore[attr-defined]
        found = {why: [look for look in self.looks if look.why == why] for why in order}
        return {why: looks for why, looks in found.items() if looks}
