"""The text of a Word document as it reads now: lines with the facts in them, tables, pictures.

What is deleted in a tracked change is no text, what is inserted is. What a field shows (a number of a caption, a
reference, a table of contents) is none either, Word computes it anew: one sign stands for it. Content controls are
found wherever Word and WPS put them: around runs, paragraphs or cells, within each other, around text in many runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
GONE = (f"{W}del", f"{W}moveFrom")
SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
FIELD = "\ufffc"  # stands for whatever a field shows
MARK = "_Ref_tbl_"  # how the bookmark in a table's caption begins
FIGURE = "fig-"  # how the name of a figure's picture begins
Element = etree._Element


@dataclass(frozen=True)
class Span:
    """Where a fact stands in a line: characters `start` to `end`."""

    start: int
    end: int
    fact: str


@dataclass
class Line:
    """A paragraph. `spots`: for each character the w:t (or the tab, the break) that holds it, and its index there."""

    element: Element
    text: str = ""
    spots: list[tuple[Element, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


@dataclass
class Row:
    """A row of a table; `head`: it is repeated on every page."""

    element: Element
    head: bool
    cells: list[list[Line]] = field(default_factory=list)


@dataclass
class Table:
    """A table. `key`: the bookmark in its caption, empty where there is none."""

    element: Element
    key: str
    caption: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Picture:
    """A figure of ours: its name, and the reference to its image part."""

    run: Element
    name: str
    blip: Element


@dataclass
class Text:
    """A document. `emptied`: facts whose control holds no text, outside tables; `tangled`: those whose control holds
    more than a line, or other controls and text of its own."""

    blocks: list[Line | Table] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    tangled: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """All lines outside tables."""
        return (block for block in self.blocks if isinstance(block, Line))

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


def read_text(body: Element) -> Text:
    """The text of a document's body."""
    reader = _Reader()
    reader.inside(body)
    return reader.out


@dataclass
class _Control:
    fact: str
    empty: bool  # it shows a prompt to type something
    spots: list[tuple[Line, int]] = field(default_factory=list)
    inner: int = 0  # tagged controls within


class _Reader:
    def __init__(self) -> None:
        self.out = Text()
        self.line: Line | None = None
        self.table: Table | None = None
        self.row: Row | None = None
        self.cell: list[Line] | None = None
        self.controls: list[_Control] = []
        self.fields: list[bool] = []  # open fields: is the result reached?
        self.deleted = 0
        self.key, self.caption = "", ""  # of the table whose caption was read last

    def inside(self, parent: Element) -> None:
        for child in parent:
            self.node(child)

    def node(self, one: Element) -> None:
        tag = one.tag
        if tag in GONE:
            self.deleted += 1
            self.inside(one)
            self.deleted -= 1
        elif tag == f"{W}p":
            self._line(one)
        elif tag == f"{W}tbl" and self.table is None:
            self._table(one)
        elif tag == f"{W}tr" and self.table is not None and one.getparent() is not None:
            self._row(one)
        elif tag == f"{W}tc" and self.row is not None:
            self._cell(one)
        elif tag == f"{W}sdt":
            self._control(one)
        elif tag == f"{W}t":
            self._characters(one.text or "", one)
        elif tag in SIGNS:
            self._characters(SIGNS[tag], one)
        elif tag == f"{W}fldChar":
            self._field(one.get(f"{W}fldCharType", ""), one)
        elif tag == f"{W}fldSimple":
            self._characters(FIELD, one)
            self.fields.append(True)
            self.inside(one)
            self.fields.pop()
        elif tag == f"{W}bookmarkStart":
            if one.get(f"{W}name", "").startswith(MARK) and self.table is None:
                self.key = one.get(f"{W}name", "")
        elif tag == f"{WP}docPr":
            self._picture(one)
        elif isinstance(tag, str) and tag not in (FALLBACK, f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}tblPr"):
            self.inside(one)

    def _line(self, one: Element) -> None:
        around, self.line = self.line, Line(one)
        key = self.key
        place = self.cell if self.cell is not None else self.out.blocks
        place.append(self.line)
        self.inside(one)
        if self.key != key:
            self.caption = self.line.text.partition("\u3000")[2] or self.line.text
        self.line = around

    def _table(self, one: Element) -> None:
        self.table = Table(one, self.key, self.caption if self.key else "")
        self.key = self.caption = ""
        self.out.blocks.append(self.table)
        self.inside(one)
        self.table = None

    def _row(self, one: Element) -> None:
        if self.cell is not None:  # of a table within a table: its lines belong to the cell around
            self.inside(one)
            return
        assert self.table is not None
        if one.find(f"{W}trPr/{W}del") is not None:
            self.deleted += 1
        self.row = Row(one, one.find(f"{W}trPr/{W}tblHeader") is not None)
        if not self.deleted:
            self.table.rows.append(self.row)
        self.inside(one)
        self.row = None
        if one.find(f"{W}trPr/{W}del") is not None:
            self.deleted -= 1

    def _cell(self, one: Element) -> None:
        if self.cell is not None:
            self.inside(one)
            return
        assert self.row is not None
        self.cell = []
        self.row.cells.append(self.cell)
        self.inside(one)
        self.cell = None

    def _control(self, one: Element) -> None:
        content, tag = one.find(f"{W}sdtContent"), one.find(f"{W}sdtPr/{W}tag")
        if content is None:
            return
        fact = tag.get(f"{W}val", "") if tag is not None else ""
        whole = next(content.iter(f"{W}tbl", f"{WP}docPr"), None) is not None  # a table's or a figure's
        if not fact or whole or any(self.fields):
            self.inside(content)
            return
        for outer in self.controls:
            outer.inner += 1
        control = _Control(fact, one.find(f"{W}sdtPr/{W}showingPlcHdr") is not None)
        self.controls.append(control)
        self.inside(content)
        self.controls.pop()
        self._close(control)

    def _close(self, control: _Control) -> None:
        if not control.spots:
            if not control.inner and not self.deleted and self.table is None:
                self.out.emptied.append(control.fact)
            return
        line, start = control.spots[0]
        end = control.spots[-1][1] + 1
        if control.inner or any(where is not line for where, _at in control.spots):
            self.out.tangled.append(control.fact)
        elif control.empty:
            if self.table is None:
                self.out.emptied.append(control.fact)
        else:
            line.spans.append(Span(start, end, control.fact))

    def _characters(self, text: str, holder: Element) -> None:
        if self.line is None or self.deleted or any(self.fields):
            return
        line, begin, signs = self.line, len(self.line.text), range(len(text))
        if self.controls:
            self.controls[-1].spots += [(line, begin + index) for index in signs]
        line.text += text
        line.spots += [(holder, index) for index in signs]

    def _field(self, kind: str, one: Element) -> None:
        if kind == "begin":
            self._characters(FIELD, one)
            self.fields.append(False)
        elif kind == "separate" and self.fields:
            self.fields[-1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _picture(self, one: Element) -> None:
        name = one.get("name", "")
        drawing = one.getparent()
        blip = next(drawing.iter(f"{A}blip"), None) if drawing is not None else None
        run = next(one.iterancestors(f"{W}r"), None)
        if name.startswith(FIGURE) and blip is not None and run is not None and not self.deleted:
            self.out.pictures.append(Picture(run, name, blip))
