"""The tasks of a build and their order: survey → notebooks → books.

Notebooks of all units run side by side; a unit's book is rendered as soon as its own notebooks are done. A unit whose
survey, parameters or notebook is at fault stops its own book and no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from planbook.audit.units import audit_survey, refuse_broken, refuse_empty
from planbook.book import assemble as book
from planbook.book.deliver import deliver
from planbook.book.literals import loose_numbers, typed_numbers
from planbook.book.manifest import Built, made_from, summarise, write_manifest
from planbook.book.portal import write_portal
from planbook.book.prose import Doubt
from planbook.book.strangers import names_in_book, names_in_sources, unit_names
from planbook.errors import InputError, PlanbookError
from planbook.execute.run import NotebookRun, RunResult, run_all
from planbook.execute.verdict import RunError
from planbook.execute.workers import Engine, Start, pool
from planbook.fonts import find_fonts
from planbook.params import Params, load_params
from planbook.project import Project
from planbook.reference import load_reference
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.county import County
from planbook.survey.store import Survey, open_survey, warm_cache
from planbook.words import _

Format = Literal["html", "pdf", "docx", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx", "xlsx")
Stage = Literal["survey", "notebooks", "books"]


@dataclass(frozen=True)
class Order:
    """What to build, and how."""

    units: tuple[str, ...]
    formats: tuple[Format, ...] = FORMATS
    round: str = ""  # "": each unit's own
    overrides: Mapping[str, Any] = field(default_factory=dict)
    engine: Engine = "fork"
    start: Start | None = None
    jobs: int = 0  # 0: one a processor
    accept_errors: bool = False
    out: Path | None = None
    strict: bool = False  # True: as if every unit's parameters said so


@dataclass
class Outcome:
    """How one unit fared. `fault` is what stopped its book, `defect` whether that is ours; `seconds` adds up its
    notebooks and its rendering, which run beside those of other units."""

    unit: str
    name: str
    pages: int = 0
    facts: int = 0
    issues: int = 0
    files: int = 0
    seconds: float = 0.0
    fault: str = ""
    defect: bool = False
    built: Built | None = None
    doubts: tuple[Doubt, ...] = ()  # what somebody should look at in the prose


@dataclass(frozen=True)
class Progress:
    """One step done: `done` of `total` in a stage."""

    stage: Stage
    done: int
    total: int
    what: str = ""


@dataclass(frozen=True)
class Task:
    """One unit's book to be made."""

    unit: str
    params: Params
    round: str
    survey: Survey
    known: tuple[County, ...]
    notebooks: tuple[Path, ...]

    @property
    def label(self) -> str:
        return self.params.unit.name


def build(project: Project, order: Order, tell: Callable[[Progress], None] = lambda step: None) -> list[Outcome]:
    """Builds every unit of the order; what went wrong is in the outcomes. InputError where nothing can be built."""
    outcomes: dict[str, Outcome] = {}
    tasks = list(_prepare(project, order, outcomes, tell))
    seconds = dict.fromkeys(outcomes, 0.0)
    failures: dict[str, list[RunError]] = {}
    left = {task.unit: len(task.notebooks) for task in tasks}
    by_output = {run.output: (task, run) for task in tasks for run in _runs(project, order, task)}
    books: dict[str, Future[Outcome]] = {}
    names = unit_names(project)
    done = 0
    with ThreadPoolExecutor(2) as rendering, _pool(project, order) as workers:
        results: Iterable[RunResult] = run_all([run for _task, run in by_output.values()], executor=workers)
        for result in results:
            task, run = by_output[result.output]
            done += 1
            tell(Progress("notebooks", done, len(by_output), f"{task.label} {run.notebook.stem}"))
            left[task.unit] -= 1
            seconds[task.unit] += result.seconds
            if result.error:
                failures.setdefault(task.unit, []).append(result.error)
            if not left[task.unit] and task.unit not in failures:
                books[task.unit] = rendering.submit(_render, project, order, task, names)
        for number, task in enumerate(t for t in tasks if t.unit in books):
            outcomes[task.unit] = books[task.unit].result()
            tell(Progress("books", number + 1, len(books), task.label))
    for task in tasks:
        if errors := failures.get(task.unit):
            outcomes[task.unit] = _failed(task, errors)
    for unit, spent in seconds.items():
        outcomes[unit].seconds += spent
    built = {outcome.unit: outcome.built for outcome in outcomes.values() if outcome.built}
    if built:
        typed = (*typed_numbers(project), *names_in_sources(project, names))
        for unit in built:
            outcomes[unit].doubts = (*typed, *outcomes[unit].doubts)
        write_portal(out_folder(project, order), write_manifest(out_folder(project, order), built))
    return [outcomes[unit] for unit in order.units]


def out_folder(project: Project, order: Order) -> Path:
    return order.out or project.book


def _prepare(
    project: Project, order: Order, outcomes: dict[str, Outcome], tell: Callable[[Progress], None]
) -> Iterator[Task]:
    """The units that can be built; the others get their outcome at once."""
    warmed: set[tuple[str, tuple[str, ...], str]] = set()
    names, appendices = book.chapter_files(project)
    numbers = [n for n in (book.chapter_number(name) for name in (*names, *appendices)) if n]
    for number, unit in enumerate(order.units, 1):
        outcomes[unit] = Outcome(unit, unit)
        try:
            params = load_params(project, unit, order.overrides)
            outcomes[unit].name = params.unit.name
            round = order.round or params.round
            known = known_counties(project, unit, params)
            bounds, kept = Bounds.of(params), project.cache / "survey"
            if (key := (round, tuple(c.id for c in known), bounds.key())) not in warmed:
                warm_cache(project.rounds / round, known, kept, bounds=bounds)
                warmed.add(key)
            survey = open_survey(
                project.rounds / round, known, only=counties_of(unit, params), cache=kept, bounds=bounds
            )
            outcomes[unit].issues = len(survey.issues)
            _refuse_errors(params, survey, order)
            if order.strict or params.strict:
                refuse_broken(audit_survey(project, unit, params, survey, load_reference(project)))
            notebooks = tuple(_notebook(project, n) for n in numbers)
        except PlanbookError as error:
            outcomes[unit].fault = str(error)
            continue
        tell(Progress("survey", number, len(order.units), params.unit.name))
        yield Task(unit, params, round, survey, known, notebooks)


def _refuse_errors(params: Params, survey: Survey, order: Order) -> None:
    """An error in a workbook stops the books it touches, unless it was accepted."""
    refuse_empty(params, survey)
    errors = [issue for issue in survey.issues if issue.severity == "error"]
    if errors and not order.accept_errors:
        shown = [str(issue) for issue in errors[:10]]
        more = [_("… and {count} more").format(count=len(errors) - 10)] if len(errors) > 10 else []
        raise InputError(
            "\n".join([*shown, *more]),
            cure=_("mend these cells, or build with --accept-errors: the documents then say what was left out"),
        )


def _notebook(project: Project, number: str) -> Path:
    found = sorted(project.notebooks.glob(f"{number}-*.ipynb"))
    if len(found) != 1:
        raise InputError(
            _("chapter {number} needs one notebook named {number}-….ipynb").format(number=number), place="notebooks/"
        )
    return found[0]


def _folder(project: Project, task: Task) -> Path:
    return project.build / task.round / task.unit


def _runs(project: Project, order: Order, task: Task) -> Iterator[NotebookRun]:
    for notebook in task.notebooks:
        folder = _folder(project, task) / "chapters" / notebook.stem[:2]
        yield NotebookRun(
            notebook,
            folder / "executed.ipynb",
            {"unit": task.unit, "round": task.round, "overrides": dict(order.overrides)},
            project.notebooks,
            {"PLANBOOK_ROOT": str(project.root), "PLANBOOK_CHAPTER_DIR": str(folder)},
        )


def _pool(project: Project, order: Order) -> Any:
    return pool(order.engine, order.start, order.jobs or os.cpu_count() or 1, cache=project.cache / "matplotlib")


def edition_of(task: Task, order: Order) -> book.Edition:
    """What makes this unit's book what it is."""
    survey = task.survey
    names = {county.id: county.name for county in task.known}
    errors = [issue for issue in survey.issues if issue.severity == "error"]
    left_out = []
    if errors:
        files = "、".join(sorted({issue.file for issue in errors}))
        left_out.append(f"{files}中有{len(errors)}处错误尚未改正，有关单元格按未填处理，汇总数不含这些数据。")
    return book.Edition(
        task.unit, task.params, survey.info, tuple(names[id] for id in survey.counties),
        tuple(names[id] for id in survey.missing), order.overrides, tuple(left_out),
    )  # fmt: skip


def _render(project: Project, order: Order, task: Task, names: Mapping[str, str]) -> Outcome:
    """Assembles and renders one unit's book and puts it in place."""
    begun = perf_counter()
    outcome = Outcome(task.unit, task.label, issues=len(task.survey.issues))
    folder = _folder(project, task)
    try:
        chapters = {n.stem[:2]: folder / "chapters" / n.stem[:2] for n in task.notebooks}
        edition = edition_of(task, order)
        made = book.assemble(project, edition, chapters, folder)
        done = deliver(
            out_folder(project, order) / task.unit, folder / "out", edition, made, task.survey,
            load_reference(project), order.formats, find_fonts(),
        )  # fmt: skip
    except PlanbookError as error:
        outcome.fault = str(error)
        outcome.seconds = perf_counter() - begun
        return outcome
    outcome.pages, outcome.facts, outcome.files = done.pages, len(made.facts), len(done.files)
    outcome.doubts = (
        *loose_numbers(task.unit, made.published),
        *names_in_book(project, task.unit, task.params.counties, made.folder, names),
    )
    outcome.built = Built(made_from(project, edition, task.survey), summarise(edition, made, done.pages), done.files)
    outcome.seconds = perf_counter() - begun
    return outcome


def _failed(task: Task, errors: Sequence[RunError]) -> Outcome:
    said = []
    for error in sorted(errors, key=lambda e: (e.notebook, e.cell)):
        place = error.notebook
        if error.cell:
            place = _("{notebook}, cell {number}").format(notebook=error.notebook, number=error.cell)
        said.append(
            f"{place}: {error.message}" if error.kind == "input" else f"{place}: {error.message}\n{error.source}"
        )
    outcome = Outcome(task.unit, task.label, issues=len(task.survey.issues), fault="\n".join(said))
    outcome.defect = any(error.kind == "defect" for error in errors)
    return outcome
