"""From a book folder to deliverables under `_book/`, each put in place whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pypdf import PdfReader

from planbook import __version__
from planbook.book.annex import write_annex
from planbook.book.assemble import Assembled, Edition
from planbook.book.pandoc import render
from planbook.errors import InputError
from planbook.fonts import Fonts
from planbook.project import Project
from planbook.reference import Reference
from planbook.survey.store import Survey
from planbook.words import _

Format = Literal["html", "pdf", "docx", "xlsx"]


@dataclass(frozen=True)
class Deliverable:
    """One file of a unit's book, its path relative to `_book/`."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Delivered:
    """What one unit's book came to. `pages` is 0 where no PDF was asked for."""

    pages: int
    files: tuple[Deliverable, ...]


def deliver(
    target: Path, staging: Path, edition: Edition, made: Assembled, survey: Survey, reference: Reference,
    formats: Sequence[Format], fonts: Fonts,
) -> Delivered:  # fmt: skip
    """Renders into `staging`, then replaces what `target` (the unit's folder under `_book/`) holds of these formats."""
    if staging.exists():
        shutil.rmtree(staging)
    staging.mkdir(parents=True)
    documents = [f for f in formats if f != "xlsx"]
    if documents:
        render(made.folder, documents, staging, fonts=fonts)
    if "xlsx" in formats:
        write_annex(staging / f"{made.file_name}.xlsx", edition, made.published, survey, reference)
    pdf = staging / f"{made.file_name}.pdf"
    pages = len(PdfReader(pdf).pages) if pdf.is_file() else 0
    target.mkdir(parents=True, exist_ok=True)
    for item in sorted(staging.iterdir()):
        _replace(item, target)
    _drop_renamed(target, formats, made.file_name)
    return Delivered(pages, tuple(_listed(target, formats)))


def _replace(item: Path, folder: Path) -> None:
    """Puts a file or folder in place. Windows refuses while Word or Excel has the old one open."""
    place, old = folder / item.name, folder / f".{item.name}.old"
    try:
        if item.is_dir() and place.exists():
            if old.exists():
                shutil.rmtree(old)
            place.rename(old)  # a folder that is not empty cannot be replaced in one step
            try:
                item.rename(place)
            except OSError:
                old.rename(place)
                raise
            shutil.rmtree(old)
        else:
            item.replace(place)
    except PermissionError as error:
        raise InputError(
            _("cannot be replaced, another program has it open"),
            place=f"{folder.name}/{item.name}",
            cure=_("close it in Word, WPS, Excel or the PDF reader, and build again"),
        ) from error


def _drop_renamed(folder: Path, formats: Iterable[Format], name: str) -> None:
    """A book whose title changed leaves no file of the old title behind."""
    for form in formats:
        for file in folder.glob(f"*.{form}"):
            if file.is_file() and file.stem != name:
                file.unlink()


def _listed(folder: Path, formats: Sequence[Format]) -> Iterator[Deliverable]:
    for file in sorted(folder.rglob("*")):
        kind = "html" if "html" in file.relative_to(folder).parts[:1] else file.suffix[1:]
        if file.is_file() and kind in formats:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield Deliverable(f"{folder.name}/{file.relative_to(folder).as_posix()}", digest)


# -------------------------------------------------------------------------------------------------- manifest


def made_from(project: Project, edition: Edition, survey: Survey) -> dict[str, Any]:
    """What a unit's deliverables were made from."""
    lock = project.root / "requirements.lock"
    resolved = edition.params.model_dump_json()
    return {
        "planbook": __version__,
        "renderer": edition.params.renderer,
        "lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "",
        "params": hashlib.sha256(resolved.encode()).hexdigest(),
        "overrides": dict(edition.overrides),
        "round": edition.info.id,
        "survey": {source.file: source.sha256 for source in survey.sources},
        "missing": list(edition.missing),
    }


def write_manifest(out: Path, built: Mapping[str, tuple[Mapping[str, Any], Sequence[Deliverable]]]) -> None:
    """`manifest.json`: units just built replace their entries, by file; the others stay as they are on disk."""
    path = out / "manifest.json"
    units: dict[str, Any] = {}
    if path.is_file():
        try:
            units = json.loads(path.read_text("utf-8"))["units"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                _("not the manifest of a build"), place=path.name, cure=_("delete it and build again")
            ) from error
    for unit, (origin, files) in built.items():
        before = units.get(unit, {}).get("files", {})
        kept = {file: entry for file, entry in before.items() if (out / file).is_file()}
        new = {file.path: {"sha256": file.sha256, "made_from": dict(origin)} for file in files}
        units[unit] = {"files": dict(sorted({**kept, **new}.items()))}
    units = {unit: entry for unit, entry in sorted(units.items()) if (out / unit).is_dir()}
    text = json.dumps({"units": units}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(path)
