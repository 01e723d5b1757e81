"""What becomes of a number, a cell or a picture, from three texts: as printed, as it reads, as the new round has it."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["same", "update", "overwritten", "gone"]


def decide(printed: str | None, current: str, new: str | None) -> Verdict:
    """`printed`: None where planbook never printed it here; `new`: None where the new round has none.

    same: it needs no change, be it that nothing changed or that somebody wrote the new value already.
    overwritten: people wrote something of their own: neither what was printed nor what the new round says.
    """
    if current == new:
        return "same"
    if new is None:
        return "gone"
    if current == printed:
        return "update"
    return "overwritten"
