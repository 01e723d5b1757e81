"""The two sides of a comparison, found from what a user names: a delivered folder, its manifest, a project, a round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planbook.book.manifest import read_manifest
from planbook.book.record import FOLDER
from planbook.compare.record import Record, read_record
from planbook.errors import InputError, UsageError
from planbook.project import Project
from planbook.words import _

MakeRound = Callable[[str], Path]  # builds a round as far as its records, and says where they are


@dataclass(frozen=True)
class Side:
    """A set of books: what it is called, the folder it lies in, and the records by unit."""

    name: str
    folder: Path
    records: dict[str, Record]


def find_side(word: str, project: Project | None, units: Sequence[str], make: MakeRound) -> Side:
    """The books that `word` names, all or only `units`.

    UsageError: it names nothing. InputError: there are books, but none with a record.
    """
    folder = _folder(Path(word))
    if folder is None and project and (project.rounds / word).is_dir():
        folder = make(word)
    if folder is None:
        cure = _("name a folder with books, its manifest.json, or a round of data/survey")
        raise UsageError(_("no build and no round {word}").format(word=word), cure=cure)
    found = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{FOLDER}")) if path.parent.name[0] != "."}
    if (folder / FOLDER).is_dir():  # one unit's own folder
        found = {folder.name: folder}
    listed = read_manifest(folder)
    wanted = {unit: place for unit, place in found.items() if (not listed or unit in listed)}
    chosen = {unit: place for unit, place in wanted.items() if not units or unit in units}
    if not chosen:
        message = _("no book here that left a record")
        raise InputError(message, place=str(word), cure=_("build it again, or choose another --unit"))
    return Side(word, folder, _in_order({unit: read_record(place) for unit, place in chosen.items()}))


def _folder(path: Path) -> Path | None:
    """Where the books lie: a folder of books, of one unit, of a project; or beside a manifest."""
    if path.is_file() and path.name == "manifest.json":
        return path.parent
    if not path.is_dir():
        return None
    if (path / "params").is_dir() and (path / "chapters").is_dir():
        return path / "_book"
    return path


def _in_order(records: dict[str, Record]) -> dict[str, Record]:
    """Prefectures before counties, each by its code, as books are listed."""
    keys = {
        unit: (record.params["unit.level"] != "prefecture", record.params["unit.code"])
        for unit, record in records.items()
    }
    return {unit: records[unit] for unit in sorted(records, key=keys.__getitem__)}
