"""What pages and the build know of each other: which pages are open, what stopped the build, what goes on now."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")

PAPER = "pdf"  # yumin/pdf is the PDF of this unit, whatever the file is called


@dataclass(frozen=True)
class View:
    """A unit's document that somebody looks at: "html" or "pdf"; the portal is "" in "html"."""

    unit: str
    form: Literal["html", "pdf"]


def is_paper(path: str) -> bool:
    """Whether this is the address of a unit's PDF."""
    return path.partition("/")[2] == PAPER


def view_of(path: str) -> View:
    """What a page shows, by its address."""
    unit, slash, _rest = path.partition("/")
    return View(unit if slash else "", "pdf" if is_paper(path) else "html")


class Board:
    """Shared by the threads of a preview. Whoever waits is woken by every change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._version = 0
        self._pages: Counter[str] = Counter()
        self._faults: dict[str, tuple[str, str]] = {}  # unit → its name, what stopped its book
        self._busy = ""

    def say(self, *, busy: str | None = None) -> None:
        """Something is there to be looked at; `busy`: what goes on now, "" for nothing."""
        with self._changed:
            self._busy = self._busy if busy is None else busy
            self._wake()

    def fault(self, unit: str, name: str, text: str) -> None:
        """What stopped a unit's book; "" once it is mended."""
        with self._changed:
            if text:
                self._faults[unit] = (name, text)
            else:
                self._faults.pop(unit, None)
            self._wake()

    def _wake(self) -> None:
        self._version += 1
        self._changed.notify_all()

    def after(self, version: int, seconds: float) -> int:
        """Waits for something newer than `version`, but not longer than this; the version there is now."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version, seconds)
            return self._version

    def wait_for(self, found: Callable[[], T | None]) -> T:
        """What `found` gives as soon as it gives something; asked again after every change."""
        with self._changed:
            while (it := found()) is None:
                self._changed.wait(0.5)  # Windows lets no Ctrl-C in while it waits without end
            return it

    def state(self, path: str) -> Mapping[str, object]:
        """What a page is told: the faults of its unit, on the portal those of all, and what goes on."""
        unit = view_of(path).unit
        with self._changed:
            faults = [list(said) for one, said in sorted(self._faults.items()) if unit in ("", one)]
            return {"faults": faults, "busy": self._busy}

    @contextmanager
    def opened(self, path: str) -> Iterator[None]:
        """The page is open as long as the block lasts."""
        with self._changed:
            self._pages[path] += 1
            self._wake()
        try:
            yield
        finally:
            with self._changed:
                self._pages[path] -= 1

    def pages(self) -> list[str]:
        """The pages that are open."""
        with self._changed:
            return sorted(path for path, number in self._pages.items() if number)

    def views(self) -> set[View]:
        return {view_of(path) for path in self.pages()}
