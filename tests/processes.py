"""Processes that a test started: which are alive, and waiting until they are not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def group_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes of a build that are alive: its session's."""
    alive = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, session = stat.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(session) == process.pid and state != "Z":
            alive.append(int(stat.parent.name))
    return alive


def is_soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
