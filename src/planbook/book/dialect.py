"""What a chapter may contain, checked line by line before anything is rendered.

The common mistakes are found here, with file and line. What only a parser sees is refused by `_plan/dialect.lua`, and
what only the whole book shows (numbering) by `_plan/labels.lua`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from planbook.book.folder import BookFolder
from planbook.errors import InputError
from planbook.words import _

FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(.*?)\s*$")
DIV = re.compile(r"^(:{3,})\s*(.*?)\s*:*\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(\{[^{}]*\})?\s*$")
LABEL = re.compile(r"#((?:sec|fig|tbl)-[^\s}]+)")
REFERENCE = re.compile(r"(?<![A-Za-z0-9._\\])@\{?([A-Za-z][A-Za-z0-9_-]*)")
SPAN = re.compile(r"\]\{([^}]*)\}")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]*)\)(\{[^}]*\})?")
NOTE = re.compile(r"\[\^([^\]\s]+)\](:)?")
ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
FACT = re.compile(r"""^\.fact\s+fact=(?:"[\w.:-]{1,64}"|[\w.:-]{1,64})$""")
CLASSES = {"tbl": {"landscape", "small"}, "fig": {"landscape"}}
CALLOUTS = {"callout-note", "callout-tip", "callout-important", "callout-warning", "callout-caution"}
IMAGE_FILES = (".svg", ".png")


@dataclass(frozen=True)
class Problem:
    """One violation, at a line of a chapter (1-based)."""

    file: str
    line: int
    message: str
    cure: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class Book:
    """What the scan of all chapters gathers: labels and footnotes with their place, references still to be resolved."""

    labels: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    references: list[tuple[str, int, str]] = field(default_factory=list)


def check(folder: BookFolder) -> None:
    """Raise an InputError that names the first violation, and lists the others."""
    problems = list(find_problems(folder))
    if problems:
        first, *others = problems
        more = "".join(f"\n  {other.place}: {other.message}" for other in others)
        raise InputError(first.message + more, place=first.place, cure=first.cure)


def find_problems(folder: BookFolder) -> Iterator[Problem]:
    """Every violation in every chapter, in reading order; references that lead nowhere come last."""
    book = Book()
    for file in folder.files:
        yield from Chapter(folder, file, book).problems()
    for file, line, label in book.references:
        if label not in book.labels:
            near = difflib.get_close_matches(label, book.labels, 1)
            cure = _("did you mean @{label}?").format(label=near[0]) if near else ""
            yield Problem(file, line, _("unknown reference @{label}").format(label=label), cure)


@cache
def _foreign() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """What a line of prose must not contain, with message and cure."""
    return (
        (
            re.compile(r"\{%|\{\{(?!<)"),
            _("a template's sign is left in the text"),
            _("the assembly should have replaced it"),
        ),
        (
            re.compile(r"\{\{<(?!\s*pagebreak\s*>\}\}\s*$)"),
            _("only the shortcode {{< pagebreak >}} is in the dialect"),
            _("alone in its line"),
        ),
        (
            re.compile(r"<(?!https?://)[A-Za-z/!]"),
            _("raw HTML in the text"),
            _("put a table into a fenced ```{=html} block; write \\< for the sign"),
        ),
        (re.compile(r"\\[A-Za-z]"), _("raw LaTeX in the text"), _("write \\\\ for the sign")),
        (re.compile(r"`"), _("code in the text"), _("write \\` for the sign")),
        (re.compile(r"\$[^\s$][^$]*\$(?!\d)"), _("a formula in the text"), _("write \\$ for the sign")),
    )


class Chapter:
    """One chapter under the scan: where in fences, divs and headings the line at hand stands."""

    def __init__(self, folder: BookFolder, file: str, book: Book) -> None:
        self.folder, self.file, self.book = folder, file, book
        self.lines = (folder.path / file).read_text("utf-8").splitlines()
        self.level = 0  # of the heading above
        self.fence = ""  # its marks while inside one
        self.fenced = 0  # the line it opened at
        self.divs: list[tuple[str, int]] = []  # the open ones: tbl, fig or callout, and the line they opened at
        self.noted: dict[str, int] = {}  # footnotes referred to, and where first
        self.explained: set[str] = set()  # footnotes that have their text

    def problems(self) -> Iterator[Problem]:
        for number, line in enumerate(self.lines, start=1):
            for message, cure in self._line(number, line):
                yield Problem(self.file, number, message, cure)
        if self.level == 0:
            yield Problem(self.file, 1, _("a chapter begins with its heading"), "# 标题 {#sec-…}")
        for at in [line for _kind, line in self.divs] + ([self.fenced] if self.fence else []):
            yield Problem(self.file, at, _("this div or fence is never closed"))
        for name, at in self.noted.items():
            if name not in self.explained:
                yield Problem(self.file, at, _("the footnote [^{name}] has no text").format(name=name), f"[^{name}]: …")

    def _line(self, number: int, line: str) -> Iterable[tuple[str, str]]:
        fence = FENCE.match(line)
        if self.fence:
            if fence and fence[1].startswith(self.fence) and not fence[2]:
                self.fence = ""
                return []
            return self._html(line)
        if fence:
            self.fence, self.fenced = fence[1], number
            return self._opening(fence[2])
        if self.level == 0 and line.strip() and not line.startswith("# "):
            self.level = 1  # say so once
            return [(_("a chapter begins with its heading"), "# 标题 {#sec-…}")]
        div = DIV.match(line)
        if div:
            return self._div(number, div[2])
        heading = HEADING.match(line)
        if heading and not self._inside("callout"):
            return [*self._heading(len(heading[1]), heading[3] or ""), *self._labels(number, heading[3] or "")]
        return self._prose(number, line)

    def _inside(self, kind: str) -> bool:
        return any(kind == one for one, _line in self.divs)

    def _opening(self, kind: str) -> Iterator[tuple[str, str]]:
        if kind != "{=html}":
            yield _("a code block is not in the dialect"), "```{=html}"
        elif not self._inside("tbl"):
            yield _("an HTML table stands in a div of its own"), "::: {#tbl-…}"

    def _html(self, line: str) -> Iterator[tuple[str, str]]:
        if re.search(r"\{\{|\{%", line):
            yield _foreign()[0][1:]
        for tag in re.findall(r"<span\b[^>]*>", line):
            if 'class="fact"' not in tag or not re.search(r'data-fact="[\w.:-]{1,64}"', tag):
                yield _("a span in a table is a fact"), '<span class="fact" data-fact="…">'

    def _div(self, number: int, attributes: str) -> Iterator[tuple[str, str]]:
        if not attributes:
            if not self.divs:
                yield _("this closes no div"), ""
            else:
                self.divs.pop()
            return
        identifier = re.search(r"#(fig|tbl)-", attributes)
        classes = set(re.findall(r"\.([\w-]+)", re.sub(r'"[^"]*"', "", attributes)))
        kind = identifier[1] if identifier else "callout"
        known = CLASSES[kind] if identifier else CALLOUTS
        if not attributes.startswith("{") or classes - known or (not identifier and not classes):
            yield _("unknown div {attributes}").format(attributes=attributes), "{#tbl-…}, {#fig-…}, {.callout-note}"
        if self.divs and identifier:
            yield _("a figure or table stands by itself, not inside another div"), ""
        self.divs.append((kind, number))
        yield from self._labels(number, attributes)

    def _heading(self, level: int, attributes: str) -> Iterator[tuple[str, str]]:
        if level == 1 and self.level:
            yield _("a second heading of level 1: one chapter, one file"), "##"
        if level == 1 and "#sec-" not in attributes:
            yield _("the chapter heading needs a label"), "# 标题 {#sec-…}"
        if level > 4 or (self.level and level > self.level + 1):
            yield _("the heading skips a level, or is deeper than four"), "#" * min(self.level + 1, 4)
        self.level = level

    def _labels(self, number: int, attributes: str) -> Iterator[tuple[str, str]]:
        for label in LABEL.findall(attributes):
            if not re.fullmatch(r"[A-Za-z0-9_-]+", label):
                yield _("the label {label} is not of ASCII letters, digits and hyphens").format(label=label), ""
            if label in self.book.labels:
                yield _("{label} is defined twice").format(label=label), self.book.labels[label]
            self.book.labels.setdefault(label, f"{self.file}:{number}")

    def _prose(self, number: int, line: str) -> Iterator[tuple[str, str]]:
        text = ESCAPED.sub("·", line)
        for pattern, message, cure in _foreign():
            if pattern.search(text):
                yield message, cure
        yield from self._images(number, text)
        for attributes in SPAN.findall(text):
            if not FACT.match(attributes):
                yield _("a span is a fact"), '[…]{.fact fact="…"}'
        for label in REFERENCE.findall(text):
            if not re.match(r"(fig|tbl|sec)-", label):
                yield _("@{label} is no figure, table or section").format(label=label), r"write \@ for the sign"
            else:
                self.book.references.append((self.file, number, label))
        for name, colon in NOTE.findall(text):
            if not (colon and text.startswith(f"[^{name}]:")):
                self.noted.setdefault(name, number)
                continue
            self.explained.add(name)
            if name in self.book.notes:
                cure = _("first at {place}; name footnotes after their chapter: [^03-1]")
                message = _("the footnote [^{name}] is defined twice in the book")
                yield message.format(name=name), cure.format(place=self.book.notes[name])
            self.book.notes.setdefault(name, f"{self.file}:{number}")

    def _images(self, number: int, text: str) -> Iterator[tuple[str, str]]:
        for image in IMAGE.finditer(text):
            if image[0] != text.strip() or not ("#fig-" in (image[2] or "") or self._inside("fig")):
                yield _("a figure stands alone in its paragraph, with a label"), "![题注](figures/…){#fig-…}"
            for extension in IMAGE_FILES:
                if not (self.folder.path / (image[1] + extension)).is_file():
                    yield _("there is no file {file}").format(file=image[1] + extension), _("name it without extension")
            yield from self._labels(number, image[2] or "")
