"""Two renderings of one book held against each other: what one shows and the other does not, by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from planbook.compare.rendered import Format, Item, Kind, Rendered, find_books, read_rendered

AROUND = 12  # characters of what is the same beside what differs
LONGEST = 60


@dataclass(frozen=True)
class Difference:
    """`before`, `after`: what stands in A and in B, empty where there is nothing; long texts only where they differ."""

    kind: Kind
    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Parity:
    """Two renderings; `compared`: how many of each kind A holds, for the kinds that both formats tell."""

    formats: tuple[Format, Format]
    compared: dict[Kind, int]
    differences: tuple[Difference, ...]


def compare_places(a: Path, b: Path) -> list[Parity]:
    """Each format that lies at both places; else the first of each, across formats. UsageError where there is none."""
    here, there = find_books(a), find_books(b)
    pairs = [(form, form) for form in here if form in there] or [(next(iter(here)), next(iter(there)))]
    return [compare(read_rendered(here[one], one), read_rendered(there[other], other)) for one, other in pairs]


def compare(a: Rendered, b: Rendered) -> Parity:
    """Everything both formats tell; the files of pictures within one format only."""
    kinds = [kind for kind in a.kinds if kind in b.kinds and (kind != "picture" or a.format == b.format)]
    found = [difference for kind in kinds for difference in _differences(kind, a.of(kind), b.of(kind))]
    return Parity((a.format, b.format), {kind: len(a.of(kind)) for kind in kinds}, tuple(found))


def _differences(kind: Kind, a: Sequence[Item], b: Sequence[Item]) -> Iterator[Difference]:
    texts = [item.text for item in a], [item.text for item in b]
    if texts[0] == texts[1]:
        return
    for _what, from_a, to_a, from_b, to_b in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        for old, new in zip_longest(a[from_a:to_a], b[from_b:to_b]):
            if old is None or new is None or old.text != new.text:
                place = (old or new).place
                yield Difference(kind, place, *_narrowed(old.text if old else "", new.text if new else ""))


def _narrowed(before: str, after: str) -> tuple[str, str]:
    """Both texts without most of what they begin and end with alike."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    tail = next((at for at in range(shorter - head) if before[-1 - at] != after[-1 - at]), shorter - head)
    return _cut(before, head, tail), _cut(after, head, tail)


def _cut(text: str, head: int, tail: int) -> str:
    start, end = max(0, head - AROUND), min(len(text), len(text) - tail + AROUND)
    shown = text[start:end]
    if len(shown) > LONGEST:
        shown, end = shown[:LONGEST], 0
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"
