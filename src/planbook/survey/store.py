"""A survey round: the folder of one round's workbooks, read (or taken from the cache) county by county."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planbook.errors import InputError
from planbook.survey import frames
from planbook.survey.cache import cache_path, read_cache, write_cache
from planbook.survey.clean import County
from planbook.survey.issues import Correction, Issue
from planbook.survey.read import CountySurvey, counties_named, read_county, read_county_bytes
from planbook.survey.rounds import Planted, RoundInfo, read_round
from planbook.survey.workbook import SPREADSHEETS, digest, read_bytes
from planbook.words import _

__all__ = [
    "County",
    "CountySurvey",
    "Planted",
    "RoundInfo",
    "Survey",
    "open_survey",
    "read_county",
    "read_round",
    "warm_cache",
    "write_cache",
]

Report = Callable[[Path], None]


@dataclass(frozen=True, eq=False)
class Survey:
    """A round as read: its counties in the order asked for, and those that sent no workbook.

    The frames hold all counties' rows in that order, a fresh frame each time.
    """

    info: RoundInfo
    counties: dict[str, CountySurvey]
    missing: tuple[str, ...]

    @property
    def communities(self) -> pd.DataFrame:
        return frames.concat("communities", [county.communities for county in self.counties.values()])

    @property
    def annual(self) -> pd.DataFrame:
        return frames.concat("annual", [county.annual for county in self.counties.values()])

    @property
    def willingness(self) -> pd.DataFrame:
        return frames.concat("willingness", [county.willingness for county in self.counties.values()])

    @property
    def issues(self) -> tuple[Issue, ...]:
        return tuple(issue for county in self.counties.values() for issue in county.issues)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        return tuple(correction for county in self.counties.values() for correction in county.corrections)


@dataclass(frozen=True)
class _Received:
    """A workbook of the round and whose it is."""

    county: County
    path: Path
    data: bytes


def open_survey(
    round_folder: Path,
    counties: Sequence[County],
    *,
    only: Collection[str] | None = None,
    cache: Path | None,
    report: Report = lambda path: None,
    implied: bool = False,
) -> Survey:
    """The round's survey. What is wrong in a workbook is in `issues`; nothing of it is dropped silently.

    `counties` are all that a workbook of the round may belong to; `only`, if given, the ids of those to read: no other
    county's workbook is opened, or can be at fault. `report` is told every source that is opened, looked for or listed:
    the folder, round.yml, each workbook. The cache is not among them: what it holds follows from those, and it is never
    written here (that is `warm_cache`). `implied`: a folder without round.yml will do.

    InputError: no such folder; round.yml missing or wrong; a workbook of no known county, or two of one.
    """
    info, received = _receive(round_folder, counties, only, report, implied)
    found = {}
    for workbook in received:
        path = _cache_path(cache, workbook, info)
        found[workbook.county.id] = (path and read_cache(path)) or _read(workbook, info)
    wanted = [county.id for county in counties if only is None or county.id in only]
    return Survey(info, found, tuple(county for county in wanted if county not in found))


def warm_cache(round_folder: Path, counties: Sequence[County], cache: Path) -> tuple[Path, ...]:
    """Put into `cache` what is not there yet of the round; the files written. Errors as `open_survey`."""
    info, received = _receive(round_folder, counties, None, lambda path: None)
    written = []
    for workbook in received:
        path = _cache_path(cache, workbook, info)
        if path and read_cache(path) is None:
            write_cache(_read(workbook, info), path)
            written.append(path)
    return tuple(written)


def _read(workbook: _Received, info: RoundInfo) -> CountySurvey:
    return read_county_bytes(workbook.path.name, workbook.data, workbook.county, info.year)


def _cache_path(cache: Path | None, workbook: _Received, info: RoundInfo) -> Path | None:
    if cache is None:
        return None
    return cache_path(cache, workbook.county, workbook.path.name, digest(workbook.data), info.year)


def _receive(
    folder: Path,
    counties: Sequence[County],
    only: Collection[str] | None,
    report: Report,
    implied: bool = False,
) -> tuple[RoundInfo, list[_Received]]:
    """The round's description and the workbooks wanted of it, in the order of `counties`."""
    report(folder)
    if not folder.is_dir():
        there = sorted(path.name for path in folder.parent.iterdir() if path.is_dir()) if folder.parent.is_dir() else []
        cure = _("the rounds here are {rounds}").format(rounds=", ".join(there) or "—")
        raise InputError(_("no survey round {round}").format(round=folder.name), place=folder.parent.name, cure=cure)
    info = read_round(folder, report, implied=implied)
    received: dict[str, _Received] = {}
    for path in _workbooks(folder):
        named = _named_in(path.name, counties)
        if only is not None and len(named) == 1 and named[0].id not in only:
            continue
        report(path)
        data = read_bytes(path)
        county = _owner(path.name, data, named, counties)
        if only is not None and county.id not in only:
            continue
        first = received.setdefault(county.id, _Received(county, path, data))
        if first.path != path:
            message = _("two workbooks for {county}: {first} and {second}")
            raise InputError(
                message.format(county=county.name, first=first.path.name, second=path.name),
                place=folder.name,
                cure=_("keep the one that holds, and move the other out of the folder"),
            )
    return info, [received[county.id] for county in counties if county.id in received]


def _workbooks(folder: Path) -> Iterator[Path]:
    """The spreadsheets of the folder by name; not hidden files, nor Excel's lock files (~$…)."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith((".", "~$"))
        if not hidden and path.suffix.lower() in SPREADSHEETS and path.is_file():
            yield path


def _owner(name: str, data: bytes, named: list[County], counties: Sequence[County]) -> County:
    """Whose workbook it is: the county its file's name says, else the one its rows name."""
    owners = named
    if not owners:
        written = counties_named(name, data)
        owners = [county for county in counties if written & set(county.names)]
    if len(owners) == 1:
        return owners[0]
    if owners:
        message = _("names several counties: {counties}").format(counties="、".join(county.name for county in owners))
    else:
        message = _("belongs to no county of this project: neither its name nor its rows say which")
    cure = _("put one county's name into the file's name, such as {example}")
    example = f"{counties[0].name}.xlsx" if counties else "….xlsx"
    raise InputError(message, place=name, cure=cure.format(example=example))


def _named_in(text: str, counties: Sequence[County]) -> list[County]:
    """The counties named in `text`; where one name lies within another, the longer one counts."""
    found = set()
    names = [(name, county.id) for county in counties for name in county.names]
    for name, unit in sorted(names, key=lambda pair: -len(pair[0])):
        if name in text:
            text = text.replace(name, "\0")
            found.add(unit)
    return [county for county in counties if county.id in found]
