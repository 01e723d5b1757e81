"""A survey round: the folder of one round's workbooks, read (or taken from the cache) and dealt out to the counties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from planbook.errors import InputError
from planbook.survey import check, frames
from planbook.survey.cache import cache_path, read_cache, write_cache
from planbook.survey.check import Bounds
from planbook.survey.county import County, named_in
from planbook.survey.issues import Correction, Issue
from planbook.survey.mends import read_mends
from planbook.survey.read import CountySurvey, Given, Setting, Source, read_county, read_files
from planbook.survey.rounds import Planted, RoundInfo, read_round
from planbook.survey.share import Reading, shared
from planbook.survey.workbook import OTHER_FILES, SPREADSHEETS, read_bytes
from planbook.words import _

__all__ = [
    "Bounds",
    "County",
    "CountySurvey",
    "Planted",
    "RoundInfo",
    "Source",
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

    `general`: issues of the round that are no county's. The frames hold all counties' rows in that order, a fresh frame
    each time. `earlier`: the round it is compared with, if any (planbook.survey.earlier).
    """

    info: RoundInfo
    counties: dict[str, CountySurvey]
    missing: tuple[str, ...]
    general: tuple[Issue, ...] = ()
    earlier: Survey | None = None

    @property
    def communities(self) -> pd.DataFrame:
        return frames.concat("communities", [c.communities for c in self.counties.values()], self.info.own.columns)

    @property
    def annual(self) -> pd.DataFrame:
        return frames.concat("annual", [county.annual for county in self.counties.values()])

    @property
    def willingness(self) -> pd.DataFrame:
        return frames.concat("willingness", [county.willingness for county in self.counties.values()])

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Each once, though a file or a sheet may be several counties'."""
        theirs = (issue for county in self.counties.values() for issue in county.issues)
        return tuple(dict.fromkeys((*theirs, *self.general)))

    @property
    def corrections(self) -> tuple[Correction, ...]:
        theirs = (correction for county in self.counties.values() for correction in county.corrections)
        return tuple(dict.fromkeys(theirs))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files that were read."""
        return tuple(dict.fromkeys(source for county in self.counties.values() for source in county.sources))

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Those of the earlier round, too."""
        return (*self.sources, *(self.earlier.sources if self.earlier else ()))


@dataclass
class _Shelf:
    """Reads files, or takes them from the cache; `written`: what was put into it, if it may be."""

    counties: tuple[County, ...]
    info: RoundInfo
    bounds: Bounds
    cache: Path | None
    keep: bool = False
    written: list[Path] = field(default_factory=list)

    def read(self, files: Sequence[Given], owner: County | None) -> list[CountySurvey]:
        setting = Setting(self.counties, owner, self.info.year, self.bounds, self.info.own)
        path = cache_path(self.cache, files, setting) if self.cache else None
        if path and (found := read_cache(path, self.info.own)) is not None:
            return found
        made = read_files(files, setting)
        if path and self.keep:
            write_cache(made, path, self.info.own)
            self.written.append(path)
        return made


def open_survey(
    round_folder: Path,
    counties: Sequence[County],
    *,
    only: Collection[str] | None = None,
    cache: Path | None,
    report: Report = lambda path: None,
    implied: bool = False,
    bounds: Bounds | None = None,
) -> Survey:
    """The round's survey. What is wrong in a workbook is in `issues`; nothing of it is dropped silently.

    `counties` are all that a workbook of the round may belong to; `only`, if given, the ids of those to read: no
    workbook that is called after another county is opened, or can be at fault. `report` is told every source that is
    opened, looked for or listed: the folder, round.yml, corrections.yml, each workbook. The cache is not among them:
    what it holds follows from those, and it is never written here (that is `warm_cache`). `implied`: a folder without
    round.yml will do. `bounds`: what the rows are checked against.

    InputError: no such folder; round.yml or corrections.yml missing or wrong.
    """
    info = _info(round_folder, report, implied)
    shelf = _Shelf(tuple(counties), info, bounds or Bounds(), cache)
    return _survey(round_folder, shelf, only, report)


def warm_cache(
    round_folder: Path,
    counties: Sequence[County],
    cache: Path,
    *,
    only: Collection[str] | None = None,
    implied: bool = False,
    bounds: Bounds | None = None,
) -> tuple[Path, ...]:
    """Put into `cache` what `open_survey` would not find there; the files written. `only` and errors as there."""
    info = _info(round_folder, lambda path: None, implied)
    shelf = _Shelf(tuple(counties), info, bounds or Bounds(), cache, keep=True)
    _survey(round_folder, shelf, only, lambda path: None)
    return tuple(shelf.written)


def _info(folder: Path, report: Report, implied: bool) -> RoundInfo:
    report(folder)
    if not folder.is_dir():
        there = sorted(path.name for path in folder.parent.iterdir() if path.is_dir()) if folder.parent.is_dir() else []
        cure = _("the rounds here are {rounds}").format(rounds=", ".join(there) or "—")
        raise InputError(_("no survey round {round}").format(round=folder.name), place=folder.parent.name, cure=cure)
    return read_round(folder, report, implied=implied)


def _survey(folder: Path, shelf: _Shelf, only: Collection[str] | None, report: Report) -> Survey:
    mends = read_mends(folder, report, shelf.info.own)
    paths = list(_workbooks(folder))
    mends.check_files([path.name for path in paths])
    readings = []
    for path in paths:
        named = named_in(path.stem, shelf.counties)
        if only is not None and len(named) == 1 and named[0].id not in only:
            continue
        report(path)
        given = Given(path.name, read_bytes(path), mends.of(path.name))
        owner = named[0] if len(named) == 1 else None
        readings.append(Reading(given, owner, shelf.read([given], owner)))
    found, general = shared(readings, shelf.counties, shelf.read)
    wanted = [county for county in shelf.counties if only is None or county.id in only]
    there = {county.id: found[county.id] for county in wanted if county.id in found}
    missing = tuple(county.id for county in wanted if county.id not in there)
    general += [*_others(folder), *_missing(shelf.info, [county for county in wanted if county.id in missing])]
    return Survey(shelf.info, there, missing, tuple(general))


def _workbooks(folder: Path) -> Iterator[Path]:
    """The spreadsheets of the folder by name; not lock files (~$…, .~…), nor what a Mac leaves beside them (._…)."""
    for path in sorted(folder.iterdir()):
        if not _hidden(path) and path.suffix.lower() in SPREADSHEETS and path.is_file():
            yield path


def _hidden(path: Path) -> bool:
    return path.name.startswith(("~$", "._", ".~"))


def _others(folder: Path) -> Iterator[Issue]:
    """What lies there and may hold answers, but is none of the workbooks."""
    for path in sorted(folder.iterdir()):
        if _hidden(path):
            continue
        if path.is_dir() and any(below.suffix.lower() in SPREADSHEETS for below in path.iterdir()):
            message = "子文件夹内的工作簿未读取；属于本轮的，请移到本轮的文件夹内。"
            yield check.file_issue(path.name, "other-file", message)
        elif path.suffix.lower() in OTHER_FILES and path.is_file():
            message = "不是 Excel 工作簿，未读取；如有调查内容，请填入工作簿后上报。"
            yield check.file_issue(path.name, "other-file", message)


def _missing(info: RoundInfo, counties: Sequence[County]) -> Iterator[Issue]:
    for county in counties:
        yield check.file_issue(info.id, "missing-county", f"本轮没有{county.name}的工作簿，汇总数不含该县（市）。")
