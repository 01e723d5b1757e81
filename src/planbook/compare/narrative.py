"""The narrative, sentence by sentence: what its facts moved, and what somebody wrote otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rapidfuzz import fuzz

from planbook.compare.record import Item, Record
from planbook.compare.thresholds import REWORDED

FACT = re.compile(r"\{\{([^|}]+)\|(.*?)\}\}")
MARKER = re.compile(r"^(?:[-*+]|\d+\.)\s+")  # of a list: an item that moved down is no other sentence
END = re.compile(r"(?<=[。！？；])(?![”’）」』])")
Said = Literal["moved", "follows", "rewritten", "added", "removed"]


@dataclass(frozen=True)
class Sentence:
    """`text` as printed, `frame` with the ids of its facts in their place, `facts`: (id, as printed) in order."""

    text: str
    frame: str
    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, marked: str) -> Sentence:
        text, frame = FACT.sub(r"\2", marked), FACT.sub(r"{\1}", marked)
        return cls(text, frame, tuple((found[1], found[2]) for found in FACT.finditer(marked)))


@dataclass(frozen=True)
class SentenceChange:
    """`moved`: only its facts differ (`facts`: their ids); `follows`: other words though the chapter's source is the
    same, by a condition or a name filled in; the rest is what somebody wrote."""

    said: Said
    file: str
    section: str
    before: str
    after: str
    facts: tuple[str, ...] = ()


def compare_narrative(
    old: Record, new: Record, differing: Collection[str], renames: Mapping[str, str]
) -> list[SentenceChange]:
    """Every sentence that differs, in the order of the new book. `differing`: facts that count as changed."""
    edited = {name.rpartition("/")[2] for name in _changed(old.sources, new.sources) if name.startswith("chapters/")}
    then, now = _sections(old, renames), _sections(new, {})
    keys = _in_order(list(then), list(now))
    out: list[SentenceChange] = []
    for key in keys:
        file, title = key
        for change in _section(file, title, then.get(key, []), now.get(key, []), differing):
            if change.said != "moved" and file not in edited:
                change = SentenceChange("follows", file, title, change.before, change.after, change.facts)
            out.append(change)
    return out


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]


def _sections(record: Record, renames: Mapping[str, str]) -> dict[tuple[str, str], list[Sentence]]:
    """A heading is the first sentence of its section, so that a heading that came or went is seen."""
    out: dict[tuple[str, str], list[Sentence]] = {}
    for section in record.narrative:
        sentences = [Sentence.of(section["title"]), *map(Sentence.of, _sentences(section, renames))]
        out.setdefault((section["file"], section["title"]), []).extend(sentences)
    return out


def _sentences(section: Item, renames: Mapping[str, str]) -> Iterator[str]:
    for paragraph in section["text"]:
        for old, new in renames.items():
            paragraph = paragraph.replace(old, new)
        yield from (part.strip() for part in END.split(MARKER.sub("", paragraph)) if part.strip())


def _in_order(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys of both; what is gone stands where it stood."""
    out: list[tuple[str, str]] = []
    for _tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        out += [*old[a:b], *new[c:d]]
    return list(dict.fromkeys(out))


def _section(
    file: str, title: str, old: Sequence[Sentence], new: Sequence[Sentence], differing: Collection[str]
) -> Iterator[SentenceChange]:
    matcher = SequenceMatcher(None, [s.frame for s in old], [s.frame for s in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for was, now in zip(old[a:b], new[c:d], strict=True):
                if facts := _moved(was, now, differing):
                    yield SentenceChange("moved", file, title, was.text, now.text, facts)
        else:
            yield from _block(file, title, old[a:b], new[c:d])


def _moved(was: Sentence, now: Sentence, differing: Collection[str]) -> tuple[str, ...]:
    pairs = zip(was.facts, now.facts, strict=True)
    return tuple(dict.fromkeys(id for (id, before), (_id, after) in pairs if before != after and id in differing))


def _block(file: str, title: str, old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[SentenceChange]:
    """Sentences that changed places with others: the most alike are one that was rewritten."""
    scored = [(fuzz.ratio(was.frame, now.frame), i, j) for i, was in enumerate(old) for j, now in enumerate(new)]
    mates: dict[int, int] = {}
    for score, i, j in sorted(scored, reverse=True):
        if score >= REWORDED and i not in mates.values() and j not in mates:
            mates[j] = i
    for i, was in enumerate(old):
        if i not in mates.values():
            yield SentenceChange("removed", file, title, was.text, "", tuple(id for id, _text in was.facts))
    for j, now in enumerate(new):
        before = old[mates[j]].text if j in mates else ""
        kind: Said = "rewritten" if j in mates else "added"
        yield SentenceChange(kind, file, title, before, now.text, tuple(id for id, _text in now.facts))
