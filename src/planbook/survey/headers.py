"""Which column a header names, however it is worded: units, brackets, blanks and line breaks count for nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from planbook.survey import form, wording
from planbook.survey.amounts import chinese_number
from planbook.survey.form import Column
from planbook.survey.text import squeezed

Kind = Literal["communities", "annual", "willingness"]
COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "communities": form.COMMUNITY_COLUMNS,
    "annual": form.ANNUAL_COLUMNS,
    "willingness": form.WILLINGNESS_COLUMNS,
}
UNIT = r"(?:万平方米|万平米|万m2|万平方|千平方米|平方米|平米|m2|百万元|万元|千元|亿元|元|户|栋|幢|个|份|年|张)"
ENUMERATED = re.compile(r"^(?:\(?[一二三四五六七八九十\d]{1,2}\)|[一二三四五六七八九十\d]{1,2}[、.．])(?=\D)")
IN_BRACKETS = re.compile(r"[(\[【{〔](?:单位[::])?(" + UNIT + r")(?:/户)?[)\]】}〕]")
AT_END = re.compile(r"(?<=[^万千亿百])(?:[::/-]|单位[::]?)?(万平方米|万平米|万m2|平方米|平米|m2|百万元|万元|千元|元)$")
ALONE = re.compile(r"[(\[]?(?:单位[::]?)?(" + UNIT + r")[)\]]?")
BRACKETED = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
PUNCTUATION = re.compile(r"[^0-9a-z\u3400-\u9fff]")
WHEN = r"年?(?:1?2月(?:31日)?|底|末|\(含\)|含|及)*"
BEFORE = re.compile(rf"(?:19\d\d|2000){WHEN}(?:以前|之前|前)")
AFTER = re.compile(rf"200\d{WHEN}(?:以后|之后|后|起)|200\d年?(?:底|末)?(?:-|至|~|—)+20\d\d")
TOTAL = re.compile(r"(?:合计|小计|总计|总数|共计)$")
LONGEST = 60  # no header is longer


@dataclass(frozen=True)
class Header:
    """A header read: its words without unit and punctuation, with and without what stands in brackets; its unit."""

    words: tuple[str, ...]
    unit: str = ""


@lru_cache(maxsize=65536)
def header(text: str) -> Header:
    plain = ENUMERATED.sub("", squeezed(text).strip("*:"))
    if not plain or len(plain) > LONGEST:
        return Header(())
    unit = ""
    if found := IN_BRACKETS.search(plain):
        unit, plain = found[1], IN_BRACKETS.sub("", plain)
    elif found := AT_END.search(plain):
        unit, plain = found[1], plain[: found.start()]
    words = (PUNCTUATION.sub("", plain), PUNCTUATION.sub("", BRACKETED.sub("", plain)))
    return Header(tuple(dict.fromkeys(word for word in words if word)), unit)


def _words(kind: Kind) -> dict[str, str]:
    """Every wording of a column's header → its key; the form's own come first."""
    found: dict[str, str] = {}
    for column in COLUMNS[kind]:
        if column.group and kind == "annual":
            continue  # measure and part: see `_measure`
        for text in (column.header, *column.also.split()):
            for word in header(text).words[:1]:
                found.setdefault(word, column.key)
    return found


def _measures() -> dict[str, str]:
    words = {header(group).words[0]: key for key, group, _unit in form.MEASURES}
    return words | {word: key for key, text in wording.MEASURES.items() for word in text.split()}


WORDS: dict[Kind, dict[str, str]] = {kind: _words(kind) for kind in COLUMNS}
MEASURES = _measures()
GROUPS = {header(text).words[0] for text in (form.BASIC_GROUP, form.NEEDS_GROUP, form.QUESTIONNAIRE, form.ATTITUDE)}
KNOWN = {*GROUPS, *MEASURES, *(word for words in WORDS.values() for word in words)}


@lru_cache(maxsize=65536)
def is_header_word(text: str) -> bool:
    """Whether the text stands in a header of some table of the form."""
    found = header(text)
    return any(word in KNOWN for word in found.words) or (bool(part_of(text)) and len(text) < 20)


@lru_cache(maxsize=65536)
def is_unit(text: str) -> bool:
    return ALONE.fullmatch(squeezed(text)) is not None


def dated(text: str) -> str:
    """The text folded, years in digits: 二〇〇〇年以前 → 2000年以前."""
    return re.sub("[〇零一二三四五六七八九]{4}(?=年)", lambda year: str(chinese_number(year[0])), squeezed(text))


def part_of(text: str) -> str:
    """before, after or total: a column's part in the annual form; "" for none."""
    plain = dated(text)
    if BEFORE.search(plain):
        return "before"
    if AFTER.search(plain):
        return "after"
    return "total" if TOTAL.search(IN_BRACKETS.sub("", plain)) else ""


def column_key(kind: Kind, path: tuple[str, ...]) -> str:
    """The key of the column under a path of headers, from the top down; "" for none of the table's."""
    words = WORDS[kind]
    for text in (*reversed(path), "".join(path)):
        if key := next((words[word] for word in header(text).words if word in words), ""):
            return key
    return _measure(path) if path and kind == "annual" else ""


def _measure(path: tuple[str, ...]) -> str:
    """建筑面积 over 合计, or 建筑面积—2000年底以前 in one cell → area_total, area_before."""
    joined = squeezed("".join(path))
    part = part_of(path[-1]) or part_of(joined)
    if not part:
        return ""
    measures = (MEASURES[word] for text in path for word in header(text).words if word in MEASURES)
    key = next(measures, "")
    if not key:
        rest = IN_BRACKETS.sub("", joined)
        for pattern in (BEFORE, AFTER, TOTAL):
            rest = pattern.sub("", rest)
        key = next((MEASURES[word] for word in header(rest).words if word in MEASURES), "")
    return f"{key}_{part}" if key else ""


def unit_of(path: tuple[str, ...]) -> str:
    """The unit that the headers give, the lowest first."""
    return next((unit for text in reversed(path) if (unit := header(text).unit)), "")


def nearest_key(kind: Kind, path: tuple[str, ...], free: set[str], expected: str) -> str:
    """The free column whose header is most like this one: a slip of the pen, or one that stands where the form has it.

    `expected`: the key the form has at this place, where the headers around it agree; "" if they do not.
    """
    text = next(iter(header(path[-1]).words), "") if path else ""
    best, score = "", 0.0
    for word, key in WORDS[kind].items():
        if key in free and len(word) > 2 and (ratio := fuzz.ratio(text, word)) > score:
            best, score = key, ratio
    if (score >= 80 and len(text) > 4) or (best == expected and score >= 50):
        return best
    return ""
