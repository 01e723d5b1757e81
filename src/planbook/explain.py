"""What a build would do, and for each task why: in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planbook.errors import PlanbookError, UsageError
from planbook.execute.reuse import Reason
from planbook.project import Project
from planbook.todo import Desk, Order, Work
from planbook.words import _


def explained(project: Project, order: Order, places: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lines about units and chapters: a pair is a unit and a chapter's number, "" for the whole unit."""
    notes: list[str] = []
    desk = Desk(project, order, notes.append)
    for unit, chapter in places:
        try:
            work = desk.look(unit)
        except PlanbookError as error:
            yield f"{unit}: {error}"
            continue
        finally:
            yield from notes
            notes.clear()
        yield f"{work.label} ({unit})"
        yield from (f"  {line}" for line in _chapters(work, chapter))
        if not chapter:
            yield f"  {_('book')}: {_book(work)}"


def _chapters(work: Work, chapter: str) -> Iterator[str]:
    wanted = [n for n in work.notebooks if n.stem.startswith(chapter)]
    if not wanted:
        numbers = ", ".join(notebook.stem[:2] for notebook in work.notebooks)
        raise UsageError(_("no chapter {chapter}").format(chapter=chapter), cure=numbers)
    for notebook in wanted:
        yield f"{notebook.stem}: {_said(work.runs[notebook], _('would run'))}"


def _book(work: Work) -> str:
    if work.to_run:
        return _("follows from its notebooks")
    return _said(work.book, _("would be rendered where it differs"))


def _said(reasons: Sequence[Reason], consequence: str) -> str:
    if not reasons:
        return _("up to date")
    return f"{consequence}: {', '.join(_reason(reason) for reason in reasons)}"


def _reason(reason: Reason) -> str:
    name = _place(reason.name)
    return {
        "first": _("{name} was not made yet").format(name=name) if name else _("not made yet"),
        "forced": "--force",
        "input": _("{name} changed").format(name=name),
        "output": _("{name} is not there, or not as it was made").format(name=name),
    }[reason.kind]


def _place(name: str) -> str:
    """An input as the user knows it: files by their path, the rest in words."""
    kind, _space, unit = name.rpartition(" ")
    words = {
        "params of": _("the parameters of {unit}").format(unit=unit),
        "planbook:": {
            "notebooks": _("planbook's code for notebooks"),
            "books": _("planbook's code for books"),
            "templates": _("planbook's templates"),
        }.get(unit, unit),
    }
    others = {
        "counties": _("the list of counties"),
        "look": _("how its pages are set"),
        "renderer": _("what sets the book"),
    }
    return words.get(kind, others.get(name, name))
