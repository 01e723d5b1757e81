"""Names of communities that are nearly the same: one community filled in twice, or two told apart by a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from planbook.survey.check import Bounds, Row
from planbook.survey.text import squeezed

# What tells communities of one name apart: numbers, letters, quarters of the compass, stages, old and new.
TELLING = re.compile(r"\d+|[一二三四五六七八九十百]+|[a-z]+|[东西南北中上下前后左右甲乙丙丁新老旧大小内外]|[①-⑳]")
GENERAL = re.compile(r"(?:住宅)?小区$|家属院$|住宅楼$|家园小区$|[()（）\[\]<>《》]")
SAME = ("year_built", "households", "buildings", "area")
CHUNK = 400
LEAST = 60  # % alike, of communities that agree in all figures


def similar(rows: Sequence[Row], bounds: Bounds) -> Iterator[tuple[Row, Row]]:
    """Pairs (a later row, the earlier one that it resembles) of rows that have a name; not those of equal names."""
    names = [squeezed(str(row.values["name"])) for row in rows]
    cores = [GENERAL.sub("", name) or name for name in names]
    found: dict[int, tuple[float, int]] = {}
    for start in range(0, len(names), CHUNK):
        scores = process.cdist(names[start : start + CHUNK], names, scorer=fuzz.ratio, score_cutoff=LEAST)
        for near, other in zip(*scores.nonzero(), strict=True):
            first, second = int(other), int(near) + start
            if first >= second or names[first] == names[second]:
                continue
            score = float(scores[near, other])
            alike = score >= bounds.checks.similar_names or cores[first] == cores[second]
            if (alike or _agree(rows[first], rows[second])) and _told(names[first]) == _told(names[second]):
                found[second] = max(found.get(second, (0.0, 0)), (score, first))
    for second, (_score, first) in sorted(found.items()):
        yield rows[second], rows[first]


def _told(name: str) -> list[str]:
    return TELLING.findall(re.sub("小区|大院|新村|新苑|新居|新城|花园小", "", name))


def _agree(one: Row, other: Row) -> bool:
    """Whether both say the same of everything that can be counted."""
    values = [(one.values.get(key), other.values.get(key)) for key in SAME]
    return all(a is not None and a == b for a, b in values)
