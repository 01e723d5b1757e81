"""Lines of three documents paired: which line of the text as made each line now is, and where its facts are in it.

A control's tag is the best evidence. Where controls were lost (LibreOffice drops their tags, a copy as plain text drops
them) a fact is found by the words around it, which are known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from planbook.book.printed import Saying, saying
from planbook.book.wordtext import Line, Span

ALIKE = 0.6  # two lines that share so much of their characters are the same line, changed
NUMERIC = frozenset("0123456789.,，%-−")


@dataclass(frozen=True)
class Pairs:
    """`of`: for each line now the number of its line as made, or None; `changed`: those not word for word the same;
    `removed`: the numbers of the lines as made that are no longer there."""

    of: tuple[int | None, ...]
    changed: frozenset[int]
    removed: tuple[int, ...]


def pair(made: Sequence[Saying], now: Sequence[Saying]) -> Pairs:
    """A line may be moved, or be there twice: each copy is the same line."""
    known: dict[object, list[int]] = defaultdict(list)
    for number, one in enumerate(made):
        for key in {one.pattern, one.text}:
            known[key].append(number)
    of: list[int | None] = []
    last = -1
    for one in now:
        found = known.get(one.pattern) or known.get(one.text)
        if found:
            last = next((number for number in found if number > last), found[0])
        of.append(last if found else None)
    left = [number for number in range(len(made)) if number not in set(of)]
    changed = set()
    for at, one in enumerate(now):
        if of[at] is None and (best := _nearest(one.text, made, left)) is not None:
            of[at] = best
            left.remove(best)
            changed.add(at)
    return Pairs(tuple(of), frozenset(changed), tuple(left))


def _nearest(text: str, made: Sequence[Saying], left: Sequence[int]) -> int | None:
    best, score = None, ALIKE
    matcher = SequenceMatcher(None, "", text, autojunk=False)
    for number in left:
        matcher.set_seq1(made[number].text)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and (ratio := matcher.ratio()) > score:
            best, score = number, ratio
    return best


def find_lost(made: Saying, line: Line) -> list[Span]:
    """Adds to a line the facts that lost their control, where their words and their number are still there.

    Returns those of the line as made that are found nowhere in it.
    """
    have = Counter(span.fact for span in line.spans)
    wanted = []
    for span in made.spans:
        have[span.fact] -= 1
        if have[span.fact] < 0:
            wanted.append(span)
    if not wanted:
        return []
    blocks = SequenceMatcher(None, made.text, line.text, autojunk=False).get_matching_blocks()
    lost = []
    for span in wanted:
        shift = next((b.b - b.a for b in blocks if b.a <= span.start and span.end <= b.a + b.size), None)
        start, end = (span.start + shift, span.end + shift) if shift is not None else (0, 0)
        taken = any(one.start < end and start < one.end for one in line.spans)
        if shift is None or taken or _grown(made, span, line.text, start, end):
            lost.append(span)
        else:
            line.spans.append(Span(start, end, span.fact))
    line.spans.sort(key=lambda one: one.start)
    return lost


def _grown(made: Saying, span: Span, text: str, start: int, end: int) -> bool:
    """Did somebody type digits before or behind the number?"""
    before, after = text[start - 1 : start], text[end : end + 1]
    then = made.text[max(span.start - 1, 0) : span.start], made.text[span.end : span.end + 1]
    return (before in NUMERIC and before != then[0]) or (after in NUMERIC and after != then[1])


def as_saying(line: Line) -> Saying:
    return saying([line])
