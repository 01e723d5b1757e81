"""What a notebook may take: time and memory. One that takes more fails alone, and says where.

At its time the running cell is interrupted by an exception, so that the run is written as far as it came; code that
does not come back to Python is ended a little later by a watchdog, with the line it was in. Memory is bounded by the
system where it can (Linux): an allocation beyond it is a MemoryError of the cell.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

GRACE = 5  # seconds from the exception to the watchdog


class NotebookTimeoutError(Exception):
    """The notebook ran for longer than it may."""


@dataclass(frozen=True)
class Limits:
    """`seconds` for a whole notebook, `megabytes` of memory for its process; 0: as much as it wants."""

    seconds: int = 0
    megabytes: int = 0


@contextmanager
def limited(limits: Limits, last_words: Path, interrupt: bool) -> Iterator[None]:
    """Holds a block to its limits. What a crash or the watchdog has to say goes to `last_words`, which is removed where
    the block comes to its end. `interrupt`: whether the code to be stopped runs in this very thread."""
    last_words.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        file = stack.enter_context(last_words.open("w", encoding="utf-8"))
        stack.enter_context(_crash_told(file))
        if limits.megabytes:
            stack.enter_context(_memory(limits.megabytes << 20))
        if limits.seconds:
            stack.enter_context(_watchdog(limits.seconds + GRACE if interrupt else limits.seconds, file))
        if limits.seconds and interrupt and threading.current_thread() is threading.main_thread():
            stack.enter_context(_alarm(limits.seconds))
        yield
    last_words.unlink()


@contextmanager
def _crash_told(file: IO[str]) -> Iterator[None]:
    faulthandler.enable(file)
    try:
        yield
    finally:
        faulthandler.disable()


@contextmanager
def _watchdog(seconds: int, file: IO[str]) -> Iterator[None]:
    faulthandler.dump_traceback_later(seconds, exit=True, file=file)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise NotebookTimeoutError(f"{seconds} s")

    before: Any = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _memory(size: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
