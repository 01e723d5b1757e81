"""What one unit's build can read, as one archive: a worker needs no shared disk, and no other unit's data.

Of the round's workbooks only those travel that may be the unit's; the others' names do, since a round is the list of
its files. The runs of notebooks that are still what their inputs say travel, too, and are not run again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from planbook import uptodate
from planbook.index import Record, page_text
from planbook.package import pack, unpack
from planbook.params import lineage, load_params, unit_ids
from planbook.project import Project
from planbook.survey.counties import counties_of
from planbook.survey.county import named_in
from planbook.survey.workbook import OTHER_FILES, SPREADSHEETS
from planbook.todo import Desk, Work


class Parcels:
    """Makes the parcels of one build."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._project = desk, desk.project
        self._heads: dict[str, list[str]] = {}  # a county → the prefectures that name it
        for unit in unit_ids(self._project):
            for county in load_params(self._project, unit).counties:
                self._heads.setdefault(county, []).append(unit)

    def of(self, work: Work) -> bytes:
        """A unit's parcel; the same sources and earlier runs give the same bytes."""
        parts = {name: self._read(name) for name in self._sources(work)}
        for round in filter(None, (work.round, work.params.since)):
            parts |= self._round(work, self._project.rounds / round)
        return pack(parts | self._earlier_runs(work))

    def _read(self, name: str) -> bytes:
        return (self._project.root / name).read_bytes()

    def _sources(self, work: Work) -> Iterator[str]:
        """All but planbook itself, surveys, and the parameters of units that have nothing to do with this one."""
        kin = {f"params/{unit}.yml" for unit in self._kin(work)}
        for name in self._desk.index.sources:
            foreign = name.startswith("params/") and name.endswith(".yml") and name not in kin
            if not foreign and not name.startswith((f"{uptodate.CODE}/", "data/survey/")):
                yield name

    def _kin(self, work: Work) -> set[str]:
        """The unit, every county that its round may hold workbooks of, their prefectures, and what all these extend."""
        near = {work.unit, *(county.id for county in work.known), *self._heads.get(work.unit, ())}
        return {ancestor for unit in near for ancestor in lineage(self._project, unit)}

    def _round(self, work: Work, folder: Path) -> dict[str, bytes]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {self._name(path): path.read_bytes() if _may_be_read(path, work) else b"" for path in files}

    def _earlier_runs(self, work: Work) -> dict[str, bytes]:
        """What notebooks published that are not to be run again, and their records as the index of the worker's."""
        index, tasks = self._desk.index, dict[str, Record]()
        files: dict[str, bytes] = {}
        for notebook in work.notebooks:
            record = index.task(work.task(notebook))
            if record and notebook not in work.to_run:
                tasks[work.task(notebook)] = record
                files |= {name: self._read(name) for name in record.outputs}
        if not tasks:
            return {}
        return {**files, f"{uptodate.INDEX}/{work.unit}.json": page_text(tasks, {}).encode()}

    def _name(self, path: Path) -> str:
        return path.relative_to(self._project.root).as_posix()


def _may_be_read(path: Path, work: Work) -> bool:
    """Whether a build of the unit may open this file of a round (see planbook.survey.store)."""
    suffix = path.suffix.lower()
    if suffix not in SPREADSHEETS:
        return suffix not in OTHER_FILES
    named = named_in(path.stem, work.known)
    return len(named) != 1 or named[0].id in counties_of(work.unit, work.params)


def open_parcel(parcel: bytes, project: Project) -> None:
    """Makes the project hold what is in the parcel and nothing else, caches apart."""
    for item in (*project.root.glob("*"), *project.build.glob("*"), project.root / uptodate.INDEX):
        if item.is_file():
            item.unlink()
        elif item.is_dir() and item not in (project.build, project.cache):
            shutil.rmtree(item)
    write_files(unpack(parcel), project.root)


def write_files(parts: dict[str, bytes], folder: Path) -> None:
    """Files by their relative names. ValueError for a name that leads out of the folder."""
    for name, data in parts.items():
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name:
            raise ValueError(f"{name} leads out of the folder")
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
