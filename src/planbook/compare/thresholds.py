"""How grave a difference is, declared in one place."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Severity = Literal["loss", "major", "minor", "slight"]
SEVERITIES: tuple[Severity, ...] = ("loss", "major", "minor", "slight")  # worst first

MAJOR, MINOR = Decimal(10), Decimal(1)  # percent that a printed number changes by, at least
REWORDED = 45  # percent alike that two sentences are, to be one that was rewritten
SHOWN = 12  # of a list; the rest is counted


def severity_of(percent: Decimal | None, *, lost: bool = False, printed: bool = True) -> Severity:
    """Of a changed number; `percent` None: it cannot be told, or it is no number. What is not printed is slight."""
    if lost:
        return "loss"
    if not printed:
        return "slight"
    if percent is None or abs(percent) >= MAJOR:
        return "major"
    return "minor" if abs(percent) >= MINOR else "slight"
