"""What a build says while it goes on, and how each unit fared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Literal

from planbook.book.prose import Doubt
from planbook.book.reuse import Part
from planbook.execute.verdict import RunError
from planbook.words import _

Stage = Literal["survey", "notebooks", "books", "note"]


@dataclass
class Outcome:
    """How one unit fared. `fault` is what stopped its book, `defect` whether that is ours (with its `traceback`).

    `seconds` adds up its notebooks and its rendering, which run beside those of other units; `ran` and `rendered` are
    what was not reused.
    """

    unit: str
    name: str
    pages: int = 0
    facts: int = 0
    issues: int = 0
    files: int = 0
    seconds: float = 0.0
    fault: str = ""
    defect: bool = False
    traceback: str = ""
    ran: tuple[str, ...] = ()
    rendered: tuple[Part, ...] = ()
    doubts: tuple[Doubt, ...] = ()  # what somebody should look at in the prose

    @property
    def reused(self) -> bool:
        """Whether nothing of this unit was made anew."""
        return not (self.fault or self.ran or self.rendered)


@dataclass(frozen=True)
class Progress:
    """One step done: `done` of `total` in a stage; or a note, in words."""

    stage: Stage
    done: int
    total: int
    what: str = ""


Tell = Callable[[Progress], None]


def failure(root: Path, output: Path, error: RunError) -> str:
    """A notebook's failure in words: the cell, the line, what happened there, and how far the run came."""
    place = error.notebook
    if error.line:
        place = _("{notebook}, cell {number}, line {line}").format(
            notebook=error.notebook, number=error.cell, line=error.line
        )
    elif error.cell:
        place = _("{notebook}, cell {number}").format(notebook=error.notebook, number=error.cell)
    said = [f"{place}: {error.message}"]
    if error.kind == "timeout":
        message = _("stopped, it ran for longer than {limit}").format(limit=error.message)
        cure = _("see what takes so long, or set execution.timeout in params/")
        said = [f"{place}: {message}\n  → {cure}"]
    if error.kind != "input" and error.source:
        said.append(indent(dedent(error.source), "    "))
    if output.is_file():
        run = output.relative_to(root).as_posix()
        said.append("  " + _("the run as far as it came: {file}").format(file=run))
    return "\n".join(said)
