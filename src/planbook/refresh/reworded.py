"""Lines that the new round's book words otherwise, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from planbook.book.printed import Saying
from planbook.book.wordtext import Span

ENDS = re.compile(r"[^。！？；\n]*[。！？；\n]?")


@dataclass(frozen=True)
class SentenceEdit:
    """Characters `start` to `end` of a line, whole sentences, and what the new round's book says there.

    differs: in its words, not in its numbers alone.
    """

    start: int
    end: int
    before: str
    after: str
    differs: bool


def sentence_places(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a line begins and ends."""
    return [(found.start(), found.end()) for found in ENDS.finditer(text) if found[0]]


def sentence_at(text: str, at: int) -> str:
    return next((text[start:end].strip() for start, end in sentence_places(text) if start <= at < end), "")


def sentence_edits(made: Saying, new: Saying) -> Iterator[SentenceEdit]:
    """A line as made, from left to right, against the new round's."""
    one, other = _plain(made), _plain(new)
    places, others = sentence_places(made.text), sentence_places(new.text)
    if len(one) != len(places) or len(other) != len(others):  # a name with a full stop in it
        yield SentenceEdit(0, len(made.text), made.text, new.text, made.pattern != new.pattern)
        return
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        start = places[a][0] if a < len(places) else len(made.text)
        end = places[b - 1][1] if b > a else start
        after = new.text[others[c][0] : others[d - 1][1]] if d > c else ""
        yield SentenceEdit(start, end, made.text[start:end], after, kind != "equal")


def differing(made: Saying, new: Saying) -> tuple[str, str]:
    """The sentences that differ in their words, as they were and as they are."""
    edits = [one for one in sentence_edits(made, new) if one.differs]
    return "".join(one.before for one in edits), "".join(one.after for one in edits)


def _plain(one: Saying) -> list[str]:
    """The sentences of a line with the ids of facts instead of their values."""
    text = with_facts(one, {span.fact: f"［{span.fact}］" for span in one.spans}).text
    return [text[start:end] for start, end in sentence_places(text)]


def with_facts(one: Saying, facts: Mapping[str, str]) -> Saying:
    """The same words around other numbers."""
    text, spans, at = "", [], 0
    for span in one.spans:
        text += one.text[at : span.start]
        value = facts.get(span.fact, one.text[span.start : span.end])
        spans.append(Span(len(text), len(text) + len(value), span.fact))
        text, at = text + value, span.end
    return Saying(text + one.text[at:], tuple(spans))
