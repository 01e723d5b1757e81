"""The programs that set a book: Pandoc, and Typst in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Any

from planbook.errors import PlanbookError
from planbook.words import _

FROM_OUTSIDE = {2, 9, 15}  # signals: SIGINT, SIGKILL, SIGTERM; others are the program's own faults


def run_program(name: str, command: Sequence[str], book: str, **how: Any) -> tuple[int, bytes, str]:
    """Exit code, output, and what was said on standard error. PlanbookError where the system, or somebody, stopped it:
    most often it is memory that was lacking. `book`: whose title the message begins with; `how`: of subprocess.run."""
    done = subprocess.run(command, capture_output=True, check=False, **how)
    if -done.returncode in FROM_OUTSIDE:
        raise PlanbookError(
            _("{program} was stopped from outside (signal {signal})").format(program=name, signal=-done.returncode),
            place=book,
            cure=_("close other programs, for memory may have run out, then build again"),
        )
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()
