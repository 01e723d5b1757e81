"""The preview itself: what changed is built, page by page and book by book, and every open page is told.

Two threads work. The watcher's answers a change of the narrative at once, with a draft of the open page. The main one
builds, as `build` does, one book at a time; a change during a build leads to one more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic, perf_counter
from traceback import format_exc

from planbook.errors import PlanbookError, of_disk
from planbook.outcome import Outcome, Progress
from planbook.pipeline import build
from planbook.preview.board import Board, View
from planbook.preview.changes import only_narrative
from planbook.preview.draft import Draft, open_draft
from planbook.preview.shelf import Shelf
from planbook.preview.turns import every, next_turn
from planbook.project import Project
from planbook.todo import Order
from planbook.words import _

QUIET = 1.0  # seconds without a change before the build repeats what a draft already shows

Say = Callable[[str], None]


class Session:
    """`order`: what to build, its formats apart. `always`: units that are kept fresh although nobody looks at them."""

    def __init__(
        self, project: Project, order: Order, board: Board, shelf: Shelf, say: Say, always: Collection[str] = ()
    ) -> None:
        self.project, self.order, self.board, self.shelf, self.say = project, order, board, shelf, say
        self._always = frozenset(always)
        self._first = set(order.units)  # built once, whoever looks
        self._lock = threading.Lock()  # of what follows
        self._due: list[View] = every(order.units)
        self._drafts: dict[str, Draft] = {}
        self._sound: set[str] = set()  # units that a draft can be made of
        self._edit = 0  # changes so far
        self._not_before = 0.0  # when the next build may begin

    # -- the watchers' threads

    def changed(self, names: frozenset[str]) -> None:
        """Sources changed: everything is due, and the open pages are drafted if a draft can show the change."""
        with self._lock:
            self._edit += 1
            edit = self._edit
            self._due = every(self.order.units)
            if not only_narrative(names):
                self._drafts.clear()
                self._sound.clear()
            drafts = dict(self._drafts)
        for unit, draft in drafts.items():
            pages = [page for page in self.board.pages() if page.startswith(f"{unit}/")]
            if pages:
                self._not_before = monotonic() + QUIET
                self._draft(draft, unit, pages, edit)
        self.board.say()

    def _draft(self, draft: Draft, unit: str, pages: Sequence[str], edit: int) -> None:
        begun = perf_counter()
        name = draft.edition.params.unit.name
        try:
            draft.update()
            for page in pages:
                if content := draft.page(page):
                    self.shelf.put(page, content, edit)
                    seconds = f"{perf_counter() - begun:.1f}"
                    self.say(_("{name}: page {page} in {seconds} s").format(name=name, page=page, seconds=seconds))
        except Exception as error:  # ends neither the watch nor the build, which is next and looks at everything
            self.board.fault(unit, name, _said(error))
        else:
            self.board.fault(unit, name, "")

    # -- the main thread

    def run(self) -> None:
        """Builds whatever is due, for ever."""
        while True:
            self.board.wait_for(self._next)()

    def _next(self) -> Callable[[], None] | None:
        """What to do now: a book that is due; else a draft for the next change of one that is open or always kept."""
        open_ = self.board.views()
        if monotonic() < self._not_before:
            return None
        with self._lock:
            if view := next_turn(self._due, open_, self._always | self._first):
                return partial(self.turn, view)
            lacking = sorted(self._sound & (self._always | {view.unit for view in open_}) - self._drafts.keys())
            return partial(self._prepare, lacking[0]) if lacking else None

    def turn(self, view: View) -> None:
        """Builds one document of one unit and tells its pages."""
        with self._lock:
            self._due.remove(view)
            edit = self._edit
        outcome = self._built(view)
        self._first.discard(view.unit)
        with self._lock:
            newer = self._edit > edit
            if outcome.fault and not newer:  # its PDF would fail as well
                self._due = [one for one in self._due if one.unit != view.unit]
            if not outcome.fault and not newer:
                self._sound.add(view.unit)
        if not outcome.fault and view.form == "html":
            self.shelf.built(view.unit, edit)
        if not newer:
            self.board.fault(view.unit, outcome.name, outcome.fault)
        self._report(view, outcome)
        self.board.say(busy="")

    def _built(self, view: View) -> Outcome:
        order = replace(self.order, units=(view.unit,), formats=(view.form,))
        outcome = Outcome(view.unit, view.unit)
        self.board.say(busy=view.unit)
        try:
            return build(self.project, order, self._tell)[0]
        except Exception as error:  # a defect of ours ends no preview either
            outcome.fault, outcome.defect = _said(error), not isinstance(error, PlanbookError | OSError)
            outcome.traceback = format_exc() if outcome.defect else ""
        return outcome

    def _tell(self, step: Progress) -> None:
        if step.stage == "note":
            self.say(step.what)
        self.board.say(busy=step.what)

    def _prepare(self, unit: str) -> None:
        with self._lock:
            edit = self._edit
            self._sound.discard(unit)  # tried once
        try:
            draft = open_draft(self.project, self.order, unit)
        except (PlanbookError, OSError, ValueError):  # files are changing; the build that follows says what is wrong
            return
        with self._lock:
            if self._edit == edit:
                self._drafts[unit] = draft

    def _report(self, view: View, outcome: Outcome) -> None:
        if outcome.fault:
            self.say(
                _("{unit}: not built").format(unit=outcome.name) + f"\n{outcome.fault}\n{outcome.traceback}".rstrip()
            )
        elif not outcome.reused:
            self.say(_("{name}: {form} in {seconds} s").format(
                name=outcome.name, form=view.form, seconds=f"{outcome.seconds:.1f}"
            ))  # fmt: skip


def _said(error: Exception) -> str:
    if isinstance(error, PlanbookError):
        return str(error)
    if isinstance(error, OSError):
        return str(of_disk(error))
    return _("a defect of planbook: {what}").format(what=f"{type(error).__name__}: {error}")
