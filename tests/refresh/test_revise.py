"""Tracked changes in a paragraph, however its text was split into runs."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from planbook.book.wordtext import Element, Line, W, read_text
from planbook.refresh.revise import Reviser

PIECES = st.lists(st.text("户小区0123<&", min_size=1, max_size=4), min_size=1, max_size=5)
Run = tuple[str, bool, bool]  # text, bold, inserted by somebody


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Run], int, int, str]:
    runs = [(text, draw(st.booleans()), draw(st.booleans())) for text in draw(PIECES)]
    length = sum(len(text) for text, _bold, _inserted in runs)
    start = draw(st.integers(0, length))
    return runs, start, draw(st.integers(start, length)), draw(st.text("新数9", max_size=3))


def body_of(runs: list[Run]) -> Element:
    body = etree.Element(f"{W}body")
    paragraph = etree.SubElement(body, f"{W}p")
    for number, (text, bold, inserted) in enumerate(runs):
        around = paragraph
        if inserted:
            around = etree.SubElement(paragraph, f"{W}ins", {f"{W}id": str(number), f"{W}author": "李工"})
        run = etree.SubElement(around, f"{W}r")
        if bold:
            etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}b")
        etree.SubElement(run, f"{W}t").text = text
    return body


def line_of(body: Element) -> Line:
    return next(read_text(body).lines())


def looks(line: Line) -> list[tuple[str, bool]]:
    return [
        (sign, holder.getparent().find(f"{W}rPr/{W}b") is not None)  # type: ignore[union-attr]
        for sign, (holder, _at) in zip(line.text, line.spots, strict=True)
    ]


def taken_back(body: Element) -> Element:
    """As if somebody had rejected what planbook changed."""
    body = copy.deepcopy(body)
    for mark in list(body.iter(f"{W}ins", f"{W}del")):
        parent = mark.getparent()
        if parent is None or mark.get(f"{W}author") != "planbook":
            continue
        for run in mark if mark.tag == f"{W}del" else ():
            mark.addprevious(run)
        parent.remove(mark)
    for text in body.iter(f"{W}delText"):
        text.tag = f"{W}t"
    return body


@given(edits())
def test_a_replacement_reads_as_wanted_and_can_be_taken_back(edit: tuple[list[Run], int, int, str]) -> None:
    runs, start, end, new = edit
    body = body_of(runs)
    before = looks(line_of(body))
    Reviser(body, "2020-11-01T00:00:00Z").replace(line_of(body), start, end, new)
    after = looks(line_of(body))
    text = "".join(run[0] for run in runs)
    assert "".join(sign for sign, _bold in after) == text[:start] + new + text[end:]
    assert after[:start] == before[:start] and after[start + len(new) :] == before[end:]
    assert looks(line_of(taken_back(body))) == before
    numbers = [mark.get(f"{W}id") for mark in body.iter(f"{W}ins", f"{W}del")]
    assert len(numbers) == len(set(numbers))
    assert not [
        mark for mark in body.iter(f"{W}ins") if next(mark.iterancestors(f"{W}ins", f"{W}del"), None) is not None
    ]
