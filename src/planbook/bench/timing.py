"""Contenders that take turns, and what comes of it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Contender:
    """Someone who does the work. `ready` puts everything in place, untimed; `run` does it and may give its own seconds
    where not all of it counts."""

    name: str
    run: Callable[[], float | None]
    ready: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Goal:
    """How two medians should compare: `part` ÷ `whole` is at most, or at least, `bound`."""

    part: str
    whole: str
    bound: float
    at_least: bool = False

    def ratio(self, seconds: Mapping[str, Sequence[float]]) -> float | None:
        """None where one of them was not measured."""
        if not seconds.get(self.part) or not seconds.get(self.whole):
            return None
        return median(seconds[self.part]) / median(seconds[self.whole])

    def met(self, ratio: float) -> bool:
        return ratio >= self.bound if self.at_least else ratio <= self.bound


@dataclass
class Result:
    """A row as it was measured: per contender its seconds, and remarks on what was not."""

    row: str
    work: str
    seconds: dict[str, list[float]]
    goals: tuple[Goal, ...] = ()
    remarks: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        ratios = [
            {"part": g.part, "whole": g.whole, "ratio": g.ratio(self.seconds), "bound": g.bound, "at_least": g.at_least}
            for g in self.goals
        ]
        return {"row": self.row, "work": self.work, "seconds": self.seconds, "ratios": ratios, "remarks": self.remarks}


def take_turns(contenders: Sequence[Contender], times: int) -> dict[str, list[float]]:
    """Each contender's seconds, in the order measured. The turns interleave, so that a busy moment hits all alike."""
    seconds: dict[str, list[float]] = {one.name: [] for one in contenders}
    for _turn in range(times):
        for one in contenders:
            one.ready()
            begun = time.perf_counter()
            own = one.run()
            seconds[one.name].append(time.perf_counter() - begun if own is None else own)
    return seconds


Command = list[str | Path]


def run(command: Command, env: Mapping[str, str], cwd: Path | None = None) -> None:
    """Runs a command to its end. RuntimeError with what it said where it fails."""
    done = subprocess.run(command, env={**os.environ, **env}, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(map(str, command))
        raise RuntimeError(f"{words}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
