"""Whose rows are whose: a workbook for each county, one for several, several for one; and never a row counted twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from planbook.survey import check
from planbook.survey.county import County
from planbook.survey.issues import Issue
from planbook.survey.read import CountySurvey, Given

FINAL = re.compile(r"最终|终稿|定稿|修改|更正|改后|最新|final", re.IGNORECASE)
COPY = re.compile(r"副本|复件|备份|copy|backup|旧|作废|[(（]\d+[)）]", re.IGNORECASE)

Read = Callable[[Sequence[Given], County | None], list[CountySurvey]]


@dataclass(frozen=True)
class Reading:
    """A file as read by itself: the county its name says (None: none, or several), and what it says of counties."""

    given: Given
    owner: County | None
    surveys: list[CountySurvey]

    def of(self, county: str) -> CountySurvey | None:
        return next((survey for survey in self.surveys if survey.county == county), None)


def shared(
    readings: Sequence[Reading], counties: Sequence[County], read: Read
) -> tuple[dict[str, CountySurvey], list[Issue]]:
    """Each county's survey by id, in the counties' order; and the issues of files that are nobody's.

    Files of one county that hold different sheets are read together. Two that hold the same one are an error that
    names both; the rows of only one of them count.
    """
    found, joined = {}, {}
    for county in counties:
        mine = [reading for reading in readings if reading.of(county.id) is not None]
        if not mine:
            continue
        if len(mine) == 1:
            found[county.id] = _of(mine[0].surveys, county)
        elif _apart(mine, county):
            key = tuple(reading.given.name for reading in mine)
            owner = county if all(reading.owner == county for reading in mine) else None
            if key not in joined or owner:
                joined[key] = read([reading.given for reading in mine], owner)
            found[county.id] = _of(joined[key], county)
        else:
            found[county.id] = _one_of(mine, county)
    return found, [issue for reading in readings if not reading.surveys for issue in _nobodys(reading, read)]


def _of(surveys: Sequence[CountySurvey], county: County) -> CountySurvey:
    return next(survey for survey in surveys if survey.county == county.id)


def _apart(readings: Sequence[Reading], county: County) -> bool:
    """Whether no two of the files hold rows of the same sheet of the county, and each holds some."""
    sheets = [survey.sheets for reading in readings if (survey := reading.of(county.id)) is not None]
    return all(sheets) and sum(map(len, sheets)) == len(frozenset().union(*sheets))


def _one_of(readings: Sequence[Reading], county: County) -> CountySurvey:
    """The survey of the file that is likeliest to hold; the issues of all, and that there are several."""
    ranked = sorted(readings, key=_rank)
    names = [reading.given.name for reading in readings]
    kept = _of(ranked[0].surveys, county)
    message = (
        f"{county.name}有{len(names)}份工作簿：{'、'.join(names)}，只计“{ranked[0].given.name}”一份，"
        "请保留有效的一份，其余移出文件夹。"
    )
    double = [check.file_issue(reading.given.name, "two-workbooks", message) for reading in ranked]
    unread = [
        issue
        for reading in ranked[1:]
        for issue in _of(reading.surveys, county).issues
        if not (issue.sheet or issue.cell)
    ]
    return replace(kept, issues=(*double, *kept.issues, *unread))


def _rank(reading: Reading) -> tuple[bool, bool, bool, str]:
    """Legible ones first, then what calls itself final, then what does not call itself a copy."""
    name = reading.given.name
    empty = not any(survey.sheets for survey in reading.surveys)
    return empty, not FINAL.search(name), bool(COPY.search(name)), name


def _nobodys(reading: Reading, read: Read) -> list[Issue]:
    """A file that names no county, neither by its name nor in its rows."""
    message = "看不出属于哪个县（市）：文件名和各行都没有写明，未计入；请在文件名中写明，如“某某县.xlsx”。"
    return [check.file_issue(reading.given.name, "unclear-county", message)]
