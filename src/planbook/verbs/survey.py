"""The survey: reading a round, and adding a county with its form."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import list2cmdline
from typing import TYPE_CHECKING

import click

from planbook.errors import UsageError
from planbook.verbs.common import debug_option, write_text
from planbook.words import _

if TYPE_CHECKING:
    from planbook.project import Project
    from planbook.survey.check import Bounds
    from planbook.survey.county import County
    from planbook.survey.store import Survey


@click.command(
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
@debug_option
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
        write_text(json_file, json_text(export(surveys, names)))
    if csv_file:
        write_text(csv_file, csv_text(issue for found in surveys for issue in found.issues))
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


@click.command(
    help=_("Add a county: its params file, and an empty workbook of the survey's form. Or begin another prefecture."),
    epilog=_("Example: python3 build.py new kuitun --name 奎屯市 --code 654003 --extends tacheng"),
)
@click.argument("unit", metavar="[UNIT]", required=False, default="")
@click.option("--name", default="", help=_("The county's full name."))
@click.option("--code", default="", help=_("Its six-digit code (GB/T 2260)."))
@click.option("--extends", default="", metavar="UNIT", help=_("The prefecture it belongs to."))
@click.option(
    "--form", "form", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help=_("Where to write the empty workbook."),
)  # fmt: skip
@click.option("--prefecture", metavar="NAME", default="", help=_("Lay out a project for another prefecture."))
@click.option(
    "--into", metavar="FOLDER", type=click.Path(path_type=Path), default=None,
    help=_("Where to lay it out; the current folder, if it is empty."),
)  # fmt: skip
@debug_option
def new(
    unit: str, name: str, code: str, extends: str, form: Path | None, prefecture: str, into: Path | None, debug: bool
) -> None:
    if prefecture:
        if name or extends or form:
            raise UsageError(
                _("--name, --extends and --form are a county's"), cure=_("begin with --prefecture, then add counties")
            )
        return _new_prefecture(prefecture, unit, code, into or Path.cwd())
    if not unit or into:
        raise UsageError(
            _("new what?"), cure=_("a county: new UNIT --name …; a project: new --prefecture NAME --into FOLDER")
        )
    return _new_county(unit, name, code, extends, form)


def _new_prefecture(name: str, unit: str, code: str, folder: Path) -> None:
    from datetime import date

    from planbook.newproject import lay_out

    laid = lay_out(folder, name, unit=unit, code=code, today=date.today())
    click.echo(_("laid out: {folder}").format(folder=folder.resolve()))
    if laid.open:
        click.echo(
            _("still to be filled in: {keys} in {file}").format(
                keys=", ".join(laid.open), file=f"params/{laid.unit}.yml"
            )
        )
    words = [sys.executable, "build.py"]  # the Python that has planbook; which one `python3` is, nobody knows
    command = list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
    said = _("next, in that folder: {command} new UNIT --name … adds a county and makes its form;")
    click.echo(said.format(command=command))
    said = _("put the workbooks into {folder}, then: {command}")
    click.echo(said.format(folder=f"data/survey/{laid.round}", command=command))


def _new_county(unit: str, name: str, code: str, extends: str, form: Path | None) -> None:
    from planbook.newunit import new_unit, write_form
    from planbook.params import unit_ids
    from planbook.project import find_project

    project = find_project()
    if form and unit in unit_ids(project) and not (name or code or extends):
        write_form(project, unit, form)
        click.echo(_("the form to fill in: {file}").format(file=form))
        return
    made = new_unit(project, unit, name=name, code=code, extends=extends, form=form)
    click.echo(_("written: {file}").format(file=f"params/{unit}.yml"))
    click.echo(_("the form to fill in: {file}").format(file=made.form))
    if made.open:
        click.echo(_("still to be filled in there: {keys}").format(keys=", ".join(made.open)))
    if made.listed:
        click.echo(_("added to counties in {file}").format(file=f"params/{made.prefecture}.yml"))
    else:
        click.echo(_("add {unit} to counties in {file}").format(unit=unit, file=f"params/{made.prefecture}.yml"))
