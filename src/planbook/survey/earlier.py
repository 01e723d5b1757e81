"""The round that another is compared with: read just as that one, each of its files named with the round it lies in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planbook.errors import InputError
from planbook.survey.check import Bounds
from planbook.survey.county import County
from planbook.survey.read import CountySurvey
from planbook.survey.rounds import RoundInfo
from planbook.survey.store import Report, Survey, open_survey
from planbook.words import _


def with_earlier(
    survey: Survey, since: str | None, rounds: Path, counties: Sequence[County], *, only: Collection[str],
    cache: Path | None, bounds: Bounds, report: Report = lambda path: None,
) -> Survey:  # fmt: skip
    """The survey with the round `since` of the folder `rounds` as its `earlier`; as it is where None is asked for.

    A file of that round is called 2020-05/甲县.xlsx wherever it is named, so that no row is taken for one of today's.
    InputError: there is no such round, or it is not an earlier one.
    """
    if since is None:
        return survey
    found = open_survey(rounds / since, counties, only=only, cache=cache, report=report, bounds=bounds)
    if _order(found.info) >= _order(survey.info):
        message = _("{since} is no earlier round than {round}: there is nothing to compare")
        raise InputError(message.format(since=since, round=survey.info.id), place="since", cure=_cure(rounds, survey))
    return replace(survey, earlier=_named(found, since))


def _order(info: RoundInfo) -> tuple[str, str]:
    return info.date, info.id


def _cure(rounds: Path, survey: Survey) -> str:
    there = sorted(path.name for path in rounds.iterdir() if path.is_dir() and path.name < survey.info.id)
    if not there:
        return _("leave --since out: no earlier round is here")
    return _("the earlier rounds here are {rounds}").format(rounds=", ".join(there))


def _named(survey: Survey, round: str) -> Survey:
    return replace(survey, counties={id: _county(county, round) for id, county in survey.counties.items()})


def _county(county: CountySurvey, round: str) -> CountySurvey:
    named: dict[str, Any] = {}
    for key in ("communities", "annual", "willingness"):
        frame = getattr(county, key)
        named[key] = frame.assign(file=[f"{round}/{file}" for file in frame["file"]])
    for key in ("issues", "corrections", "sources"):
        named[key] = tuple(replace(one, file=f"{round}/{one.file}") for one in getattr(county, key))
    return replace(county, **named)
