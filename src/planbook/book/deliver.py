"""From a book folder to deliverables under `_book/`, each put in place whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pypdf import PdfReader

from planbook.book.annex import write_annex
from planbook.book.assemble import Assembled, Edition
from planbook.book.html import TRACE
from planbook.book.pandoc import render
from planbook.book.trace import trace_script
from planbook.errors import InputError
from planbook.fonts import Fonts
from planbook.reference import Reference
from planbook.survey.store import Survey
from planbook.trace.received import Received
from planbook.words import _

Format = Literal["html", "html-single", "pdf", "docx", "xlsx"]


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
    if "html" in documents or "html-single" in documents:
        received = Received(survey, reference, edition.params)
        (made.folder / TRACE).write_text(trace_script(made, received), "utf-8", newline="\n")
    if documents:
        render(made.folder, documents, staging, fonts=fonts)
    if "xlsx" in formats:
        annex = staging / f"{made.file_name}.xlsx"
        write_annex(annex, edition, made.published, made.places, survey, reference)
    if documents:
        _copy_figures(made, staging / "figures")
    files = tuple(_listed(staging, target.name))
    pdf = staging / f"{made.file_name}.pdf"
    pages = len(PdfReader(pdf).pages) if pdf.is_file() else 0
    target.mkdir(parents=True, exist_ok=True)
    for item in sorted(staging.iterdir()):
        _replace(item, target)
    _drop_renamed(target, formats, made.file_name)
    return Delivered(pages, files)


def _copy_figures(made: Assembled, folder: Path) -> None:
    """The pictures on their own, for slides: 图3-1 各县（市）老旧小区户数与小区数.svg, .png, and the data as .csv."""
    folder.mkdir()
    for id, number in made.figures.items():
        caption = re.sub(r'[\\/:*?"<>|\s]+', " ", made.published.figures[id]["caption"]).strip()
        for suffix in (".svg", ".png", ".csv"):
            shutil.copyfile(made.folder / "figures" / f"{id}{suffix}", folder / f"{number} {caption}{suffix}")


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
        for file in folder.glob(f"*.{form.removesuffix('-single')}"):
            if file.is_file() and file.stem != name:
                file.unlink()


def _listed(folder: Path, unit: str) -> Iterator[Deliverable]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield Deliverable(f"{unit}/{file.relative_to(folder).as_posix()}", digest)
