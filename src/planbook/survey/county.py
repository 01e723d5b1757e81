"""Which county is meant: by its name, its other and former names, and what people shorten them to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from planbook.survey.text import squeezed

LARGER = ("地区", "地委", "行署", "专区", "自治州")  # 某某地区 is not 某某市
KINDS = re.compile(
    r"(?:蒙古|哈萨克|回族|维吾尔|锡伯|塔吉克|柯尔克孜|藏族|苗族|土家族|彝族|壮族)*(?:自治县|自治旗|市|县|区|旗)$"
)


@dataclass(frozen=True)
class County:
    """How the reader knows a county: unit id, name as in params, code of the division, other and former names."""

    id: str
    name: str
    code: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    @property
    def short(self) -> str:
        """The name without its kind: 某某县 → 某某."""
        return KINDS.sub("", self.name)


Counties = tuple[County, ...]


def named_in(text: str, counties: Sequence[County]) -> list[County]:
    """The counties named in `text`; where one name lies within another, the longer one counts."""
    found = set()
    names = [(name, county.id) for county in counties for name in county.names]
    for name, unit in sorted(names, key=lambda pair: -len(pair[0])):
        for place in [match.start() for match in re.finditer(re.escape(name), text)]:
            if not text[place + len(name) :].startswith(LARGER):
                found.add(unit)
        text = text.replace(name, "\0")
    return [county for county in counties if county.id in found]


@lru_cache(maxsize=4096)
def county_of(text: str, counties: Counties) -> County | None:
    """The county a cell names: by its name or another one, in a longer text, or shortened; None if by none or two."""
    plain = squeezed(text)
    exact = [county for county in counties if plain in map(squeezed, county.names)]
    if not exact:
        exact = [county for county in counties if plain == squeezed(county.short) and len(plain) > 1]
    if not exact and len(plain) <= 30:
        exact = named_in(plain, counties)
    return exact[0] if len(exact) == 1 else None


def nearest_county(text: str, counties: Sequence[County]) -> County | None:
    """The county whose name is most like `text`; None when none is."""
    scores = [(fuzz.ratio(squeezed(text), squeezed(name)), county) for county in counties for name in county.names]
    best = max(scores, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= 60 else None
