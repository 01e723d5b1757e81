"""The verbs of the command line. Exit codes: 0 done, 1 the input is at fault, 2 usage, 3 our defect."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planbook import __version__
from planbook.errors import InputError, PlanbookError, UsageError
from planbook.words import _

if TYPE_CHECKING:
    from planbook.pipeline import Outcome
    from planbook.project import Project
    from planbook.survey.check import Bounds
    from planbook.survey.county import County
    from planbook.survey.store import Survey
    from planbook.todo import Format

DEFECT = 3


class Verbs(click.Group):
    """`build` is what is meant where no verb is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            if args and not args[0].startswith("-") and not _is_unit(args[0]):
                raise UsageError(
                    _("no verb and no unit {word}").format(word=args[0]),
                    cure=_("python3 build.py --help lists the verbs"),
                )
            args = ["build", *args]
        return super().parse_args(ctx, args)


def _is_unit(word: str) -> bool:
    from planbook.params import find_unit
    from planbook.project import find_project

    try:
        find_unit(find_project(), word)
    except UsageError:
        return False
    return True


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("From survey workbooks to complete renovation plans. Without a verb, everything is built."),
    epilog=_("python3 build.py test sets up and runs the tests."),
)
@click.version_option(__version__, prog_name="planbook")
def cli() -> None:
    """The verbs; what is said of each is its `help`."""


@cli.command(
    help=_("Build the books of UNITs (ids, names or codes), or of all."),
    epilog=_("Example: python3 build.py build wusu --to pdf,docx -P targets.2021=35"),
)
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@click.option("--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey."))
@click.option(
    "--to", "formats", metavar="LIST", default="html,pdf,docx,xlsx", show_default=True,
    help=_("Formats to make; also html-single, one page to mail."),
)  # fmt: skip
@click.option("-P", "pairs", metavar="KEY=VALUE", multiple=True, help=_("Override a parameter: -P targets.2021=35."))
@click.option("--engine", type=click.Choice(["fork", "kernel"]), default="fork", help=_("How notebooks are run."))
@click.option("--start", type=click.Choice(["fork", "spawn"]), default=None, help=_("How their processes are started."))
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help=_("Notebooks at a time."))
@click.option("--accept-errors", is_flag=True, help=_("Build although the survey has errors; the documents say so."))
@click.option("--strict", is_flag=True, help=_("Build no unit that breaks a rule of its own plan."))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=None, help=_("Where to put the books.")
)
@click.option("--force", is_flag=True, help=_("Make everything anew, whatever was made before."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
@click.pass_context
def build(
    context: click.Context, units: Sequence[str], round_: str, formats: str, pairs: Sequence[str], engine: Any,
    start: Any, jobs: int | None, accept_errors: bool, strict: bool, out: Path | None, force: bool, debug: bool,
) -> None:  # fmt: skip
    from planbook.params import all_units, find_unit, parse_overrides
    from planbook.pipeline import build as run
    from planbook.project import find_project
    from planbook.terminal import Screen
    from planbook.todo import Order

    project = find_project()
    ids = [find_unit(project, unit) for unit in dict.fromkeys(units)] or all_units(project)
    order = Order(
        tuple(dict.fromkeys(ids)), _formats(formats), round_, parse_overrides(pairs), engine, start,
        jobs or 0, accept_errors, out.resolve() if out else None, strict, force,
    )  # fmt: skip
    with Screen() as screen:
        outcomes = run(project, order, screen.tell, context.obj)
        if debug:
            click.echo("".join(outcome.traceback for outcome in outcomes), err=True, nl=False)
        if all(outcome.reused for outcome in outcomes):
            screen.nothing_to_do(len(outcomes))
        else:
            screen.outcomes(outcomes, out or project.book)
    sys.exit(_exit_code(outcomes))


def _formats(text: str) -> tuple[Format, ...]:
    from planbook.todo import FORMATS

    chosen = [word.strip() for word in text.split(",") if word.strip()]
    if not chosen or any(word not in FORMATS for word in chosen):
        raise UsageError(_("--to {list}: unknown format").format(list=text), cure=", ".join(FORMATS))
    return tuple(form for form in FORMATS if form in chosen)


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.defect for outcome in outcomes):
        return DEFECT
    return 1 if any(outcome.fault for outcome in outcomes) else 0


@cli.command(
    help=_("Read a round and list what is wrong in its workbooks, cell by cell."),
    epilog=_("Example: python3 build.py survey data/survey/2020-08 --annotate returned"),
)
@click.argument("round_folder", metavar="[ROUND_DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All that was read, as JSON; - is stdout."))
@click.option("--csv", "csv_file", metavar="FILE", default="", help=_("The issues, as CSV for Excel; - is stdout."))
@click.option(
    "--annotate", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=None,
    help=_("Write a copy of each workbook, its doubtful cells coloured and explained."),
)  # fmt: skip
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def survey(round_folder: Path | None, json_file: str, csv_file: str, annotate: Path | None, debug: bool) -> None:
    from planbook.project import find_project
    from planbook.survey.annotate import annotate_round
    from planbook.survey.export import csv_text, export, json_text
    from planbook.survey.since import compared, earlier_round
    from planbook.terminal import Screen

    if json_file == csv_file == "-":
        raise UsageError(_("--json and --csv cannot both write to stdout"), cure=_("name a file for one of them"))
    project = find_project()
    rounds = _rounds(project, round_folder)
    cache = project.cache / "survey"
    surveys = []
    for one in rounds:
        found, earlier = _read(one.folder, one, cache), earlier_round(one.folder)
        surveys.append(compared(found, _read(earlier, one, cache), one.bounds) if earlier else found)
    names = {county.id: county.name for one in rounds for county in one.counties}
    if json_file:
        _write(json_file, json_text(export(surveys, names)))
    if csv_file:
        _write(csv_file, csv_text(issue for found in surveys for issue in found.issues))
    with Screen(to_stderr="-" in (json_file, csv_file)) as screen:
        for one, found in zip(rounds, surveys, strict=True):
            screen.survey(found)
            if annotate:
                screen.annotated(annotate, annotate_round(one.folder, found, annotate))
    sys.exit(1 if any(issue.severity == "error" for found in surveys for issue in found.issues) else 0)


@dataclass(frozen=True)
class Round:
    """A folder to read, the counties whose workbooks may lie there, and what the rows are checked against."""

    folder: Path
    counties: tuple[County, ...]
    bounds: Bounds


def _read(folder: Path, one: Round, cache: Path) -> Survey:
    """The round in `folder`, with counties and bounds of `one`, by way of the cache."""
    from planbook.survey.store import open_survey, warm_cache

    warm_cache(folder, one.counties, cache, implied=True, bounds=one.bounds)
    return open_survey(folder, one.counties, cache=cache, implied=True, bounds=one.bounds)


def _rounds(project: Project, folder: Path | None) -> list[Round]:
    """The rounds to read: the folder given, else those that params name. A prefecture's params say the bounds."""
    from planbook.params import load_params, unit_ids
    from planbook.survey.check import Bounds
    from planbook.survey.counties import known_counties

    params = {unit: load_params(project, unit) for unit in unit_ids(project)}
    heads = [unit for unit in params if not params[unit].unit.is_county] or list(params)
    rounds: dict[Path, Round] = {}
    for unit in heads:
        own = project.rounds / params[unit].round
        place = own if folder is None else folder if folder.is_dir() else project.rounds / folder.name
        known = known_counties(project, unit, params[unit])
        first = rounds.setdefault(place, Round(place, (), Bounds.of(params[unit])))
        rounds[place] = replace(first, counties=tuple(dict.fromkeys((*first.counties, *known))))
    return list(rounds.values())


def _write(file: str, text: str) -> None:
    """To the file, or to stdout; UTF-8 whatever the terminal's code page is."""
    if file == "-":
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        message = _("cannot be written: {reason}").format(reason=error.strerror or str(error))
        raise UsageError(message, place=file, cure=_("close the program that has it open, or name another")) from error


@cli.command(
    help=_("What stands behind a number of a UNIT's last book: a fact's id, or a number as it is printed."),
    epilog=_("Example: python3 build.py trace yumin plan.2021.households"),
)
@click.argument("unit", metavar="UNIT")
@click.argument("what", metavar="FACT|NUMBER")
@click.option("--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey."))
@click.option("--rows", type=click.IntRange(0), default=30, show_default=True, help=_("Rows to show; 0 is all."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def trace(unit: str, what: str, round_: str, rows: int, debug: bool) -> None:
    from planbook.params import find_unit, load_params
    from planbook.project import find_project
    from planbook.terminal import Screen
    from planbook.trace.build import read_build
    from planbook.trace.find import fact_id, number_in, printed
    from planbook.trace.terminal import show_printed, show_trace
    from planbook.trace.trace import trace as follow

    project = find_project()
    id = find_unit(project, unit)
    build = read_build(project, id, round_ or load_params(project, id).round)
    with Screen() as screen:
        fact = fact_id(build, what)
        if not fact:
            number = number_in(what)
            found = printed(build, number)
            if not found:
                message = _("this book prints the number {number} nowhere").format(number=number)
                raise InputError(message, cure=_("look at it in the book once more, without its unit"))
            show_printed(screen.console, number, found)
            only = {one.id for one in found}
            if len(only) > 1 or not (fact := only.pop()):
                return
        followed = follow(project, build, fact)
        show_trace(screen.console, followed, rows)
    sys.exit(0 if followed.verdict == "holds" else 1)


@cli.command(
    help=_("Check the plan's own rules over the survey, UNITs or all, without building; exit code 1 if one fails."),
    epilog=_("Example: python3 build.py audit yumin --published data/published/2021-2025.yml --json audit.json"),
)
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@click.option(
    "--published", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help=_("Check the figures of an existing document, too: against each other, the rules and the survey."),
)  # fmt: skip
@click.option("--json", "json_file", metavar="FILE", default="", help=_("The same as JSON; - is stdout."))
@click.option("--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey."))
@click.option("-P", "pairs", metavar="KEY=VALUE", multiple=True, help=_("Override a parameter: -P targets.2021=35."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def audit(
    units: Sequence[str], published: Path | None, json_file: str, round_: str, pairs: Sequence[str], debug: bool
) -> None:
    from planbook.audit.report import broken, json_text, review, show
    from planbook.audit.units import audit_units
    from planbook.params import all_units, find_unit, parse_overrides
    from planbook.project import find_project
    from planbook.terminal import Screen

    project, overrides = find_project(), parse_overrides(pairs)
    ids = [find_unit(project, unit) for unit in dict.fromkeys(units)] or all_units(project)
    audited = audit_units(project, ids, round_, overrides)
    reviewed = review(project, published, audited, round_, overrides) if published else None
    if json_file:
        _write(json_file, json_text(audited, reviewed))
    with Screen(to_stderr=json_file == "-") as screen:
        show(screen.console, audited, reviewed)
    sys.exit(1 if broken(audited, reviewed) else 0)


@cli.command(
    help=_(
        "Say what differs between two builds (folders, manifests) or survey rounds, and why; exit code 1 if anything."
    ),
    epilog=_("Example: python3 build.py diff 2020-05 2020-08 --unit wusu --html revisions.html"),
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--unit", "units", metavar="UNIT", multiple=True, help=_("Only this unit; may be given again."))
@click.option(
    "--tolerance", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE",
    help=_("Numbers that differ by no more than this share of the larger count as equal: 0.01 is one percent."),
)  # fmt: skip
@click.option("--html", "html_file", metavar="FILE", default="", help=_("A page for reviewers (in Chinese)."))
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All of it as JSON; - is stdout."))
@click.option("--md", "md_file", metavar="FILE", default="", help=_("A summary as Markdown; - is stdout."))
@click.option("--bytes", "exact", is_flag=True, help=_("Name the first part that differs in each file instead."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def diff(
    old: str, new: str, units: Sequence[str], tolerance: float, html_file: str, json_file: str, md_file: str,
    exact: bool, debug: bool,
) -> None:  # fmt: skip
    from decimal import Decimal

    from planbook.compare.as_json import json_text
    from planbook.compare.as_markdown import markdown_text
    from planbook.compare.as_page import page_text
    from planbook.compare.builds import find_side
    from planbook.compare.diff import compare_builds
    from planbook.compare.exact import differences
    from planbook.compare.rounds import round_maker
    from planbook.compare.terminal import show_bytes, show_diff
    from planbook.params import find_unit
    from planbook.project import find_project
    from planbook.terminal import Screen

    if json_file == md_file == "-":
        raise UsageError(_("--json and --md cannot both write to stdout"), cure=_("name a file for one of them"))
    with Screen(to_stderr="-" in (json_file, md_file)) as screen:
        if exact:
            for word in (old, new):
                if not Path(word).exists():
                    raise UsageError(_("no such file or folder: {place}").format(place=word))
            found = differences(Path(old), Path(new))
            show_bytes(screen.console, found)
            sys.exit(1 if found else 0)
        project = find_project()
        ids = [find_unit(project, unit) for unit in units]
        make = round_maker(project, ids, screen.tell)
        sides = [find_side(word, project, ids, make) for word in (old, new)]
        compared = compare_builds(
            sides[0].records, sides[1].records, (sides[0].name, sides[1].name), Decimal(str(tolerance))
        )
        for file, text in ((html_file, page_text), (json_file, json_text), (md_file, markdown_text)):
            if file:
                _write(file, text(compared))
        screen.stop()
        show_diff(screen.console, compared)
    sys.exit(0 if compared.same else 1)


@cli.command(
    help=_("Check a delivered folder against its manifest: files missing, changed or added; exit code 1 if any."),
    epilog=_("Example: python3 build.py verify /media/usb/_book/manifest.json"),
)
@click.argument("manifest", metavar="[MANIFEST]", required=False, type=click.Path(path_type=Path))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def verify(manifest: Path | None, debug: bool) -> None:
    from planbook.book.verify import verify as check
    from planbook.project import find_project

    found = check(manifest or find_project().book)
    for words, names in (
        (_("missing: {file}"), found.missing), (_("changed: {file}"), found.changed), (_("added: {file}"), found.added)
    ):  # fmt: skip
        for name in names:
            click.echo(words.format(file=name))
    if found.whole:
        click.echo(_("all {count} files are as they were made").format(count=found.count))
    sys.exit(0 if found.whole else 1)


@cli.command(
    help=_("Add a county: its params file, and an empty workbook of the survey's form."),
    epilog=_("Example: python3 build.py new kuitun --name 奎屯市 --code 654003 --extends tacheng"),
)
@click.argument("unit", metavar="UNIT")
@click.option("--name", default="", help=_("The county's full name."))
@click.option("--code", default="", help=_("Its six-digit code (GB/T 2260)."))
@click.option("--extends", default="", metavar="UNIT", help=_("The prefecture it belongs to."))
@click.option(
    "--form", "form", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help=_("Where to write the empty workbook."),
)  # fmt: skip
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def new(unit: str, name: str, code: str, extends: str, form: Path | None, debug: bool) -> None:
    from planbook.newunit import new_unit
    from planbook.project import find_project

    project = find_project()
    made = new_unit(project, unit, name=name, code=code, extends=extends, form=form)
    click.echo(_("written: {file}").format(file=f"params/{unit}.yml"))
    click.echo(_("the form to fill in: {file}").format(file=made.form))
    if made.open:
        click.echo(_("still to be filled in there: {keys}").format(keys=", ".join(made.open)))
    if made.listed:
        click.echo(_("added to counties in {file}").format(file=f"params/{made.prefecture}.yml"))
    else:
        click.echo(_("add {unit} to counties in {file}").format(unit=unit, file=f"params/{made.prefecture}.yml"))


@cli.command(
    help=_("Versions, fonts and renderers; what is missing, and the cure."),
    epilog=_("Example: python3 build.py doctor"),
)
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def doctor(debug: bool) -> None:
    from planbook.doctor import examine
    from planbook.project import find_project
    from planbook.terminal import Screen

    with Screen() as screen:
        findings = examine(find_project())
        screen.findings(findings)
    sys.exit(1 if any(finding.cure and finding.needed for finding in findings) else 0)


@cli.command(
    help=_("Say what a build would do and why; a chapter is named as in wusu/03."),
    epilog=_("Example: python3 build.py explain wusu/03"),
)
@click.argument("places", nargs=-1, metavar="[UNIT[/CHAPTER]]...")
@click.option("--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey."))
@click.option(
    "--to", "formats", metavar="LIST", default="html,pdf,docx,xlsx", show_default=True, help=_("Formats to make.")
)
@click.option("-P", "pairs", metavar="KEY=VALUE", multiple=True, help=_("Override a parameter: -P targets.2021=35."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def explain(places: Sequence[str], round_: str, formats: str, pairs: Sequence[str], debug: bool) -> None:
    from planbook.explain import explained
    from planbook.params import all_units, find_unit, parse_overrides
    from planbook.project import find_project
    from planbook.todo import Order

    project = find_project()
    named = [(find_unit(project, unit), chapter) for unit, _slash, chapter in (p.partition("/") for p in places)]
    named = named or [(unit, "") for unit in all_units(project)]
    units = tuple(dict.fromkeys(unit for unit, _chapter in named))
    order = Order(units, _formats(formats), round_, parse_overrides(pairs))
    for line in explained(project, order, named):
        click.echo(line)


@cli.command(
    help=_("Measure the work of a build beside other ways to do it: ratios, in a temporary folder."),
    epilog=_("Example: python3 build.py bench notebooks nothing --times 3"),
)
@click.argument("rows", nargs=-1, metavar="[ROW]...")
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All that was measured, as JSON; - is stdout."))
@click.option("--times", type=click.IntRange(1, 99), default=3, show_default=True, help=_("Turns of each contender."))
@click.option("--units", "most", type=click.IntRange(0), default=0, help=_("Only so many units; 0 is all."))
@click.option("--sizes", metavar="LIST", default="50,100,200", show_default=True, help=_("Sizes of the row units."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def bench(rows: Sequence[str], json_file: str, times: int, most: int, sizes: str, debug: bool) -> None:
    from tempfile import TemporaryDirectory

    from planbook.bench.place import Bench
    from planbook.bench.verb import as_json, lines, machine, measure
    from planbook.bench.verb import rows as known
    from planbook.project import find_project

    for row in rows:
        if row not in known():
            raise UsageError(_("no row {row}").format(row=row), cure=", ".join(known()))
    click.echo(machine(), err=True)
    results = []
    with TemporaryDirectory(prefix="planbook-bench-") as folder:
        place = Bench(find_project(), Path(folder).resolve(), times, most, tuple(map(int, sizes.split(","))))
        for result in measure(place, rows or known()):
            results.append(result)
            click.echo("\n".join(lines(result)), err=json_file == "-")
    if json_file:
        _write(json_file, as_json(results))


@cli.command(
    help=_("Remove working files (_build/); sources and finished books stay."),
    epilog=_("Example: python3 build.py clean"),
)
@click.option("--all", "everything", is_flag=True, help=_("The finished books in _book/, too."))
@click.option("--cache", "cache_only", is_flag=True, help=_("Only what is kept to be reused: _build/cache/."))
@click.option("--debug", is_flag=True, help=_("Show tracebacks."))
def clean(everything: bool, cache_only: bool, debug: bool) -> None:
    from planbook.project import find_project

    project = find_project()
    if cache_only and everything:
        raise UsageError(_("--cache and --all exclude each other"), cure=_("leave one of them out"))
    for folder in (project.cache if cache_only else project.build, *((project.book,) if everything else ())):
        if folder.exists():
            shutil.rmtree(folder)
            click.echo(_("removed {folder}").format(folder=f"{folder.relative_to(project.root).as_posix()}/"))


def main(args: Sequence[str] | None = None) -> None:
    """The command line. No traceback without --debug."""
    arguments = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in arguments or bool(os.environ.get("PLANBOOK_DEBUG"))
    try:
        sys.exit(cli.main(arguments, prog_name="build.py", standalone_mode=False, obj=arguments) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _leave(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except PlanbookError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if debug:
            raise
        from planbook.errors import of_disk

        click.echo(str(of_disk(error)), err=True)
        sys.exit(1)
    except Exception as error:  # whatever else is a defect of ours, and is said as one
        if debug:
            raise
        click.echo(_("a defect of planbook: {what}").format(what=f"{type(error).__name__}: {error}"), err=True)
        click.echo(_("run it again with --debug and report what it prints"), err=True)
        sys.exit(DEFECT)


def _leave(code: int) -> None:
    """Ends at once: Python itself would wait for threads that are still rendering."""
    click.echo(_("interrupted; what was finished is kept"), err=True)
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
