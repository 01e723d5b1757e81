"""Doubts about the survey and verdicts of the plan's rules that turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planbook.compare.record import Item, Record
from planbook.compare.rows import Rows

GOOD = ("pass", "not_applicable")


@dataclass(frozen=True)
class IssueChange:
    """An issue that is new (`come`) or settled."""

    come: bool
    severity: str
    code: str
    place: str
    message: str


@dataclass(frozen=True)
class RuleChange:
    """A rule whose verdict turned, or that breaks elsewhere than it did; empty: the rule was not there."""

    id: str
    title: str
    before: str
    after: str
    details: tuple[str, ...]
    rows_come: tuple[str, ...]
    rows_gone: tuple[str, ...]

    @property
    def worse(self) -> bool:
        return self.before in GOOD and self.after not in GOOD


def compare_issues(old: Record, new: Record, rows: Rows) -> list[IssueChange]:
    """Issues by what they say of which row, so that a row that moved down takes its own along; new ones first."""
    then, now = [_known(i, rows, True) for i in old.issues], [_known(i, rows, False) for i in new.issues]
    come = [issue for issue, key in zip(new.issues, now, strict=True) if key not in then]
    gone = [issue for issue, key in zip(old.issues, then, strict=True) if key not in now]
    return [*_changes(come, True), *_changes(gone, False)]


def _known(issue: Item, rows: Rows, old: bool) -> tuple[str, ...]:
    number = int("".join(filter(str.isdigit, issue["cell"].partition(":")[0])) or 0)
    column = "".join(filter(str.isalpha, issue["cell"].partition(":")[0]))
    pair = (rows.old if old else rows.new).get((issue["file"], issue["sheet"], number))
    who = (pair.row.county, pair.row.name) if pair else (issue["sheet"], issue["cell"])
    return (*who, column, issue["code"], issue["severity"], issue["raw"])


def _changes(issues: Sequence[Item], come: bool) -> Iterator[IssueChange]:
    for issue in issues:
        place = "!".join(filter(None, (issue["file"], issue["sheet"], issue["cell"])))
        yield IssueChange(come, issue["severity"], issue["code"], place, issue["message"])


def compare_rules(old: Record, new: Record, rows: Rows) -> list[RuleChange]:
    """The rules whose verdict, or the rows that break them, differ; those that got worse first."""
    before, after = ({rule["id"]: rule for rule in record.rules} for record in (old, new))
    out = []
    for id in dict.fromkeys((*after, *before)):
        then, now = before.get(id), after.get(id)
        was = _rows(then, rows.renames) if then else {}
        broken = _rows(now, {}) if now else {}
        verdicts = (then["verdict"] if then else "", now["verdict"] if now else "")
        if verdicts[0] != verdicts[1] or was.keys() != broken.keys():
            shown = now or then or {}
            come, gone = (tuple(k for k in a if k not in b) for a, b in ((broken, was), (was, broken)))
            out.append(RuleChange(id, shown["title"], *verdicts, tuple(shown["details"]), come, gone))
    return sorted(out, key=lambda change: not change.worse)


def _rows(rule: Item, renames: dict[str, str]) -> dict[str, None]:
    return dict.fromkeys(f"{p['county']}{renames.get(p['name'], p['name'])}" for p in rule["rows"])
