"""Whose turn it is: what somebody looks at before all others, pages before PDFs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from planbook.preview.board import View

PORTAL = View("", "html")


def every(units: Collection[str]) -> list[View]:
    """All that there is to do for these units."""
    return [view for unit in units for view in (View(unit, "html"), View(unit, "pdf"))]


def next_turn(due: Iterable[View], open_: Collection[View], always: Collection[str]) -> View | None:
    """The first that is due of what is open, then of the units that are `always` kept, or of all for the portal.

    None: whatever else is due waits until somebody opens it.
    """

    def rank(view: View) -> int | None:
        if view in open_:
            return 0 if view.form == "html" else 1
        return 2 if view.form == "html" and (view.unit in always or PORTAL in open_) else None

    ranked = [(turn, view) for view in due if (turn := rank(view)) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else None
