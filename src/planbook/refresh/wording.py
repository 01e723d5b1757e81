"""Sentences whose words may no longer fit their numbers: grew → fell, most → another, a number that became zero."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Literal

COMPARING = re.compile(
    "增加|减少|增长|下降|上升|提高|降低|高于|低于|多于|少于|大于|小于|超过|不足|不到|不及|领先|落后|扩大|缩小|以上|以下"
)
FIRST = re.compile("最多|最少|最高|最低|最大|最小|首位|第一|其次|末位|居前|靠前|集中在|突出")
HALF = re.compile("过半|一半|半数|多数|大部分|少数|小部分|为主")

Doubt = Literal["sign", "zero", "order", "name", "half"]


@dataclass(frozen=True)
class Moved:
    """A fact of a sentence as it was and as it is."""

    before: str
    after: str
    unit: str = ""


def doubt(sentence: str, facts: Sequence[Moved]) -> Doubt | None:
    """What may no longer fit in a sentence; all of its facts, those that did not change, too."""
    changed = [fact for fact in facts if fact.before != fact.after]
    if not changed:
        return None
    numbers = [(number(fact.before), number(fact.after)) for fact in facts]
    known = [(before, after) for before, after in numbers if before is not None and after is not None]
    if any((before < 0) != (after < 0) for before, after in known):
        return "sign"
    if any((before == 0) != (after == 0) for before, after in known):
        return "zero"
    turned = any(_order(a[0], b[0]) != _order(a[1], b[1]) for a, b in combinations(known, 2))
    if COMPARING.search(sentence) and turned:
        return "order"
    if FIRST.search(sentence) and any(number(fact.before) is None or number(fact.after) is None for fact in changed):
        return "name"
    shares = [(number(f.before), number(f.after)) for f in changed if f.unit == "%"]
    if HALF.search(sentence) and any(b is not None and a is not None and (b > 50) != (a > 50) for b, a in shares):
        return "half"
    return None


def _order(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def number(text: str) -> Decimal | None:
    """A printed number; None for a name, or for what is missing."""
    try:
        found = Decimal(text.replace(",", "").replace("−", "-").removesuffix("%"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
