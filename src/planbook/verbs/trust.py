"""Whether a book can be signed: where its numbers come from, and whether it keeps its own rules."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from planbook.errors import InputError
from planbook.verbs.common import debug_option, pairs_option, round_option, write_text
from planbook.words import _


@click.command(
    help=_("What stands behind a number of a UNIT's last book: a fact's id, or a number as it is printed."),
    epilog=_("Example: python3 build.py trace yumin plan.2021.households"),
)
@click.argument("unit", metavar="UNIT")
@click.argument("what", metavar="FACT|NUMBER")
@round_option
@click.option("--rows", type=click.IntRange(0), default=30, show_default=True, help=_("Rows to show; 0 is all."))
@debug_option
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


@click.command(
    help=_("Check the plan's own rules over the survey, UNITs or all, without building; exit code 1 if one fails."),
    epilog=_("Example: python3 build.py audit yumin --published data/published/2021-2025.yml --json audit.json"),
)
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@click.option(
    "--published", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help=_("Check the figures of an existing document, too: against each other, the rules and the survey."),
)  # fmt: skip
@click.option("--json", "json_file", metavar="FILE", default="", help=_("The same as JSON; - is stdout."))
@round_option
@pairs_option
@debug_option
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
        write_text(json_file, json_text(audited, reviewed))
    with Screen(to_stderr=json_file == "-") as screen:
        show(screen.console, audited, reviewed)
    sys.exit(1 if broken(audited, reviewed) else 0)
