"""Lines that the new round's book words otherwise: what of them differs, numbers in facts apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from planbook.book.printed import Saying
from planbook.book.wordtext import FIELD, Span

ENDS = "。！？；\n"
SENTENCE = re.compile(rf"[^{ENDS}]*[{ENDS}]?")
NUMBER = re.compile(r"\d[\d.,%]*")
ALIKE = 0.6  # sentences that share no more of their tokens are replaced whole


@dataclass(frozen=True)
class Edit:
    """Characters `start` to `end` of a line, and what the new round's book says there."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True)
class Token:
    """A part of a line that is not cut in two: a fact, a number, any other character."""

    key: str
    start: int
    end: int


Sentence = Sequence[Token]


def sentence_places(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a line begins and ends."""
    return [(found.start(), found.end()) for found in SENTENCE.finditer(text) if found[0]]


def sentence_at(text: str, at: int) -> str:
    return next((text[start:end].strip() for start, end in sentence_places(text) if start <= at < end), "")


def word_edits(made: Saying, new: Saying) -> Iterator[Edit]:
    """What differs in a line, from left to right: parts of sentences where little does, whole ones else."""
    one, other = _sentences(made), _sentences(new)
    matcher = SequenceMatcher(None, [_key(s) for s in one], [_key(s) for s in other], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        for mine, theirs in zip(one[a:b], other[c:d], strict=False):
            yield from _within(made, mine, new, theirs)
        both = min(b - a, d - c)
        start = one[a + both][0].start if a + both < len(one) else len(made.text)
        end = one[b - 1][-1].end if a + both < b else start
        before, after = made.text[start:end], _text(new, other[c + both : d])
        if before or after:
            yield Edit(start, end, before, after)


def cuts_field(edit: Edit, made: Saying) -> bool:
    """Does an edit take away or bring a reference, or stand right behind one? Such are left to people."""
    return FIELD in made.text[max(edit.start - 1, 0) : edit.end] + edit.after


def _within(made: Saying, mine: Sentence, new: Saying, theirs: Sentence) -> Iterator[Edit]:
    """The parts of one sentence that differ; all of it where it is hardly the same sentence."""
    matcher = SequenceMatcher(None, _key(mine), _key(theirs), autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if matcher.ratio() < ALIKE:
        codes = [("replace", 0, len(mine), 0, len(theirs))]
    for _kind, a, b, c, d in codes:
        start = mine[a].start if a < len(mine) else mine[-1].end
        end = mine[b - 1].end if b > a else start
        yield Edit(start, end, made.text[start:end], _text(new, [theirs[c:d]]))


def differing(made: Saying, new: Saying) -> tuple[str, str]:
    """The sentences that differ in their words, as they were and as they are."""
    one, other = _sentences(made), _sentences(new)
    keys = [_key(sentence) for sentence in one], [_key(sentence) for sentence in other]
    before = [sentence for sentence, key in zip(one, keys[0], strict=True) if key not in keys[1]]
    after = [sentence for sentence, key in zip(other, keys[1], strict=True) if key not in keys[0]]
    return _text(made, before), _text(new, after)


def _sentences(one: Saying) -> list[list[Token]]:
    """The sentences of a line. A fact goes by its id: its value is no word."""
    facts = {span.start: span for span in one.spans if span.end > span.start}
    out: list[list[Token]] = [[]]
    at = 0
    while at < len(one.text):
        if at in facts:
            token = Token(f"［{facts[at].fact}］", at, facts[at].end)
        else:
            limit = min((start for start in facts if start > at), default=len(one.text))
            found = NUMBER.match(one.text, at, limit)
            token = Token(found[0], at, found.end()) if found else Token(one.text[at], at, at + 1)
        out[-1].append(token)
        at = token.end
        if token.key in ENDS:
            out.append([])
    return [sentence for sentence in out if sentence]


def _key(sentence: Sentence) -> tuple[str, ...]:
    return tuple(token.key for token in sentence)


def _text(one: Saying, sentences: Sequence[Sentence]) -> str:
    return "".join(one.text[part[0].start : part[-1].end] for part in sentences if part)


def with_facts(one: Saying, facts: Mapping[str, str]) -> Saying:
    """The same words around other numbers."""
    text, spans, at = "", [], 0
    for span in one.spans:
        text += one.text[at : span.start]
        value = facts.get(span.fact, one.text[span.start : span.end])
        spans.append(Span(len(text), len(text) + len(value), span.fact))
        text, at = text + value, span.end
    return Saying(text + one.text[at:], tuple(spans))
