"""What an executed notebook says of itself: did a cell fail, did one write to stdout or stderr, and where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from planbook.errors import PlanbookError
from planbook.execute.limits import NotebookTimeoutError
from planbook.words import _

Kind = Literal["input", "defect", "noise", "timeout"]

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class RunError:
    """Why a notebook's run does not count.

    `kind` is "input" where a PlanbookError was raised (the survey or the parameters are at fault), "noise" where a cell
    wrote to stdout or stderr, "timeout" where it took longer than it may (`message` is the limit), else "defect".
    `cell` counts code cells from 1, the injected parameters included, as
    Jupyter's In[n] does; 0 where no cell is to blame. `line` is the first failing line in that cell, 0 where unknown;
    `source` the failing lines themselves. `traceback` is plain text.
    """

    notebook: str
    cell: int
    source: str
    kind: Kind
    message: str
    traceback: str = ""
    line: int = 0


def code_cells(cells: list[Any]) -> list[Any]:
    """The cells a kernel runs, in order: code cells with something in them."""
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def find_error(notebook: Any, name: str) -> RunError | None:
    """The failure of an executed notebook: the cell that raised, else the first that wrote to stdout or stderr."""
    for number, cell, output in _outputs(notebook, "error"):
        trace = plain("\n".join(output.traceback))
        line, source = failing_lines(cell.source, cell.execution_count or number, trace)
        kind: Kind = "input" if _is_users(output.ename) else "defect"
        if output.ename == NotebookTimeoutError.__name__:
            kind = "timeout"
        message = f"{output.ename}: {output.evalue}".rstrip(": ") if kind == "defect" else output.evalue
        return RunError(name, number, source, kind, plain(message), trace, line)
    for number, cell, output in _outputs(notebook, "stream"):
        text = plain(output.text).strip()
        first = text.splitlines()[0] if text else repr(output.text)
        message = _("the cell writes to {stream}: {text}").format(stream=output.name, text=first)
        return RunError(name, number, cell.source, "noise", message)
    return None


def plain(text: str) -> str:
    """The text without the colours of a terminal."""
    return _ANSI.sub("", text)


def failing_lines(source: str, count: int, trace: str) -> tuple[int, str]:
    """First line and text of the statement that failed in the cell In[count]; the whole cell where no line is known."""
    places = [int(line) for cell, line in re.findall(r"Cell In\[(\d+)\], line (\d+)", trace) if int(cell) == count]
    lines = source.splitlines()
    if not places or not 0 < places[-1] <= len(lines):
        return 0, source
    first, last = _statement(source, places[-1])
    return first, "\n".join(lines[first - 1 : last])


def last_line(source: str, said: str) -> tuple[int, str]:
    """First line and text of the statement that ran when a child died, from what faulthandler wrote of its stack."""
    places = re.findall(r'File "[^"]*ipykernel_[^"]*", line (\d+) in ', said)
    if not places or int(places[0]) > len(source.splitlines()):
        return 0, source
    first, last = _statement(source, int(places[0]))
    return first, "\n".join(source.splitlines()[first - 1 : last])


def _statement(source: str, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement around `line`; of a block only its own line."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or the very error to report
        return line, line
    around = [
        node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    inner = max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)), default=None)
    if inner is None or hasattr(inner, "body"):
        return line, line
    return inner.lineno, inner.end_lineno or line


def _outputs(notebook: Any, kind: str) -> Iterator[tuple[int, Any, Any]]:
    for number, cell in enumerate(code_cells(notebook.cells), 1):
        for output in cell.outputs:
            if output.output_type == kind:
                yield number, cell, output


def _is_users(name: str) -> bool:
    """Whether a class of this name is an error the user can mend. A kernel tells the name alone."""
    families: list[type[PlanbookError]] = [PlanbookError]
    for family in families:
        families.extend(family.__subclasses__())
    return name in {family.__name__ for family in families}
