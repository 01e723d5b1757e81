"""Building books, and saying what a build would do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planbook.errors import UsageError
from planbook.verbs.common import (
    DEFECT,
    debug_option,
    formats_in,
    overrides_in,
    pairs_option,
    renderer_option,
    round_option,
    since_option,
    standards_in,
)
from planbook.words import _

if TYPE_CHECKING:
    from planbook.outcome import Outcome
    from planbook.pipeline import Makers


@click.command(
    help=_("Build the books of UNITs (ids, names or codes), or of all."),
    epilog=_("Example: python3 build.py build wusu --to pdf,docx -P targets.2021=35"),
)
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@round_option
@since_option
@click.option(
    "--to", "formats", metavar="LIST", default="html,pdf,docx,xlsx", show_default=True,
    help=_("Formats to make; also html-single, one page to mail."),
)  # fmt: skip
@pairs_option
@click.option("--engine", type=click.Choice(["fork", "kernel"]), default="fork", help=_("How notebooks are run."))
@click.option("--start", type=click.Choice(["fork", "spawn"]), default=None, help=_("How their processes are started."))
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help=_("Notebooks at a time."))
@click.option(
    "--pdf-standard", "standards", metavar="LIST", default="",
    help=_("What PDFs conform to: ua-1 (accessible), a-2b (archives), or both; each unit's own if not given."),
)  # fmt: skip
@click.option("--accept-errors", is_flag=True, help=_("Build although the survey has errors; the documents say so."))
@click.option("--strict", is_flag=True, help=_("Build no unit that breaks a rule of its own plan."))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=None, help=_("Where to put the books.")
)
@renderer_option
@click.option(
    "--executor",
    type=click.Choice(["local", "dask"]),
    default="local",
    help=_("Who makes the books: this machine, or the workers of a Dask cluster."),
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help=_("The cluster, as tcp://host:8786; else one is started here."),
)
@click.option("--store", metavar="URL", default="", help=_("Where workers leave what they made: a path or s3://…"))
@click.option("--force", is_flag=True, help=_("Make everything anew, whatever was made before."))
@debug_option
@click.pass_context
def build(
    context: click.Context, units: Sequence[str], round_: str, since: str | None, formats: str, pairs: Sequence[str],
    engine: Any, start: Any, jobs: int | None, standards: str, accept_errors: bool, strict: bool, out: Path | None,
    renderer: Any, executor: str, scheduler: str, store: str, force: bool, debug: bool,
) -> None:  # fmt: skip
    from planbook import uptodate
    from planbook.execute.workers import warm_up
    from planbook.params import all_units, find_unit
    from planbook.project import find_project

    project = find_project()
    ids = [find_unit(project, unit) for unit in dict.fromkeys(units)] or all_units(project)
    makers = _cluster(executor, scheduler, store, jobs)
    if not makers and engine == "fork" and (force or uptodate.concerns_notebooks(str(project.root))):
        warm_up(start, project.cache / "matplotlib")  # the imports below take as long

    from planbook.pipeline import build as run
    from planbook.terminal import Screen
    from planbook.todo import Order

    order = Order(
        tuple(dict.fromkeys(ids)), formats_in(formats), round_, overrides_in(pairs, since), engine, start,
        jobs or 0, accept_errors, out.resolve() if out else None, strict, force, standards_in(standards), renderer,
    )  # fmt: skip
    with Screen() as screen:
        outcomes = run(project, order, screen.tell, context.obj, makers)
        if debug:
            click.echo("".join(outcome.traceback for outcome in outcomes), err=True, nl=False)
        if all(outcome.reused for outcome in outcomes):
            screen.nothing_to_do(len(outcomes))
        else:
            screen.outcomes(outcomes, out or project.book)
    sys.exit(_exit_code(outcomes))


def _cluster(executor: str, scheduler: str, store: str, jobs: int | None) -> Makers | None:
    """Who makes the books instead of this machine. UsageError for options that do not fit, or without Dask."""
    if executor == "local":
        if scheduler or store:
            raise UsageError(_("--scheduler and --store go with --executor dask"), cure=_("add it, or leave them out"))
        return None
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise UsageError(_("Dask is not installed"), cure='pip install "planbook[dask]"')
    from planbook.cluster.client import Cluster

    return Cluster(scheduler, store, jobs or 0).make


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.defect for outcome in outcomes):
        return DEFECT
    return 1 if any(outcome.fault for outcome in outcomes) else 0


@click.command(
    help=_("Say what a build would do and why; a chapter is named as in wusu/03."),
    epilog=_("Example: python3 build.py explain wusu/03"),
)
@click.argument("places", nargs=-1, metavar="[UNIT[/CHAPTER]]...")
@round_option
@since_option
@click.option(
    "--to", "formats", metavar="LIST", default="html,pdf,docx,xlsx", show_default=True, help=_("Formats to make.")
)
@pairs_option
@renderer_option
@debug_option
def explain(
    places: Sequence[str],
    round_: str,
    since: str | None,
    formats: str,
    pairs: Sequence[str],
    renderer: Any,
    debug: bool,
) -> None:
    from planbook.explain import explained
    from planbook.params import all_units, find_unit
    from planbook.project import find_project
    from planbook.todo import Order

    project = find_project()
    named = [(find_unit(project, unit), chapter) for unit, _slash, chapter in (p.partition("/") for p in places)]
    named = named or [(unit, "") for unit in all_units(project)]
    units = tuple(dict.fromkeys(unit for unit, _chapter in named))
    order = Order(units, formats_in(formats), round_, overrides_in(pairs, since), renderer=renderer)
    for line in explained(project, order, named):
        click.echo(line)
