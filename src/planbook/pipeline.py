"""The tasks of a build and their order: survey → notebooks → books.

Notebooks of all units run side by side; a unit's book is rendered as soon as its own notebooks are done. A unit whose
survey, parameters or notebook is at fault stops its own book and no other. What is as its inputs say stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from traceback import format_exception
from typing import Any

from filelock import FileLock, Timeout

from planbook.audit.units import audit_survey, refuse_broken, refuse_empty
from planbook.book import assemble as book
from planbook.book.deliver import deliver
from planbook.book.edition import edition_of
from planbook.book.literals import loose_numbers
from planbook.book.manifest import Built, made_from, summarise
from planbook.book.record import write_record
from planbook.book.reuse import Kept, book_record, kept_parts, part_keys, parts_of
from planbook.book.strangers import names_in_book, unit_names
from planbook.book.swap import recover, stop
from planbook.book.trace import write_trace
from planbook.errors import InputError, PlanbookError, of_disk
from planbook.execute.limits import Limits
from planbook.execute.reuse import keep_run
from planbook.execute.run import NotebookRun, run_all
from planbook.execute.verdict import RunError
from planbook.execute.workers import pool
from planbook.finish import Finish, Made
from planbook.fonts import find_fonts
from planbook.memory import share_one_heap
from planbook.outcome import Outcome, Progress, Tell, failure
from planbook.params import Params
from planbook.project import Project
from planbook.reference import load_reference
from planbook.scratch import own_scratch
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of
from planbook.survey.earlier import with_earlier
from planbook.survey.store import Survey, open_survey, warm_cache
from planbook.todo import FORMATS, Desk, Format, Order, Work
from planbook.words import _

Makers = Callable[[Desk, dict[str, Outcome], Tell], Generator[Made, None, None]]


def build(
    project: Project,
    order: Order,
    tell: Tell = lambda step: None,
    command: Sequence[str] | None = None,
    makers: Makers | None = None,
) -> list[Outcome]:
    """Builds every unit of the order; what went wrong is in the outcomes. InputError where nothing can be built.

    `command`: the words it was asked for with; once it is carried out whole, the same words are answered at once
    (planbook.uptodate) until something changes. `makers`: who makes the books that are `due`, instead of this machine;
    they tell each unit's outcome, and leave its files and its notebooks' runs as if they were made here.
    """
    share_one_heap()
    with _alone(project, tell), own_scratch(project.root):
        desk = Desk(project, order, lambda text: tell(Progress("note", 0, 0, text)))
        recover(desk.out)
        if order.force:
            desk.results.trim(0)
        outcomes = {unit: Outcome(unit, unit) for unit in order.units}
        finish = Finish(desk, outcomes)
        try:
            with closing((makers or make_here)(desk, outcomes, tell)) as books:
                for made in books:
                    finish.take(made)
            finish.write()
            desk.results.trim()
            if damaged := desk.results.forget_damaged():
                said = _("{folder}: {count} files were damaged; what they held was made anew")
                tell(Progress("note", 0, 0, said.format(folder="_build/cache/results", count=damaged)))
            faultless = not any(outcome.fault for outcome in outcomes.values())
            if command is not None and faultless and not desk.unwatched:
                desk.index.remember(command, len(outcomes), finish.outputs())
        except BaseException:  # Ctrl-C above all: what was finished is kept
            with suppress(OSError):  # what cannot be cleared, the next build clears
                stop(desk.out)
            with suppress(OSError, PlanbookError):
                finish.write()
            raise
        finally:
            desk.index.save()
    return [outcomes[unit] for unit in order.units]


@contextmanager
def _alone(project: Project, tell: Tell) -> Iterator[None]:
    """One build at a time in a project; the system takes the lock back from one that died."""
    project.build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(project.build / "build.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        tell(Progress("note", 0, 0, _("another build is at work in this project: waiting for it")))
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@dataclass(kw_only=True)
class Job(Made):
    """One that is made here, and its survey."""

    survey: Survey


def due(desk: Desk, outcomes: Mapping[str, Outcome]) -> Iterator[tuple[int, Work]]:
    """The units that have something to do, with their number in the order; the others get their outcome at once."""
    for number, unit in enumerate(desk.order.units, 1):
        with _told(outcomes[unit]):
            work = desk.look(unit)
            outcomes[unit].name = work.label
            if work.done:
                _as_before(desk, work, outcomes[unit])
            else:
                yield number, work


@contextmanager
def _told(outcome: Outcome) -> Iterator[None]:
    """What a user can mend in the block stops this unit's book alone."""
    try:
        yield
    except PlanbookError as error:
        outcome.fault = str(error)
    except OSError as error:
        outcome.fault = str(of_disk(error))


def make_here(desk: Desk, outcomes: dict[str, Outcome], tell: Tell) -> Generator[Made, None, None]:
    """Makes what is due on this machine."""
    jobs = list(_prepare(desk, outcomes, tell))
    if jobs:
        yield from _carry_out(desk, jobs, outcomes, tell)


def _prepare(desk: Desk, outcomes: dict[str, Outcome], tell: Tell) -> Iterator[Job]:
    """Those of the units that have something to do whose survey lets them be built."""
    for number, work in due(desk, outcomes):
        unit, outcome = work.unit, outcomes[work.unit]
        with _told(outcome):
            bounds, kept = Bounds.of(work.params), desk.project.cache / "survey"
            rounds, since = desk.project.rounds, work.params.since
            mine = counties_of(unit, work.params)
            for round in filter(None, (work.round, since)):
                warm_cache(rounds / round, work.known, kept, only=mine, bounds=bounds)
            reads: set[str] = set()

            def read(path: Path, reads: set[str] = reads) -> None:
                reads.add(path.resolve().relative_to(desk.project.root).as_posix())

            how: Any = {"only": mine, "cache": kept, "report": read, "bounds": bounds}
            survey = open_survey(rounds / work.round, work.known, **how)
            survey = with_earlier(survey, since, rounds, work.known, **how)
            reference = load_reference(desk.project, read)
            outcome.issues = len(survey.issues)
            _refuse_errors(work.params, survey, desk.order)
            if desk.order.strict or work.params.strict:
                refuse_broken(audit_survey(desk.project, unit, work.params, survey, reference))
            tell(Progress("survey", number, len(desk.order.units), work.label))
            yield Job(work=work, survey=survey, reads=sorted(reads))


def _as_before(desk: Desk, work: Work, outcome: Outcome) -> None:
    """A unit of which everything is as its inputs say."""
    assert work.record is not None
    parts = kept_parts(work.record)
    said = work.record.more["said"]
    outcome.facts, outcome.issues = said["facts"], said["issues"]
    outcome.pages = said["pages"] if "pdf" in desk.order.formats else 0
    outcome.files = sum(len(parts[part].files) for part in parts_of(desk.order.formats))


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


def _carry_out(desk: Desk, jobs: list[Job], outcomes: dict[str, Outcome], tell: Tell) -> Iterator[Job]:
    """Runs the notebooks that are to be run, and renders each book once its own are done. The list is empty afterwards:
    a unit's survey and record are held no longer than they are needed."""
    failures: dict[str, list[tuple[Path, RunError]]] = {}
    books: dict[Future[None], Job] = {}
    number, total, names = count(1), len(jobs), unit_names(desk.project)

    def rendered(futures: Iterable[Future[None]]) -> Iterator[Job]:
        for future in futures:
            future.result()
            job = books.pop(future)
            yield job
            tell(Progress("books", next(number), total - len(failures), job.work.label))

    with _at_once(ThreadPoolExecutor(2, thread_name_prefix="planbook-book")) as rendering:
        try:
            with closing(_calculated(desk, jobs, outcomes, failures, tell)) as calculated:
                for job in calculated:
                    if job:
                        books[rendering.submit(_render, desk, job, outcomes[job.work.unit], names)] = job
                    yield from rendered([future for future in books if future.done()])
            yield from rendered(as_completed(list(books)))
        except (Exception, KeyboardInterrupt):  # what is finished is kept
            yield from rendered([future for future in books if future.done()])
            raise
    for unit, errors in failures.items():
        outcomes[unit].fault = "\n".join(
            failure(desk.project.root, *error) for error in sorted(errors, key=lambda one: one[0])
        )


def _calculated(
    desk: Desk, jobs: list[Job], outcomes: dict[str, Outcome],
    failures: dict[str, list[tuple[Path, RunError]]], tell: Tell,
) -> Generator[Job | None, None, None]:  # fmt: skip
    """Runs notebooks, and gives each unit as soon as its own are done; None after a notebook that was not the last."""
    runs = {run.output: (job, notebook, run) for job in jobs for notebook, run in _runs(desk, job.work)}
    left = {job.work.unit: len(job.work.to_run) for job in jobs}
    ready = [job for job in jobs if not left[job.work.unit]]
    jobs.clear()
    while ready:
        yield ready.pop(0)
    if not runs:
        return
    total = len(runs)
    with _pool(desk) as workers:
        results = run_all([run for _job, _notebook, run in runs.values()], executor=workers)
        for done, result in enumerate(results, 1):
            job, notebook, _run = runs.pop(result.output)
            unit = job.work.unit
            tell(Progress("notebooks", done, total, f"{job.work.label} {notebook.stem}"))
            outcomes[unit].seconds += result.seconds
            outcomes[unit].ran = tuple(sorted((*outcomes[unit].ran, notebook.stem)))
            left[unit] -= 1
            if result.error:
                failures.setdefault(unit, []).append((result.output, result.error))
            else:
                record_run(desk, job.work, notebook)
            yield job if not left[unit] and unit not in failures else None


@contextmanager
def _at_once(threads: ThreadPoolExecutor) -> Iterator[ThreadPoolExecutor]:
    """Waits for the threads at the end of the block, but not after an error or Ctrl-C."""
    try:
        yield threads
    except BaseException:
        threads.shutdown(wait=False, cancel_futures=True)
        raise
    threads.shutdown()


def _runs(desk: Desk, work: Work) -> Iterator[tuple[Path, NotebookRun]]:
    for notebook in work.to_run:
        folder = work.run_folder(notebook)
        desk.index.drop(work.task(notebook))
        if folder.exists():
            rmtree(folder)  # a figure that is no longer made does not stay behind
        yield (
            notebook,
            NotebookRun(
                notebook,
                folder / "executed.ipynb",
                {"unit": work.unit, "round": work.round, "overrides": desk.overrides_of(notebook)},
                desk.project.notebooks,
                {"PLANBOOK_ROOT": str(desk.project.root), "PLANBOOK_CHAPTER_DIR": str(folder)},
                Limits(work.params.execution.timeout, work.params.execution.memory),
            ),
        )


def record_run(desk: Desk, work: Work, notebook: Path) -> None:
    """Takes in a run that ended well, wherever it was."""
    code = [*desk.notebook_side.files, *(name for name in desk.index.sources if name.startswith("params/"))]
    name = notebook.relative_to(desk.project.root).as_posix()
    keep_run(desk.index, work.task(notebook), name, work.inputs(notebook), code, work.run_folder(notebook))


def _pool(desk: Desk) -> Any:
    order = desk.order
    return pool(order.engine, order.start, order.jobs or os.cpu_count() or 1, cache=desk.project.cache / "matplotlib")


def _render(desk: Desk, job: Job, outcome: Outcome, names: Mapping[str, str]) -> None:
    """Makes one unit's book; what goes wrong stops this book and no other."""
    begun = perf_counter()
    try:
        _make_book(desk, job, outcome, names)
    except PlanbookError as error:
        outcome.fault = str(error)
    except OSError as error:
        outcome.fault = str(of_disk(error))
    except Exception as error:
        outcome.fault = _("a defect of planbook: {what}").format(what=f"{type(error).__name__}: {error}")
        outcome.defect = True
        outcome.traceback = "".join(format_exception(error))
    finally:
        outcome.seconds += perf_counter() - begun


def _make_book(desk: Desk, job: Job, outcome: Outcome, names: Mapping[str, str]) -> None:
    """Assembles one unit's book, renders what of it differs, and puts that in place."""
    work, survey, index = job.work, job.survey, desk.index
    chapters = {n.stem[:2]: work.run_folder(n) for n in work.notebooks}
    edition = edition_of(work.unit, work.params, survey, work.known, desk.order.changes)
    made = book.assemble(desk.project, edition, chapters, work.folder)
    reference = load_reference(desk.project)
    write_trace(made, survey, reference, work.params)
    origin = made_from(index, edition, survey, work.notebooks, job.reads, work.book_common["renderer"], work.fonts)
    write_record(made, edition, survey, reference, origin)
    keys = part_keys(index, work.book_common, made, edition, job.reads)
    wanted = parts_of(desk.order.formats)
    kept = _still_good(desk, work, keys)
    if desk.order.force:  # what was not asked for stays, and stays on record
        kept = {part: files for part, files in kept.items() if part not in wanted}
    due = [part for part in wanted if part not in kept]
    outcome.rendered = tuple(part for part in due if part != "record")
    pages = work.record.more["said"]["pages"] if work.record and "pdf" in kept else 0
    if due:
        index.drop(desk.book_task(work.unit))
        target, fonts = desk.out / work.unit, find_fonts(work.fonts)
        done = deliver(target, edition, made, survey, reference, due, fonts, work.quarto, desk.results)
        pages = done.pages or pages
        for part, files in done.parts.items():
            kept[part] = Kept(keys[part], {desk.output(file.path): file.sha256 for file in files})
        for name, digest in ((name, digest) for part in kept.values() for name, digest in part.files.items()):
            index.wrote(name, digest)
    outcome.facts, outcome.files = len(made.facts), sum(len(kept[part].files) for part in wanted)
    outcome.pages = pages if "pdf" in wanted else 0
    outcome.doubts = (
        *loose_numbers(work.unit, made.published),
        *names_in_book(desk.project, work.unit, work.params.counties, made.folder, names),
    )
    said = {"pages": pages, "facts": len(made.facts), "issues": len(survey.issues)}
    job.record = book_record({}, kept, said, job.reads)
    shown = {name: digest for part in wanted for name, digest in kept[part].files.items()}
    job.built = Built(origin, summarise(edition, made, pages), desk.deliverables(shown))


def _still_good(desk: Desk, work: Work, keys: Mapping[str, str]) -> dict[str, Kept]:
    """The parts of a book that were rendered from just this, and are as they were rendered."""
    parts = kept_parts(desk.index.task(desk.book_task(work.unit)))  # which has the index know their files
    return {name: part for name, part in parts.items() if part.key == keys[name] and not desk.index.whole(part.files)}


__all__ = ["FORMATS", "Format", "Order", "Outcome", "Progress", "build"]
