"""Tracked changes: what is deleted stays in w:del, what is new stands in w:ins, under one name and one date.

New text looks like the text it replaces. Tracked changes that people left are kept: a deletion within somebody's
insertion stays within it, a new text never does.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from lxml import etree

from planbook.book.printed import Saying
from planbook.book.wordtext import GONE, WP, Element, Line, W

AUTHOR = "planbook"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
INSERTED = (f"{W}ins", f"{W}moveTo")


class Reviser:
    """Writes tracked changes into one document. `date`: as in 2020-08-01T00:00:00Z."""

    def __init__(self, root: Element, date: str) -> None:
        self.date = date
        self.numbers = count(1 + max(_numbers(one.get(f"{W}id") for one in root.iter()), default=0))
        controls = (one.get(f"{W}val") for one in root.iter(f"{W}id"))
        self.controls = count(1 + max(_numbers(controls), default=100_000))
        self.drawings = count(1 + max(_numbers(one.get("id") for one in root.iter(f"{WP}docPr")), default=0))

    def mark(self, kind: str) -> Element:
        """An empty w:ins or w:del."""
        attributes = {f"{W}id": str(next(self.numbers)), f"{W}author": AUTHOR, f"{W}date": self.date}
        return etree.Element(f"{W}{kind}", attributes)

    # -- text

    def replace(self, line: Line, start: int, end: int, new: str, *, whole: bool = False) -> None:
        """Other text in place of some characters. In one line from right to left: what is left of it stays as it is.

        whole: controls within go with their text.
        """
        if start == end:
            self._insert(line, start, new)
            return
        runs = [_alone(*piece) for piece in reversed(list(_pieces(line, start, end)))][::-1]
        look = runs[0].find(f"{W}rPr")
        if whole:
            for run in runs:
                _uncontrol(run)
        struck = [self.strike(run) for run in runs]
        place = [mark for mark in struck if mark.getparent() is struck[0].getparent()][-1]
        if new:
            self.after(place, self._inserted([self._run(new, look)]))

    def _insert(self, line: Line, at: int, new: str) -> None:
        """New text behind a character of a line, or where it begins; never within a control."""
        if not new:
            return
        if not line.text:
            line.element.append(self._inserted([self._run(new, _paragraph_look(line.element))]))
            return
        holder, index = line.spots[max(at - 1, 0)]
        run = _part(holder, index + 1) if at else _run_around(holder)
        around = (f"{W}sdtContent", f"{W}sdt", *(() if at else INSERTED))
        place: Element = run
        while (parent := place.getparent()) is not None and parent.tag in around:
            place = parent
        ins = self._inserted([self._run(new, run.find(f"{W}rPr"))])
        if at:
            self.after(place, ins)
        else:
            place.addprevious(ins)

    def strike(self, run: Element) -> Element:
        """Wraps a run into w:del, where it stands."""
        mark, parent = self.mark("del"), run.getparent()
        assert parent is not None
        parent.replace(run, mark)
        mark.append(run)
        for text in list(run.iter(f"{W}t", f"{W}instrText")):
            text.tag = f"{W}delText" if text.tag == f"{W}t" else f"{W}delInstrText"
            text.set(SPACE, "preserve")
        return mark

    def after(self, place: Element, new: Element) -> None:
        """Puts a w:ins behind an element; somebody's insertion around that is parted in two."""
        outer = place.getparent()
        if outer is not None and outer.tag in INSERTED:
            rest = list(place.itersiblings())
            if rest:
                second = _like(outer)
                second.set(f"{W}id", str(next(self.numbers)))
                second.extend(rest)
                outer.addnext(second)
            place = outer
        place.addnext(new)

    def _inserted(self, content: Sequence[Element]) -> Element:
        mark = self.mark("ins")
        mark.extend(content)
        return mark

    def _run(self, text: str, look: Element | None) -> Element:
        run = etree.Element(f"{W}r")
        if look is not None:
            run.append(_plain_look(look))
        for number, part in enumerate(text.split("\n")):
            if number:
                etree.SubElement(run, f"{W}br")
            if part:
                holder = etree.SubElement(run, f"{W}t", {SPACE: "preserve"})
                holder.text = part
        return run

    # -- pictures

    def swap_picture(self, piece: Element) -> Element:
        """Deletes the drawing that holds `piece` and inserts a copy of it; returns the copy's run, to be changed."""
        inner = piece
        while (parent := inner.getparent()) is not None and parent.tag != f"{W}r":
            inner = parent
        run = _alone(inner, 0, 0)
        new = copy.deepcopy(run)
        for properties in new.iter(f"{WP}docPr"):
            properties.set("id", str(next(self.drawings)))
        self.after(self.strike(run), self._inserted([new]))
        return new

    # -- rows

    def delete_row(self, row: Element) -> None:
        """A row with all that is in it."""
        for run in [run for run in row.iter(f"{W}r") if not any(a.tag in GONE for a in run.iterancestors())]:
            self.strike(run)
        self._mark_row(row, "del")

    def insert_row(self, after: Element, like: Element, cells: Sequence[Saying]) -> Element:
        """A row behind another, each cell looking like that of the row `like`, which has as many."""
        row = copy.deepcopy(like)
        for name in [name for name in map(str, row.keys()) if not name.startswith(W)]:  # Word's own ids, to be unique
            del row.attrib[name]
        for name in ("ins", "del", "trPrChange"):
            for mark in row.findall(f"{W}trPr/{W}{name}"):
                mark.getparent().remove(mark)  # type: ignore[union-attr]
        for cell, saying in zip(row.iterchildren(f"{W}tc"), cells, strict=True):
            self._fill(cell, saying)
        self._mark_row(row, "ins")
        after.addnext(row)
        return row

    def _fill(self, cell: Element, saying: Saying) -> None:
        first = next(cell.iter(f"{W}p"))
        runs = [run for run in first.iter(f"{W}r") if run.find(f"{W}t") is not None]
        look = runs[0].find(f"{W}rPr") if runs else _paragraph_look(first)
        properties = cell.find(f"{W}tcPr")
        paragraph = etree.Element(f"{W}p")
        if (style := first.find(f"{W}pPr")) is not None:
            paragraph.append(copy.deepcopy(style))
        at = 0
        for span in saying.spans:
            if saying.text[at : span.start]:
                paragraph.append(self._inserted([self._run(saying.text[at : span.start], look)]))
            inside = self._inserted([self._run(saying.text[span.start : span.end], look)])
            paragraph.append(self._control(span.fact, inside))
            at = span.end
        if saying.text[at:]:
            paragraph.append(self._inserted([self._run(saying.text[at:], look)]))
        for child in list(cell):
            if child is not properties:
                cell.remove(child)
        cell.append(paragraph)

    def _control(self, fact: str, content: Element) -> Element:
        control = etree.Element(f"{W}sdt")
        properties = etree.SubElement(control, f"{W}sdtPr")
        for name, value in (("alias", fact), ("tag", fact), ("id", str(next(self.controls)))):
            etree.SubElement(properties, f"{W}{name}", {f"{W}val": value})
        etree.SubElement(control, f"{W}sdtContent").append(content)
        return control

    def _mark_row(self, row: Element, kind: str) -> None:
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            before = row.find(f"{W}tblPrEx")
            row.insert(0 if before is None else row.index(before) + 1, properties)
        change = properties.find(f"{W}trPrChange")
        properties.insert(len(properties) if change is None else properties.index(change), self.mark(kind))
        for paragraph in row.iter(f"{W}p"):
            inner = _first(paragraph, "pPr")
            look = inner.find(f"{W}rPr")
            if look is None:
                look = etree.Element(f"{W}rPr")
                at = [n for n, one in enumerate(inner) if one.tag in (f"{W}sectPr", f"{W}pPrChange")]
                inner.insert(at[0] if at else len(inner), look)
            for old in [one for one in look if one.tag in (f"{W}ins", f"{W}del")]:
                look.remove(old)
            look.insert(0, self.mark(kind))


def retag(line: Line, names: Mapping[str, str]) -> None:
    """The controls of facts in a line, or around it, under other facts' ids. `names`: old id → new one."""
    around = list(line.element.iterancestors(f"{W}sdt"))
    for control in (*line.element.iter(f"{W}sdt"), *around):
        for name in ("tag", "alias"):
            mark = control.find(f"{W}sdtPr/{W}{name}")
            if mark is not None and (new := names.get(mark.get(f"{W}val", ""))):
                mark.set(f"{W}val", new)


def _uncontrol(run: Element) -> None:
    """Takes a run out of its control: one that is emptied would show a prompt to type something."""
    content = run.getparent()
    control = content.getparent() if content is not None and content.tag == f"{W}sdtContent" else None
    if content is None or control is None:
        return
    for child in reversed(list(content)):
        control.addnext(child)
    parent = control.getparent()
    assert parent is not None
    parent.remove(control)


def _pieces(line: Line, start: int, end: int) -> Iterator[tuple[Element, int, int]]:
    """The parts of w:t, and whole tabs and breaks, that hold some characters of a line."""
    held: list[tuple[Element, int, int]] = []
    for holder, index in line.spots[start:end]:
        if held and held[-1][0] is holder:
            held[-1] = (holder, held[-1][1], index + 1)
        else:
            held.append((holder, index, index + 1))
    yield from held


def _alone(piece: Element, start: int, end: int) -> Element:
    """A run of its own for some characters of a w:t, or for another piece of a run; what is before keeps its run."""
    run = _part(piece, end)
    if start and piece.tag == f"{W}t":
        _part(piece, start)
        run = _next_run(run)
        piece = next(run.iterchildren(f"{W}t"))
    content = [child for child in run if child.tag != f"{W}rPr"]
    if content[0] is piece:
        return run
    alone = _run_of(run, [piece])
    run.addnext(alone)
    return alone


def _part(piece: Element, at: int) -> Element:
    """Ends the run of a w:t behind its first `at` characters, or behind another piece; the rest goes to a run of its
    own. Returns the run that ends there."""
    run = _run_around(piece)
    text = piece.text or ""
    rest: list[Element] = []
    if piece.tag == f"{W}t" and at < len(text):
        tail = etree.Element(f"{W}t", {SPACE: "preserve"})
        piece.text, tail.text = text[:at], text[at:]
        piece.set(SPACE, "preserve")
        rest.append(tail)
    rest += list(piece.itersiblings())
    if rest:
        run.addnext(_run_of(run, rest))
    return run


def _run_around(piece: Element) -> Element:
    run = piece.getparent()
    assert run is not None
    return run


def _next_run(run: Element) -> Element:
    following = run.getnext()
    assert following is not None
    return following


def _run_of(run: Element, content: Sequence[Element]) -> Element:
    new = _like(run)
    if (look := run.find(f"{W}rPr")) is not None:
        new.append(copy.deepcopy(look))
    new.extend(content)
    return new


def _like(element: Element) -> Element:
    """The same element without content."""
    return etree.Element(element.tag, {str(key): str(value) for key, value in element.items()})


def _plain_look(look: Element) -> Element:
    """The properties of a run, without tracked changes of its format or of a paragraph's mark."""
    new = etree.Element(f"{W}rPr")
    skipped = {f"{W}{name}" for name in ("rPrChange", "ins", "del", "moveFrom", "moveTo")}
    new.extend(copy.deepcopy(one) for one in look if one.tag not in skipped)
    return new


def _paragraph_look(paragraph: Element) -> Element | None:
    return paragraph.find(f"{W}pPr/{W}rPr")


def _first(parent: Element, name: str) -> Element:
    found = parent.find(f"{W}{name}")
    if found is None:
        found = etree.Element(f"{W}{name}")
        parent.insert(0, found)
    return found


def _numbers(values: Iterator[str | None]) -> Iterator[int]:
    return (int(value) for value in values if value and value.lstrip("-").isdigit())
