"""The prose that people type into chapters and notebooks, with the place of every line of it.

What Jinja or Python fills in becomes HOLE. `{## on purpose: 13, 甲县 ##}` in a chapter spares these words on its own
line and the next one, `# on purpose: 13` in a notebook's code the same. What is no chapter or notebook at all is told
by the build, not here.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError

from planbook.book.narrative import environment_of
from planbook.words import _, at_line

HOLE = "\ufffc"
CHINESE = re.compile("[\u4e00-\u9fff]")
PURPOSE = re.compile(r"(?:^ *|# *)on purpose:(.*)", re.S)
COMMENT = re.compile(r"\{## *on purpose:(.*?)##\}", re.S)
# what is no prose in it: attributes, references, targets of links, code, tags
MARKUP = re.compile(r"\{[#.:=][^}]*\}|\[@[^\]]*\]|\]\([^)]*\)|`[^`]*`|<[^>]*>|\{\{<.*?>\}\}")


@dataclass(frozen=True)
class Line:
    """One line of prose. `spared`: what was typed on purpose."""

    place: str
    text: str
    spared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Something in typed prose that ought not to be there."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def chapter_lines(chapters: Path, name: str) -> Iterator[Line]:
    """The prose of a chapter (its name relative to `chapters`), without markup."""
    try:
        tokens = list(environment_of(chapters).lex((chapters / name).read_text("utf-8")))
    except TemplateSyntaxError:
        return
    prose, spared, row = [""], {}, 0
    for _line, kind, value in tokens:
        if kind == "data":
            added = value
        elif kind == "string" and CHINESE.search(value):
            added = HOLE + value[1:-1] + HOLE
        elif kind == "comment" and (found := PURPOSE.search(value)):
            spared[row] = _words(found[1])
            added = "\n" * value.count("\n")
        else:
            added = (HOLE if kind in ("variable_begin", "block_begin") else "") + "\n" * value.count("\n")
        first, *more = added.split("\n")
        prose[-1] += first
        prose += more
        row = len(prose) - 1
    for number, line in enumerate(prose):
        words = (*spared.get(number - 1, ()), *spared.get(number, ()))
        yield Line(at_line(f"chapters/{name}", number + 1), MARKUP.sub(HOLE, line), words)


def spared_in(chapters: Path, name: str) -> tuple[str, ...]:
    """Everything that is marked as typed on purpose in a chapter, or in a unit's own version of it."""
    paths = [path for path in (chapters / name, *sorted(chapters.glob(f"*/{name}"))) if path.is_file()]
    return tuple(
        word for path in paths for marked in COMMENT.findall(path.read_text("utf-8")) for word in _words(marked)
    )


def notebook_lines(path: Path) -> Iterator[Line]:
    """The Chinese texts of a notebook's code, which become captions, alternative texts, notes and cells."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except (ValueError, KeyError):
        return
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            place = _("{notebook}, cell {number}").format(notebook=f"notebooks/{path.name}", number=number)
            yield from python_lines("".join(cell["source"]), place)


def python_lines(source: str, place: str) -> Iterator[Line]:
    """The Chinese texts of some Python, those of an f-string joined, docstrings left out."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    spared = {
        number: _words(found[1])
        for number, line in enumerate(source.splitlines(), 1)
        if (found := PURPOSE.search(line))
    }
    passed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    passed |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in passed:
            text = _text(node)
            if CHINESE.search(text):
                words = (*spared.get(node.lineno - 1, ()), *spared.get(node.lineno, ()))
                yield Line(at_line(place, node.lineno), text, words)


def _text(node: ast.expr) -> str:
    """What a string says; HOLE for what is filled into it, "" for what is no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or HOLE for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split("[,，、]", listed))
