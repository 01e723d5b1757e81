"""What a build would do and why, found out without opening a workbook: for the build itself and for `explain`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from planbook import sides
from planbook.book.assemble import chapter_files, chapter_number, compares
from planbook.book.deliver import Deliverable
from planbook.book.manifest import read_manifest
from planbook.book.quarto import Quarto, find_quarto
from planbook.book.reuse import book_inputs, kept_parts, parts_of
from planbook.errors import InputError, PlanbookError
from planbook.execute.reuse import Reason, platform_inputs, reasons, why_run
from planbook.execute.workers import Engine, Start
from planbook.fonts import SystemFont, system_fonts
from planbook.index import Index, Inputs, Record, digest_of_all, digest_of_text
from planbook.params import Params, Renderer, load_params
from planbook.project import Project
from planbook.results import Results
from planbook.survey.counties import known_counties
from planbook.survey.county import County
from planbook.typography import Standard
from planbook.words import _

Format = Literal["html", "html-single", "pdf", "docx", "xlsx"]
USUAL: tuple[Format, ...] = ("html", "pdf", "docx", "xlsx")
FORMATS: tuple[Format, ...] = (*USUAL, "html-single")


@dataclass(frozen=True)
class Order:
    """What to build, and how."""

    units: tuple[str, ...]
    formats: tuple[Format, ...] = USUAL
    round: str = ""  # "": each unit's own
    overrides: Mapping[str, Any] = field(default_factory=dict)
    engine: Engine = "fork"
    start: Start | None = None
    jobs: int = 0  # 0: one a processor
    accept_errors: bool = False
    out: Path | None = None
    strict: bool = False  # as if every unit's parameters said so
    force: bool = False
    pdf_standard: tuple[Standard, ...] = ()  # (): each unit's own
    renderer: Renderer | None = None  # None: each unit's own

    @property
    def changes(self) -> dict[str, Any]:
        """The overrides that any chapter may depend on: not the round compared with, which one chapter prints."""
        return {key: value for key, value in self.overrides.items() if key != "since"}


@dataclass(frozen=True)
class Work:
    """One unit: what its book is made of, and what of it is to be done.

    `runs`: why each notebook is to be run; no reasons, no run. `book`: why the book is to be looked at; with a run its
    reasons are known only after it. `common` and `book_common`: digests that all its notebooks, or formats, share.
    `fonts`: those of this machine that its pages ask for.
    """

    unit: str
    params: Params
    round: str
    known: tuple[County, ...]
    notebooks: tuple[Path, ...]
    folder: Path
    common: Inputs
    book_common: Inputs
    runs: Mapping[Path, list[Reason]]
    book: list[Reason]
    record: Record | None
    fonts: tuple[SystemFont, ...] = ()
    quarto: Quarto | None = None  # None: our own renderer

    @property
    def label(self) -> str:
        return self.params.unit.name

    @property
    def to_run(self) -> list[Path]:
        return [notebook for notebook in self.notebooks if self.runs[notebook]]

    @property
    def done(self) -> bool:
        return not self.to_run and not self.book

    def run_folder(self, notebook: Path) -> Path:
        return self.folder / "chapters" / notebook.stem[:2]

    def task(self, notebook: Path) -> str:
        return f"{self.unit}/{self.round}/{notebook.stem[:2]}"

    def inputs(self, notebook: Path) -> Inputs:
        """What a notebook's run depends on apart from what it reads."""
        return {**self.common, **({"since": str(self.params.since)} if compares(notebook) else {})}


class Desk:
    """What a build knows before it begins: the index, planbook's own code as inputs, the books there are."""

    def __init__(self, project: Project, order: Order, note: Callable[[str], None] = lambda text: None) -> None:
        """`note` is told why something that an earlier build left is not used."""
        self.project, self.order = project, order
        self.index = Index(project, note)
        self.out = order.out or project.book
        self.unwatched = False  # whether a program outside of the environment has a part in it: Quarto
        self.platform = platform_inputs(self.index)
        self.notebook_side = sides.notebook_side(self.index)
        self.book_side = sides.book_side()
        self.templates = sides.templates(self.index)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.out)

    def numbers(self, params: Params) -> tuple[str, ...]:
        """The chapters that a notebook feeds, in the order of the book."""
        names, appendices = chapter_files(self.project, params)
        return tuple(n for n in (chapter_number(name) for name in (*names, *appendices)) if n)

    @cached_property
    def code(self) -> Inputs:
        return {"planbook: notebooks": self.notebook_side.key(self.index)}

    @cached_property
    def book_code(self) -> Inputs:
        return {
            "planbook: books": self.book_side.key(self.index),
            "planbook: templates": self.templates.key(self.index),
        }

    @cached_property
    def results(self) -> Results:
        """What books are made of beside notebooks' runs, as far as it was worked out before."""
        code = digest_of_all({**self.platform, **self.book_code})
        return Results(self.project.results, code)

    def output(self, path: str) -> str:
        """How the index names a file of the books."""
        place = self.out / path
        inside = place.is_relative_to(self.project.root)
        return place.relative_to(self.project.root).as_posix() if inside else place.as_posix()

    def deliverables(self, files: Mapping[str, str]) -> tuple[Deliverable, ...]:
        """Files as the manifest names them."""
        top = self.output("x").removesuffix("x")
        return tuple(Deliverable(name.removeprefix(top), digest) for name, digest in sorted(files.items()))

    def book_task(self, unit: str) -> str:
        return f"{unit}/book {self.output(unit)}"

    def look(self, unit: str) -> Work:
        """What is to be done for one unit. InputError where its parameters or the project are at fault."""
        params = load_params(self.project, unit, self.order.overrides)
        if not params.unit.is_county and not params.counties:
            raise InputError(
                _("the prefecture has no county yet"),
                place=f"params/{unit}.yml: counties",
                cure=_("add one: python3 build.py new UNIT --name …"),
            )
        if self.order.pdf_standard:
            params = params.model_copy(update={"pdf_standard": self.order.pdf_standard})
        fonts = system_fonts(params.typography.families, f"params/{unit}.yml: typography")
        round = self.order.round or params.round
        known = known_counties(self.project, unit, params)
        notebooks = tuple(self._notebook(number) for number in self.numbers(params))
        common = {**self.platform, **self.code, **self._params(unit, params, known)}
        quarto = find_quarto() if (self.order.renderer or params.renderer) == "quarto" else None
        self.unwatched = self.unwatched or quarto is not None
        renderer = {"renderer": quarto.name if quarto else "pandoc"}
        work = Work(
            unit, params, round, known, notebooks, self.project.build / round / unit, common,
            {**self.platform, **self.book_code, **renderer, **self._look(params, fonts)}, {}, [],
            self.index.task(self.book_task(unit)), fonts, quarto,
        )  # fmt: skip
        runs = {notebook: self._why_run(work, notebook) for notebook in notebooks}
        book = [] if any(runs.values()) else self._why_book(work)
        return Work(**{**vars(work), "runs": runs, "book": book})

    def inputs(self, work: Work, reads: list[str]) -> Inputs:
        """Everything behind a unit's book as it is now; `reads` is what it read beside its notebooks' results."""
        options = {
            "--accept-errors": str(self.order.accept_errors),
            "--strict": str(self.order.strict),
            "since": str(work.params.since),
            "manifest.json": digest_of_text(json.dumps(self.manifest.get(work.unit), sort_keys=True)),
        }
        params = self._params(work.unit, work.params, work.known)
        return book_inputs(self.index, {**work.book_common, **params}, reads, self.runs(work), options)

    def overrides_of(self, notebook: Path) -> dict[str, Any]:
        return dict(self.order.overrides) if compares(notebook) else self.order.changes

    def runs(self, work: Work) -> dict[str, Record | None]:
        return {notebook.stem: self.index.task(work.task(notebook)) for notebook in work.notebooks}

    def _why_run(self, work: Work, notebook: Path) -> list[Reason]:
        if self.order.force:
            return [Reason("forced")]
        name = notebook.relative_to(self.project.root).as_posix()
        return why_run(self.index, work.task(notebook), name, work.inputs(notebook))

    def _why_book(self, work: Work) -> list[Reason]:
        if work.record is None:
            return [Reason("first")]
        parts = kept_parts(work.record)
        lacking = [Reason("first", part) for part in parts_of(self.order.formats) if part not in parts]
        return lacking + reasons(self.index, work.record, self.inputs(work, work.record.more["reads"]))

    def _params(self, unit: str, params: Params, known: tuple[County, ...]) -> Inputs:
        """A unit's resolved parameters, those of its counties, and how its counties are known to the survey."""
        members = {county: load_params(self.project, county) for county in params.counties}
        texts = {f"params of {id}": p.calculated for id, p in {**members, unit: params}.items()}
        texts |= {"counties": repr(known), "-P": json.dumps(self.order.changes, sort_keys=True)}
        return {name: digest_of_text(text) for name, text in texts.items()}

    def _look(self, params: Params, fonts: tuple[SystemFont, ...]) -> Inputs:
        """How a unit's pages are set, and the files of the fonts that are not the lock's."""
        files = [str(path) for font in fonts for path in font.files]
        return {"look": digest_of_text(params.look), **{file: self.index.digest(file) for file in files}}

    def _notebook(self, number: str) -> Path:
        found = sorted(self.project.notebooks.glob(f"{number}-*.ipynb"))
        if len(found) != 1:
            raise InputError(
                _("chapter {number} needs one notebook named {number}-….ipynb").format(number=number),
                place="notebooks/",
            )
        return found[0]


__all__ = ["FORMATS", "Desk", "Format", "Order", "PlanbookError", "Reason", "Work"]
