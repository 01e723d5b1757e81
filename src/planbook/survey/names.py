"""Names of communities that are nearly the same: one community filled in twice, or two told apart by a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz, process

from planbook.survey.check import Bounds, Row
from planbook.survey.text import squeezed

# What tells communities of one name apart: numbers, letters, quarters of the compass, stages, old and new.
TELLING = re.compile(r"\d+|[一二三四五六七八九十百]+|[a-z]+|[东西南北中上下前后左右甲乙丙丁新老旧大小内外]|[①-⑳]")
ORDINARY = re.compile("小区|大院|新村|新苑|新居|新城|花园小")  # what holds such a sign and tells nothing
PLACE = re.compile(r"^.{2,7}?(?:自治县|县|市|镇|乡|街道)(?=.{3})")
GENERAL = re.compile(r"(?:住宅|家园)?(?:小区|家属院|住宅楼)+$")
BRACKETED = re.compile(r"[(\[<《][^()\[\]<>《》]*[)\]>》]")
BRACKETS = re.compile(r"[()\[\]<>《》]")
SAME = ("year_built", "households", "buildings", "area")
CHUNK = 400
LEAST, LIKELY = 60, 70  # % alike, of communities that agree in all figures, or in all but one
ONE_SIGN = 85  # % alike, at least, of names that differ by one sign too many

Pair = tuple[int, int]


def similar(rows: Sequence[Row], bounds: Bounds) -> Iterator[tuple[Row, Row]]:
    """Pairs (a later row, the earlier one that it resembles) of rows that have a name; not those of equal names."""
    names = [squeezed(str(row.values["name"])) for row in rows]
    found: dict[int, tuple[float, int]] = {}
    for (first, second), score in _pairs(names, rows, bounds).items():
        if names[first] != names[second]:
            found[second] = max(found.get(second, (0.0, 0)), (score, first))
    for second, (_score, first) in sorted(found.items()):
        yield rows[second], rows[first]


def _pairs(names: Sequence[str], rows: Sequence[Row], bounds: Bounds) -> dict[Pair, float]:
    """The pairs that are alike (first < second), and how much their names are."""
    told = [_told(name) for name in names]
    alike = {pair: score for pair, score in _written_alike(names, bounds) if told[pair[0]] == told[pair[1]]}
    for keys in (map(_core, names), map(tuple, map(sorted, names)), (BRACKETED.sub("", name) for name in names)):
        for pair in _grouped(list(keys)):
            score = fuzz.ratio(names[pair[0]], names[pair[1]])
            if score >= LEAST and told[pair[0]] == told[pair[1]]:
                alike[pair] = score
    figures = [tuple(row.values.get(key) for key in SAME) for row in rows]
    for left_out in range(len(SAME) + 1):
        least = LEAST if left_out == len(SAME) else LIKELY
        parts = [one[:left_out] + one[left_out + 1 :] for one in figures]
        for pair in _grouped([part if None not in part else None for part in parts]):
            score = fuzz.ratio(names[pair[0]], names[pair[1]])
            if score >= least and told[pair[0]] == told[pair[1]]:
                alike[pair] = score
    return alike


def _written_alike(names: Sequence[str], bounds: Bounds) -> Iterator[tuple[Pair, float]]:
    """Pairs whose names are alike to so many per cent, or differ by one sign too many."""
    enough = bounds.checks.similar_names
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        scores = process.cdist(chunk, names, scorer=fuzz.ratio, score_cutoff=min(enough, ONE_SIGN))
        for near, other in zip(*scores.nonzero(), strict=True):
            first, second, score = int(other), int(near) + start, float(scores[near, other])
            if first < second and (score >= enough or abs(len(names[first]) - len(names[second])) == 1):
                yield (first, second), score


def _grouped(keys: Sequence[Hashable | None]) -> Iterator[Pair]:
    """Pairs of equal keys that are not None."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key is not None:
            groups[key].append(place)
    for group in groups.values():
        yield from combinations(group[:CHUNK], 2)


def _core(name: str) -> str:
    """The name without its county or town and without what many are called: 某某县红柳小区 → 红柳."""
    return GENERAL.sub("", BRACKETS.sub("", PLACE.sub("", name))) or name


def _told(name: str) -> list[str]:
    return TELLING.findall(ORDINARY.sub("", name))
