"""The book of the new round, built as any other, in a folder of its own, or reused from there."""

from __future__ import annotations

from collections.abc import Callable

from planbook.book.printed import Source
from planbook.book.wordtext import FIGURE
from planbook.compare.record import read_record
from planbook.errors import InputError, UsageError
from planbook.outcome import Progress
from planbook.params import all_units
from planbook.pipeline import build
from planbook.project import Project
from planbook.refresh.opened import Fresh, open_word
from planbook.survey.rounds import read_round
from planbook.todo import Order
from planbook.words import _


def make_fresh(
    project: Project, source: Source, round: str, tell: Callable[[Progress], None], *, accept_errors: bool = False
) -> Fresh:
    """Builds the Word file of the document's unit, with its overrides, for a round ("": the one of its parameters).

    UsageError: no such round. InputError: the unit is none of this project's, or cannot be built for that round.
    """
    unit = source.unit
    if unit not in all_units(project):
        message = _("the document is the plan of {unit}, which is no unit of this project").format(unit=unit)
        raise InputError(message, cure=_("change to the project that it was made in; params/ lists its units"))
    if round and not (project.rounds / round).is_dir():
        rounds = sorted(path.name for path in project.rounds.iterdir() if path.is_dir())
        raise UsageError(_("no round {round}").format(round=round), cure=", ".join(rounds))
    out = project.build / "refresh" / (round or "own")
    order = Order((unit,), ("docx",), round, source.overrides, accept_errors=accept_errors, out=out)
    (outcome,) = build(project, order, tell)
    if outcome.fault:
        raise InputError(outcome.fault, place=outcome.name)
    (file,) = (out / unit).glob("*.docx")
    word, record = open_word(file), read_record(out / unit)
    assert word.printed is not None
    info = read_round(project.rounds / word.printed.source.round)
    facts = {id: (str(fact["display"]), str(fact["unit"])) for id, fact in record.facts.items()}
    captions = {FIGURE + id: str(figure["caption"]) for id, figure in record.figures.items()}
    day = info.date if len(info.date) > len("2020-08") else f"{info.date}-01"
    return Fresh(record.name, word, word.printed, facts, captions, info.label, f"{day}T00:00:00Z")


def label_of(project: Project, round: str) -> str:
    """What people call a round; its id where its folder is no longer there."""
    folder = project.rounds / round
    return read_round(folder, implied=True).label if folder.is_dir() else round
