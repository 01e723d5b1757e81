"""Which sheet of the form a table is: by the sheet's name, by what stands above it, else by its years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planbook.survey.form import Period
from planbook.survey.headers import AFTER, BEFORE, Kind, dated
from planbook.survey.locate import Table
from planbook.survey.text import squeezed
from planbook.survey.years import read_year

HISTORIC = re.compile("历史.{0,2}(?:街|城区|保护区|建筑|风貌|名|地段)|历史文化|^历史.{0,2}$|街区(?:内|小区|表)?$")
UNTITLED = re.compile(r"^(?:sheet|工作表|表)?\d*(?:\(\d+\))?$")
KIND_WORDS: tuple[tuple[Kind, str], ...] = (
    ("willingness", "意愿|问卷|满意度"),
    ("annual", "年度计划|计划表|分年度"),
    ("communities", "摸底|小区|以前|以后|历史|街区"),
)


@dataclass(frozen=True)
class Place:
    """What a table of communities is about: `period`, or None where each row's year must tell; `doubt`: why that is
    not quite sure."""

    period: Period | None
    doubt: str = ""


def period_of(text: str) -> Period | None:
    """The period that a sheet's name or a title speaks of; None for none, or for both."""
    plain = dated(text)
    if HISTORIC.search(plain):
        return "historic"
    before, after = BEFORE.search(plain) is not None, AFTER.search(plain) is not None
    if before != after:
        return "before" if before else "after"
    return None


def kind_of(name: str) -> Kind | None:
    """The kind of table that a sheet's name promises."""
    plain = squeezed(name)
    return next((kind for kind, words in KIND_WORDS if re.search(words, plain)), None)


def place_of(name: str, table: Table, years: Sequence[object], divide: int) -> Place:
    """The period of a table of communities on the sheet `name`. `years`: its cells of years, as stored."""
    named = period_of(name)
    titled = next((period for title in table.titles if (period := period_of(title))), None)
    read = [year.value for value in years if (year := read_year(value, planned=False, surveyed=None))]
    early = sum(1 for year in read if year <= divide)
    if named and titled and named != titled:
        said = _by_years(named, titled, early, len(read))
        return Place(said, "工作表的名称与标题不一致")
    if named or titled:
        return Place(named or titled)
    if not read:
        return Place("before", "工作表的名称和标题都没有说明是哪一张表") if years else Place("before")
    if early in (0, len(read)):
        return Place("before" if early else "after", "工作表的名称和标题都没有说明是哪一张表")
    return Place(None, "工作表的名称和标题都没有说明是哪一张表")


def _by_years(named: Period, titled: Period, early: int, count: int) -> Period:
    """Of two that contradict each other, the one that more of the years agree with; the sheet's name in doubt."""
    if count and {named, titled} == {"before", "after"}:
        return "before" if 2 * early > count else "after" if 2 * early < count else named
    return named
