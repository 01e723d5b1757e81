"""What is done with books once they are made: the manifest, the portal, and the record of each in the index.

It is done while others are still being made, so a build that is stopped or killed has lost little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic

from planbook.book.literals import typed_numbers
from planbook.book.manifest import Built, write_manifest
from planbook.book.portal import write_portal
from planbook.book.prose import Doubt
from planbook.book.strangers import names_in_sources, unit_names
from planbook.errors import PlanbookError
from planbook.index import Record
from planbook.outcome import Outcome
from planbook.todo import Desk, Work

PAUSE = 10.0  # seconds between two writings, at least
SHARE = 20  # of the time that went by, a writing takes one part at most


@dataclass(kw_only=True)
class Made:
    """A unit whose book is being made: its work, what was read beside its notebooks' results; and once the book is
    there, its record, and what the manifest says of it."""

    work: Work
    reads: list[str]
    record: Record | None = None
    built: Built | None = None


class Finish:
    """Takes in the books of one build as they are made."""

    def __init__(self, desk: Desk, outcomes: Mapping[str, Outcome]) -> None:
        self._desk, self._outcomes = desk, outcomes
        self._waiting: list[Made] = []
        self._due = monotonic() + PAUSE

    def take(self, made: Made) -> None:
        """A unit that was worked on, whether its book is there or not."""
        self._waiting.append(made)
        if monotonic() >= self._due:
            begun = monotonic()
            with suppress(OSError, PlanbookError):  # what is the matter is said by the last writing
                self.write()
            self._due = monotonic() + max(PAUSE, SHARE * (monotonic() - begun))

    def write(self) -> None:
        """The manifest and the portal; then the books can be recorded, with their place in the manifest."""
        built = {made.work.unit: made.built for made in self._waiting if made.built}
        if built or (self._desk.manifest and self._portal_differs()):
            self._publish(built)
        self._record()
        for unit in built:
            self._outcomes[unit].doubts = (*self._typed, *self._outcomes[unit].doubts)
        self._waiting = []

    def _publish(self, built: Mapping[str, Built]) -> None:
        desk = self._desk
        desk.manifest = write_manifest(desk.out, built)
        write_portal(desk.out, desk.manifest)
        names = [desk.output(name) for name in ("manifest.json", "index.html")]
        outputs = {name: desk.index.look_again(name) for name in names}
        desk.index.put(self._portal, Record(desk.book_code, outputs))

    def _record(self) -> None:
        """Of a unit whose book failed the notebooks' runs are kept all the same."""
        desk = self._desk
        steady = desk.index.steady([*desk.book_side.files, *desk.templates.files, *desk.index.sources])
        for made in self._waiting:
            if made.record and steady:
                now = desk.inputs(made.work, made.reads)
                desk.index.put(desk.book_task(made.work.unit), Record(now, made.record.outputs, made.record.more))
            desk.index.settle(made.work.unit)

    def outputs(self) -> Iterator[str]:
        """Every file of the order's books, the manifest, the portal, and this machine's fonts that pages asked for."""
        for task in (self._portal, *(self._desk.book_task(unit) for unit in self._desk.order.units)):
            if record := self._desk.index.task(task):
                yield from record.outputs
                yield from (name for name in record.inputs if Path(name).is_absolute())  # fonts of this machine

    @cached_property
    def _typed(self) -> tuple[Doubt, ...]:
        project = self._desk.project
        return (*typed_numbers(project), *names_in_sources(project, unit_names(project)))

    @property
    def _portal(self) -> str:
        return f"/portal {self._desk.output('')}"

    def _portal_differs(self) -> bool:
        record = self._desk.index.task(self._portal)
        return record is None or record.inputs != self._desk.book_code or bool(self._desk.index.whole(record.outputs))
