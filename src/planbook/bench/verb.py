"""The rows of the bench by name, and what the terminal shows of them."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from statistics import median

from planbook.bench.place import Bench
from planbook.bench.timing import Result

ROWS = {
    "notebooks": "planbook.bench.notebooks",
    "books": "planbook.bench.books",
    "nothing": "planbook.bench.books",
    "cell": "planbook.bench.books",
    "sentence": "planbook.bench.books",
    "preview": "planbook.bench.writing",
    "units": "planbook.bench.scale",
    "scale": "planbook.bench.cluster",
    "survey": "planbook.bench.workbooks",
}


def rows() -> list[str]:
    return [name for name, module in ROWS.items() if find_spec(module)]


def measure(bench: Bench, chosen: Sequence[str]) -> Iterator[Result]:
    for name in chosen:
        row: Callable[[Bench], Result] = getattr(import_module(ROWS[name]), name)
        yield row(bench)


def lines(result: Result) -> Iterator[str]:
    """A row as text: medians with their spread, then ratios with their goals."""
    yield f"{result.row} ({result.work})"
    for name, seconds in result.seconds.items():
        if seconds:
            spread = f"{min(seconds):.3f} – {max(seconds):.3f}"
            yield f"  {name:<44} {median(seconds):9.3f} s   ({spread}, {len(seconds)} ×)"
    for goal in result.goals:
        ratio = goal.ratio(result.seconds)
        word = "≥" if goal.at_least else "≤"
        found = "—" if ratio is None else f"{ratio:.2f}"
        mark = "" if ratio is None else "  ✓" if goal.met(ratio) else "  ✗"
        yield f"  {goal.part} ÷ {goal.whole}: {found}   goal {word} {goal.bound:g}{mark}"
    yield from (f"  {remark}" for remark in result.remarks)


def machine() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {version}"


def as_json(results: Sequence[Result]) -> str:
    content = {"machine": machine(), "rows": [result.as_dict() for result in results]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
