"""This round against the one before: communities that are gone, or have changed more than a few months explain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from planbook.survey import check, form
from planbook.survey.check import Bounds
from planbook.survey.frames import place_of
from planbook.survey.issues import Issue
from planbook.survey.read import CountySurvey
from planbook.survey.store import Survey
from planbook.survey.text import squeezed

DATE = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])")


def earlier_round(folder: Path) -> Path | None:
    """The round before this one: of the folders beside it whose names begin with a month, the last earlier one."""
    date = DATE.match(folder.resolve().name)
    beside = [path for path in folder.resolve().parent.iterdir() if path.is_dir()] if date else []
    dated = [(found[0], path) for path in beside if (found := DATE.match(path.name))]
    return max(((when, path) for when, path in dated if date and when < date[0]), default=("", None))[1]


def compared(survey: Survey, earlier: Survey, bounds: Bounds) -> Survey:
    """The survey with the issues that the earlier round gives rise to, county by county; one that is new has none."""
    counties = {
        id: replace(now, issues=(*now.issues, *_county(now, earlier.counties[id], earlier.info.label, bounds)))
        if id in earlier.counties
        else now
        for id, now in survey.counties.items()
    }
    return replace(survey, counties=counties)


def _county(now: CountySurvey, then: CountySurvey, label: str, bounds: Bounds) -> Iterator[Issue]:
    rows = _by_name(now.communities)
    doubted = {(one.file, one.sheet, one.cell) for one in now.issues if one.severity != "note"}
    for name, before in _by_name(then.communities).items():
        if name in rows:
            yield from (one for one in _changed(rows[name], before, label, bounds) if _place(one) not in doubted)
        elif rows:
            sheet = form.sheet(before["period"]).name
            message = f"{label}的“{sheet}”表有“{before['name']}”，本轮没有，请核对是否漏填或改名。"
            yield check.file_issue(now.file, "vanished", message)


def _by_name(communities: pd.DataFrame) -> dict[str, Mapping[Any, Any]]:
    named = (row for row in communities.to_dict("records") if row["name"])
    return {squeezed(row["name"]): row for row in named}


def _place(one: Issue) -> tuple[str, str, str]:
    return one.file, one.sheet, one.cell


def _changed(now: Mapping[Any, Any], before: Mapping[Any, Any], label: str, bounds: Bounds) -> Iterator[Issue]:
    severity = check.RULES["changed"].severity
    for key in form.FIGURES:
        value, old = now[key], before[key]
        if not isinstance(value, int | Decimal) or not isinstance(old, int | Decimal) or not old:
            continue
        if abs(Decimal(value) - Decimal(old)) * 100 > bounds.checks.changed_by * Decimal(old):
            header = next(column.header for column in form.COMMUNITY_COLUMNS if column.key == key)
            message = f"“{header}”{label}为{old}，本轮为{value}，相差很大，请核对。"
            place = now["file"], now["sheet"], place_of(now, key)
            yield Issue(*place, "changed", severity, str(value), message, str(value))
