"""Where the assembled chapters print what: every fact, table and figure with its chapter and section."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planbook.numerals import han

HEADING = re.compile(r"^(#{1,4}) (.*?)(?: *\{([^}]*)\})?$")
FACT = re.compile(r'(?:\bfact|data-fact)="([^"]+)"')
TABLE = re.compile(r"^::: *\{#tbl-([a-z0-9.-]+)")
FIGURE = re.compile(r"\{#fig-([a-z0-9.-]+)")
FLOATS = {"table": ("tbl", "表"), "figure": ("fig", "图")}  # how each is labelled and called
LISTING = "sources-facts"  # the table that lists facts with their places is none of them
UNESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Place:
    """`file` is the chapter's (04-targets.qmd), `section` the heading above, `anchor` its label; `within` the id of
    the table or figure ("tbl-goal", "fig-goal"), empty in running text."""

    file: str
    section: str
    anchor: str
    within: str = ""

    @property
    def pair(self) -> list[str]:
        return [self.file, self.section]


@dataclass(frozen=True)
class Places:
    """By id. What is printed twice in one section is there once for it. `in_text`: the facts that running text prints,
    in its order."""

    facts: Mapping[str, tuple[Place, ...]]
    tables: Mapping[str, tuple[Place, ...]]
    figures: Mapping[str, tuple[Place, ...]]
    in_text: tuple[str, ...] = ()


def find_places(texts: Mapping[str, str], figures: Mapping[str, Mapping[str, Any]]) -> Places:
    """`texts`: assembled chapters in order, by file name; `figures`: as published, with their data."""
    found: dict[str, dict[str, dict[Place, None]]] = {kind: defaultdict(dict) for kind in ("fact", "table", "figure")}
    in_text: dict[str, None] = {}
    for file, text in texts.items():
        for kind, id, place in _walk(file, text):
            found[kind][id][place] = None
            if kind == "fact" and not place.within:
                in_text[id] = None
            if kind == "figure":
                for fact in facts_drawn(figures[id]):
                    found["fact"][fact][Place(place.file, place.section, place.anchor, f"fig-{id}")] = None
    facts, tables, drawn = ({id: tuple(places) for id, places in found[kind].items()} for kind in found)
    return Places(facts, tables, drawn, tuple(in_text))


def _chapter_numbers(texts: Mapping[str, str], appendices: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Each file with 附 for an appendix, and its number; 0 for one without."""
    count = Counter[str]()
    for file, text in texts.items():
        part = "附" if file in appendices else ""
        if ".unnumbered" in text.lstrip().partition("\n")[0]:
            yield file, "", 0
        else:
            count[part] += 1
            yield file, part, count[part]


def caption_numbers(texts: Mapping[str, str], appendices: Collection[str]) -> dict[str, str]:
    """What captions are called, as _plan/labels.lua counts them: fig-goal → 图 4-1, tbl-issues → 附表 2-1."""
    out = {}
    for file, part, number in _chapter_numbers(texts, appendices):
        chapter, floats = f"{number}-" if number else "", Counter[str]()
        for kind, id, _place in _walk(file, texts[file]):
            if kind in FLOATS:
                label, word = FLOATS[kind]
                floats[kind] += 1
                out[f"{label}-{id}"] = f"{part}{word} {chapter}{floats[kind]}"
    return out


def section_numbers(texts: Mapping[str, str], appendices: Collection[str]) -> dict[tuple[str, str, str], str]:
    """What sections are called, as _plan/labels.lua counts them: 第三章第二节（一）1; by file, heading and label. One
    without a number is called by its heading."""
    out: dict[tuple[str, str, str], str] = {}
    for file, part, number in _chapter_numbers(texts, appendices):
        name = (f"附录{han(number)}" if part else f"第{han(number)}章") if number else ""
        counts = [0, 0, 0, 0]
        for level, section, anchor, counted in _headings(texts[file]):
            if not counted:
                out.setdefault((file, section, anchor), section)
                continue
            counts[level - 1 :] = [counts[level - 1] + 1, *[0] * (4 - level)]
            _chapter, second, third, fourth = counts
            below = (
                (f"第{han(second)}节" if second else "") + (f"（{han(third)}）" if third else "") + str(fourth or "")
            )
            out.setdefault((file, section, anchor), name + below if name else section)
    return out


def facts_drawn(figure: Mapping[str, Any]) -> list[str]:
    return [cell["fact"] for row in figure["data"]["rows"] for cell in row if "fact" in cell]


def _walk(file: str, text: str) -> Iterator[tuple[str, str, Place]]:
    section, anchor, table = "", "", ""
    for line in text.splitlines():
        if heading := HEADING.match(line):
            _level, section, anchor = _heading(heading, anchor)
        elif opened := TABLE.match(line):
            table = opened[1]
            yield "table", table, Place(file, section, anchor)
        elif line.strip() == ":::":
            table = ""
        for id in FIGURE.findall(line):
            yield "figure", id, Place(file, section, anchor)
        for id in FACT.findall(line) if table != LISTING else ():
            yield "fact", id, Place(file, section, anchor, f"tbl-{table}" if table else "")


def _headings(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Level, words, label, and whether it is counted: within a callout none is."""
    anchor, callout = "", False
    for line in text.splitlines():
        if found := HEADING.match(line):
            level, section, anchor = _heading(found, anchor)
            yield level, section, anchor, not callout and ".unnumbered" not in (found[3] or "")
        elif line.startswith(":::"):
            callout = ".callout-" in line


def _heading(found: re.Match[str], above: str) -> tuple[int, str, str]:
    """Level, words and label; without a label that of the heading `above` stands."""
    label = re.search(r"#([\w.-]+)", found[3] or "")
    return len(found[1]), UNESCAPED.sub(r"\1", found[2]), label[1] if label else above
