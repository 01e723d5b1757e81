"""From a book folder to deliverables under `_book/`, each put in place whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from planbook.book import quarto
from planbook.book.annex import write_annex
from planbook.book.assemble import Assembled, Edition
from planbook.book.pandoc import Format, render
from planbook.book.quarto import Quarto
from planbook.book.record import FOLDER, record_folder
from planbook.book.reuse import Part
from planbook.book.swap import carry_over, copy_folder, new_folder, swap
from planbook.fonts import Fonts
from planbook.reference import Reference
from planbook.results import NOTHING, Results
from planbook.survey.store import Survey


@dataclass(frozen=True)
class Deliverable:
    """One file of a unit's book, its path relative to `_book/`."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Delivered:
    """What was rendered, part by part. `pages` is 0 where no PDF was asked for."""

    pages: int
    parts: dict[Part, tuple[Deliverable, ...]]


def deliver(
    target: Path, edition: Edition, made: Assembled, survey: Survey, reference: Reference, parts: Sequence[Part],
    fonts: Fonts, cli: Quarto | None = None, results: Results = NOTHING,
) -> Delivered:  # fmt: skip
    """Renders these parts of a book and puts them into `target`, the unit's folder under `_book/`; the others stay.

    `cli`: makes the site, the PDF and the Word file; without one, and the rest in any case, our own renderer does.
    """
    with new_folder(target) as new, ThreadPoolExecutor(1) as beside:
        if "xlsx" in parts:
            path = new / f"{made.file_name}.xlsx"
            annex = beside.submit(write_annex, path, edition, made.published, made.places, survey, reference)
        theirs: list[quarto.Format] = [part for part in ("html", "pdf", "docx") if part in parts and cli]
        if cli and theirs:
            quarto.render(cli, made.folder, theirs, new, fonts=fonts)
        documents: list[Format] = [part for part in ("html", "html-single", "pdf", "docx") if part in parts]
        if ours := [part for part in documents if part not in theirs]:
            render(made.folder, ours, new, fonts=fonts, results=results)
        if "xlsx" in parts:
            annex.result()
        if "figures" in parts:
            _copy_figures(made, new / "figures")
        if "record" in parts:
            copy_folder(record_folder(made), new / FOLDER)
        listed = {part: tuple(_listed(new, part, target.name)) for part in parts}
        pdf = new / f"{made.file_name}.pdf"
        pages = len(PdfReader(pdf).pages) if pdf.is_file() else 0
        put_in_place(new, target, parts, made.file_name)
    return Delivered(pages, listed)


def put_in_place(new: Path, target: Path, parts: Iterable[Part], name: str) -> None:
    """Swaps a folder with these parts of a book, whose files are called `name`, for `target`; other parts stay."""
    carry_over(target, new)
    _drop_renamed(new, parts, name)
    swap(new, target)


def _copy_figures(made: Assembled, folder: Path) -> None:
    """The pictures on their own, for slides: 图3-1 各县（市）老旧小区户数与小区数.svg, .png, and the data as .csv."""
    folder.mkdir()
    for id, number in made.figures.items():
        caption = re.sub(r'[\\/:*?"<>|\s]+', " ", made.published.figures[id]["caption"]).strip()
        for suffix in (".svg", ".png", ".csv"):
            shutil.copyfile(made.folder / "figures" / f"{id}{suffix}", folder / f"{number} {caption}{suffix}")


def _drop_renamed(folder: Path, parts: Iterable[Part], name: str) -> None:
    """A book whose title changed leaves no file of the old title behind."""
    for part in parts:
        for file in folder.glob(f"*.{part.removesuffix('-single')}"):
            if file.is_file() and file.stem != name:
                file.unlink()


def _listed(folder: Path, part: Part, unit: str) -> Iterator[Deliverable]:
    """A part's files: those of the folder of its name, or the one file with its suffix."""
    for file in sorted([*folder.glob(f"*.{part}"), *(folder / part).rglob("*")]):
        if file.is_file():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield Deliverable(f"{unit}/{file.relative_to(folder).as_posix()}", digest)
