"""A round as one side of a comparison: built as far as its records, in a folder of its own, or reused from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from planbook.compare.builds import MakeRound
from planbook.errors import InputError
from planbook.outcome import Progress
from planbook.params import all_units, load_params
from planbook.pipeline import build
from planbook.project import Project
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.store import open_survey
from planbook.todo import Order
from planbook.words import _


def round_maker(project: Project, units: Sequence[str], tell: Callable[[Progress], None]) -> MakeRound:
    """A function that builds a round for these units (none: all that sent it a workbook). Doubts of its survey stop
    nothing here: they are among what is compared."""

    def make(round: str) -> Path:
        folder = project.build / "compare" / round
        chosen = tuple(unit for unit in units or all_units(project) if _sent(project, round, unit))
        if not chosen:
            raise InputError(_("the round {round} holds no workbook of these units").format(round=round))
        order = Order(chosen, (), round, {"since": None}, accept_errors=True, out=folder)
        faults = [f"{one.name}: {one.fault}" for one in build(project, order, tell) if one.fault]
        if faults:
            raise InputError("\n".join(faults), place=round)
        return folder

    return make


def _sent(project: Project, round: str, unit: str) -> bool:
    params = load_params(project, unit)
    known, mine = known_counties(project, unit, params), counties_of(unit, params)
    return bool(open_survey(project.rounds / round, known, only=mine, cache=project.cache / "survey").counties)
