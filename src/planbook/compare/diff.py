"""Two records, two sets of them: everything that differs, as data. What is done with it is for others to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from planbook.compare.causes import Cause, find_causes
from planbook.compare.facts import FactChange, Facts, worst
from planbook.compare.grids import GridChange, compare_grids
from planbook.compare.narrative import SentenceChange, compare_narrative
from planbook.compare.record import Record
from planbook.compare.rows import pair_rows
from planbook.compare.turned import IssueChange, RuleChange, compare_issues, compare_rules


@dataclass(frozen=True)
class UnitDiff:
    """One unit's two books. `close`: facts that differ, but within the tolerance, and are left out."""

    unit: str
    name: str
    old: str  # the rounds' labels
    new: str
    causes: tuple[Cause, ...]
    facts: tuple[FactChange, ...]
    tables: tuple[GridChange, ...]
    figures: tuple[GridChange, ...]
    sentences: tuple[SentenceChange, ...]
    issues: tuple[IssueChange, ...]
    rules: tuple[RuleChange, ...]
    close: int = 0

    @property
    def same(self) -> bool:
        return not (self.facts or self.tables or self.figures or self.sentences or self.issues or self.rules)


@dataclass(frozen=True)
class Diff:
    """Two builds. `only_old` and `only_new`: units that lie in one of them alone."""

    old: str
    new: str
    units: tuple[UnitDiff, ...]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not (self.only_old or self.only_new) and all(unit.same for unit in self.units)


def compare_records(old: Record, new: Record, tolerance: Decimal = Decimal(0)) -> UnitDiff:
    """One unit's two books; `tolerance` is a share: numbers that differ by no more of the larger count as equal."""
    rows = pair_rows(old, new)
    facts = Facts(old, new, rows, tolerance)
    changes = facts.changes()
    sentences = compare_narrative(old, new, facts.differing, rows.renames)
    close = len(Facts(old, new, rows, Decimal(0)).differing) - len(facts.differing) if tolerance else 0
    tables = compare_grids("table", old.tables, new.tables, rows.renames, tolerance)
    figures = compare_grids("figure", old.figures, new.figures, rows.renames, tolerance)
    return UnitDiff(
        str(new.about["unit"]), new.name, str(old.about["label"]), str(new.about["label"]),
        tuple(find_causes(old, new, rows, changes, sentences)), tuple(worst(changes)), tuple(tables), tuple(figures),
        tuple(sentences), tuple(compare_issues(old, new, rows)), tuple(compare_rules(old, new, rows)), close,
    )  # fmt: skip


def compare_builds(
    old: Mapping[str, Record], new: Mapping[str, Record], names: tuple[str, str], tolerance: Decimal = Decimal(0)
) -> Diff:
    """Two sets of books by unit."""
    units = tuple(compare_records(old[unit], new[unit], tolerance) for unit in new if unit in old)
    only_old = tuple(record.name for unit, record in old.items() if unit not in new)
    only_new = tuple(record.name for unit, record in new.items() if unit not in old)
    return Diff(*names, units, only_old, only_new)
