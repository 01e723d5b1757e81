"""Whose turn it is: the book that somebody looks at before all others, its pages before its PDF."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from planbook.preview.board import View

PORTAL = View("", "html")


def every(units: Iterable[str]) -> list[View]:
    """All that there is to do for these units, pages first."""
    listed = list(units)
    return [View(unit, form) for form in ("html", "pdf") for unit in listed]


def next_turn(due: Iterable[View], open_: Collection[View], always: Collection[View]) -> View | None:
    """The first that is due and open, else the first that is due and `always` kept, or of a unit on the open portal.

    None: what else is due waits until somebody opens it. Of a book whose pages are due the PDF has to wait.
    """
    waiting = list(due)
    ready = [view for view in waiting if view.form == "html" or View(view.unit, "html") not in waiting]
    # who looks at the PDF waits for the pages, too: they come first
    for view in ready:
        if view in open_ or (view.form == "html" and View(view.unit, "pdf") in open_):
            return view
    for view in ready:
        if view in always or (PORTAL in open_ and view.form == "html"):
            return view
    return None
