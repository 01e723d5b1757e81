"""Contradictions in what a document says of its plan, as plain Chinese sentences with both figures and the difference.

Its figures are held against each other, against the rules, and against the data of the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import pandas as pd

from planbook.analysis.plan import listed_total
from planbook.analysis.rules.rule import Evidence, plain, rounded
from planbook.analysis.rules.years import NAMES
from planbook.audit.published import Document, Figures

Kind = Literal["itself", "base", "rules", "data", "agrees"]
KINDS: dict[Kind, str] = {
    "itself": "前后矛盾",
    "base": "占比的来历",
    "rules": "与规则不符",
    "data": "与摸底数据不符",
    "agrees": "相符",
}
SAME_BASE = Decimal("0.05")  # shares are rounded, so bases that they imply differ by a few percent
DIGITS = 4  # of a base, when it is told
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Pair:
    """A figure as stated, and what it is held against."""

    name: str
    unit: str
    stated: Decimal
    found: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.found

    def said(self, between: str) -> str:
        """户数写144833户，五年合计48715户，多96118户."""
        more = "多" if self.difference > 0 else "少"
        return (
            f"{self.name}写{plain(self.stated)}{self.unit}，{between}{plain(self.found)}{self.unit}，"
            f"{more}{plain(abs(self.difference))}{self.unit}"
        )

    def as_dict(self) -> dict[str, str]:
        numbers = {"stated": self.stated, "found": self.found, "difference": self.difference}
        return {"name": self.name, "unit": self.unit, **{key: f"{number:f}" for key, number in numbers.items()}}


@dataclass(frozen=True)
class Finding:
    """One contradiction, at its place in the file; of kind `agrees`, what does hold."""

    kind: Kind
    id: str
    text: str
    place: str
    figures: tuple[Pair, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        figures = [pair.as_dict() for pair in self.figures]
        return {"kind": self.kind, "id": self.id, "text": self.text, "place": self.place, "figures": figures}


def findings(document: Document, evidence: Evidence) -> list[Finding]:
    """Everything that does not hold, in the order: in itself, where shares come from, rules, data; then what does."""
    return [finding for check in CHECKS for finding in check(document, evidence)]


def contradictions(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.kind != "agrees"]


# ------------------------------------------------------------------------------------------------ in itself


def _sums(document: Document, evidence: Evidence) -> Iterator[Finding]:
    for measure, (name, unit) in NAMES.items():
        whole = document.figures.five_year.stated(measure)
        known = _all([year.stated(measure) for _number, year in document.years()], evidence)
        if whole is None or not known:
            continue
        pair = Pair(name, unit, sum(known, Decimal(0)), whole)
        if abs(pair.difference) > sum((_leeway(number, unit) for number in (whole, *known)), Decimal(0)):
            more = "多" if pair.difference > 0 else "少"
            text = (
                f"五年合计写{name}{plain(whole)}{unit}，各年相加为{plain(pair.stated)}{unit}，"
                f"{more}{plain(abs(pair.difference))}{unit}。"
            )
            yield Finding("itself", f"sum.{measure}", text, document.place("five_year", measure), (pair,))


def _all(parts: Sequence[Decimal | None], evidence: Evidence) -> list[Decimal]:
    """The figures of the years if every year has one and none of the period is missing; else none."""
    known = [part for part in parts if part is not None]
    return known if len(known) == len(parts) >= len(evidence.params.period.years) else []


def _larger_than_the_whole(document: Document, evidence: Evidence) -> Iterator[Finding]:
    whole = document.figures.five_year
    for number, year in document.years():
        pairs = []
        for measure, (name, unit) in NAMES.items():
            stated, all_ = year.stated(measure), whole.stated(measure)
            if stated is not None and all_ is not None and stated > all_:
                pairs.append(Pair(name, unit, stated, all_))
        if pairs:
            text = f"{number}年一年就比五年合计还大：{'；'.join(pair.said('五年合计') for pair in pairs)}。"
            text += _left_for(document, number)
            yield Finding("itself", f"larger.{number}", text, document.place("years", number), tuple(pairs))


def _left_for(document: Document, number: int) -> str:
    """What the other years leave of the whole for this one."""
    whole = document.figures.five_year.households
    others = [year.households for other, year in document.years() if other != number]
    if whole is None or None in others or not others:
        return ""
    known = sum(filter(None, others))
    return f"其余各年共{known}户，五年合计减去这几年为{whole - known}户。" if known < whole else ""


def _shares_together(document: Document, evidence: Evidence) -> Iterator[Finding]:
    known = _all([year.share for _number, year in document.years()], evidence)
    if not known:
        return
    pair = Pair("各年占比之和", "%", sum(known, Decimal(0)), Decimal(100))
    if abs(pair.difference) > sum((_leeway(share, "%") for share in known if _places(share)), Decimal(0)):
        more = "多" if pair.difference > 0 else "少"
        text = f"各年占比相加为{plain(pair.stated)}%，比100%{more}{plain(abs(pair.difference))}个百分点。"
        yield Finding("itself", "sum.share", text, document.place("years"), (pair,))


def _each_share(document: Document, evidence: Evidence) -> Iterator[Finding]:
    whole = document.figures.five_year.households
    for number, year in document.years():
        if not whole or year.share is None or year.households is None:
            continue
        pair = Pair(f"{number}年占比", "%", year.share, 100 * Decimal(year.households) / whole)
        if abs(pair.difference) > _leeway(year.share, "%"):
            text = (
                f"{number}年写{year.households}户、占{plain(year.share)}%，按五年合计{whole}户应占"
                f"{rounded(pair.found)}%，相差{rounded(abs(pair.difference))}个百分点。"
            )
            yield Finding("itself", f"share.{number}", text, document.place("years", number, "share"), (pair,))


# ------------------------------------------------------------------------------------------------ origin of shares


@dataclass(frozen=True)
class Implied:
    """The total that a year's households and share imply."""

    year: int
    households: int
    share: Decimal

    @property
    def base(self) -> Decimal:
        return 100 * self.households / self.share

    @property
    def said(self) -> str:
        return f"{self.households}户÷{plain(self.share)}%"


def _bases(document: Document, evidence: Evidence) -> Iterator[Finding]:
    """Shares that go together with a total nobody states tell on what the years were computed."""
    implied = [
        Implied(number, year.households, year.share)
        for number, year in document.years()
        if year.households and year.share
    ]
    whole = document.figures.five_year.households
    groups = sorted(_alike(implied), key=lambda group: (-len(group), group[0].year))
    off = [group for group in groups if not whole or not _close(_middle(group), Decimal(whole))]
    if not off or (not whole and len(groups) < 2):
        return
    for group in off:
        others = [other for other in groups if other is not group]
        base = _middle(group)
        text = f"{_years(group)}的占比{'都' if len(group) > 1 else ''}对应约{_about(base)}户的总数"
        text += f"（{'，'.join(one.said for one in group)}）"
        if whole:
            text += f"，不是五年合计所写的{whole}户"
        if len(group) > 1:
            text += "：这几年是按另一个总数计算的。"
        elif others and len(others[0]) > 1:
            text += f"，也不是其余各年所用的约{_about(_middle(others[0]))}户：这一年的数字是从别处取来的。"
        else:
            text += "：户数和占比至少有一个不对。"
        text += _rest_of_targets(document, group)
        pairs = [Pair(f"{one.year}年占比所对应的总户数", "户", one.base, Decimal(whole)) for one in group if whole]
        place = document.place("years", group[0].year, "share")
        yield Finding("base", f"base.{group[0].year}", text, place, tuple(pairs))


def _rest_of_targets(document: Document, group: Sequence[Implied]) -> str:
    """A single year whose share is just what the phase targets leave was not computed at all."""
    one, targets = group[0], document.figures.phase_targets
    if len(group) > 1 or not targets or one.year in targets or document.figures.targets.get(one.year) != one.share:
        return ""
    left = "".join(f"−{plain(share)}%" for _year, share in sorted(targets.items()))
    return f"{plain(one.share)}%恰好是分期目标的余数（100%{left}），不是由户数算出的。"


def _alike(implied: Iterable[Implied]) -> list[list[Implied]]:
    """Years whose bases agree, each group in the order of years."""
    groups: list[list[Implied]] = []
    for one in sorted(implied, key=lambda one: one.base):
        if groups and _close(one.base, groups[-1][0].base):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [sorted(group, key=lambda one: one.year) for group in groups]


def _close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= SAME_BASE * other


def _middle(group: Sequence[Implied]) -> Decimal:
    """The median base: rounding spoils that of a small share or a whole percentage most."""
    bases = sorted(one.base for one in group)
    return (bases[(len(bases) - 1) // 2] + bases[len(bases) // 2]) / 2


def _about(number: Decimal) -> str:
    """11832.9 → 11830, 851958.8 → 852000."""
    step = Decimal(1).scaleb(number.adjusted() - DIGITS + 1)
    return plain((number / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def _years(group: Sequence[Implied]) -> str:
    years = [one.year for one in group]
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}—{years[-1]}年"
    return "、".join(f"{year}年" for year in years)


# ------------------------------------------------------------------------------------------------ rules


def _targets(document: Document, evidence: Evidence) -> Iterator[Finding]:
    leeway = evidence.params.rules.target_tolerance
    own, years = document.figures.targets, evidence.params.period.years
    whole = document.figures.five_year.households
    for number, year in document.years():
        target = own[number] if number in own else evidence.params.target(number) if number in years else None
        if target is None:
            continue
        pairs = []
        if year.share is not None:
            pairs.append(Pair("所写占比", "%", year.share, target))
        if whole and year.households is not None:
            pairs.append(Pair("按户数算占", "%", 100 * Decimal(year.households) / whole, target))
        if not any(abs(pair.difference) > leeway for pair in pairs):
            continue
        told = "；".join(_against(pair, leeway) for pair in pairs)
        text = f"{number}年的分期目标为{plain(target)}%，{told}。"
        yield Finding("rules", f"target.{number}", text, document.place("years", number), tuple(pairs))


def _against(pair: Pair, leeway: Decimal) -> str:
    said = f"{pair.name}{plain(Decimal(rounded(pair.stated)))}%"
    if abs(pair.difference) <= leeway:
        return f"{said}，在允许的{plain(leeway)}个百分点以内"
    return f"{said}，{'高' if pair.difference > 0 else '低'}{plain(Decimal(rounded(abs(pair.difference))))}个百分点"


def _cap(document: Document, evidence: Evidence) -> Iterator[Finding]:
    rules = evidence.params.rules
    cap = document.figures.post_2000_cap
    cap = rules.post_share_cap if cap is None else cap
    for number, year in document.years():
        if year.post_2000_households is None or not year.households:
            continue
        share = 100 * Decimal(year.post_2000_households) / year.households
        if share > cap:
            pair = Pair(f"{rules.built_before}年底以后建成的占", "%", share, cap)
            more = rounded(share - cap)
            text = f"{number}年{pair.name}{rounded(share)}%，超过{plain(cap)}%的上限，多{more}个百分点。"
            yield Finding("rules", f"cap.{number}", text, document.place("years", number), (pair,))


def _limits(document: Document, evidence: Evidence) -> Iterator[Finding]:
    """Limits that the document states otherwise than the unit's parameters."""
    said, rules, years = document.figures, evidence.params.rules, evidence.params.period.years
    limits = [
        ("post_2000_cap", f"{rules.built_before}年底以后建成小区的户数占比上限", "%", rules.post_share_cap),
        ("latest_year_built", "可以纳入的最晚建成年份", "年", Decimal(rules.built_latest)),
    ]
    for key, name, unit, there in limits:
        value = getattr(said, key)
        if value is not None and value != there:
            pair = Pair(name, unit, Decimal(value), there)
            text = f"{name}写{plain(pair.stated)}{unit}，本规划的参数为{plain(there)}{unit}。"
            yield Finding("rules", f"limit.{key.replace('_', '-')}", text, document.place(key), (pair,))
    for year, target in sorted(said.phase_targets.items()):
        if year in years and target != evidence.params.target(year):
            pair = Pair(f"{year}年分期目标", "%", target, evidence.params.target(year))
            text = f"{pair.name}写{plain(target)}%，本规划的参数为{plain(pair.found)}%。"
            yield Finding("rules", f"limit.target.{year}", text, document.place("phase_targets", year), (pair,))


# ------------------------------------------------------------------------------------------------ data


def _data(document: Document, evidence: Evidence) -> Iterator[Finding]:
    """The project list of the unit's survey: in five years, year by year, and all that is registered."""
    planned, period = evidence.planned, evidence.params.period.years
    said: list[Told] = []
    if _same_plan(document, evidence):
        said.append(("five-year", "五年合计", document.figures.five_year, planned, document.place("five_year")))
    for number, year in document.years():
        if number in period:
            rows = planned[planned["plan_year"] == number]
            said.append((str(number), f"{number}年", year, rows, document.place("years", number)))
    for key, name, figures, rows, place in said:
        if off := _off(_pairs(figures, rows)):
            text = f"{name}与小区清单不符：{'；'.join(pair.said('小区清单为') for pair in off)}。"
            yield Finding("data", f"data.{key}", text, place, tuple(off))
        physical = (pair for pair in _pairs(figures, evidence.communities) if pair.unit != "万元")
        if beyond := [pair for pair in _off(physical) if pair.difference > 0]:
            text = f"{name}比本轮登记的全部小区还多：{'；'.join(pair.said('登记') for pair in beyond)}。"
            yield Finding("data", f"registered.{key}", text, place, tuple(beyond))


def _same_plan(document: Document, evidence: Evidence) -> bool:
    """Is the document about the years that the survey plans?"""
    years = set(document.figures.years)
    return not years or bool(years & set(evidence.params.period.years))


Told = tuple[str, str, Figures, pd.DataFrame, str]  # key, name, figures, the rows they are of, place


def _agrees(document: Document, evidence: Evidence) -> Iterator[Finding]:
    """Which of the five-year totals are right: then the fault lies in the years."""
    pairs = list(_pairs(document.figures.five_year, evidence.planned)) if _same_plan(document, evidence) else []
    wrong = _off(pairs)
    if right := [pair for pair in pairs if pair not in wrong]:
        text = f"五年合计的{'、'.join(pair.name for pair in right)}与小区清单一致。"
        yield Finding("agrees", "data.agrees", text, document.place("five_year"), tuple(right))


def _pairs(figures: Figures, rows: pd.DataFrame) -> Iterator[Pair]:
    """Each measure that is stated, and what some communities add up to in it."""
    for measure, (name, unit) in NAMES.items():
        stated = figures.stated(measure)
        if stated is not None:
            yield Pair(name, unit, stated, listed_total(rows, measure, "total"))


def _off(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if abs(pair.difference) > _leeway(pair.stated, pair.unit)]


# ------------------------------------------------------------------------------------------------ exactness


def _places(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])


def _leeway(number: Decimal, unit: str) -> Decimal:
    """By how much a stated figure may miss the exact one: half of its last place. Counts are exact; areas and money
    are written with two places at least, shares as exactly as they are."""
    if unit in ("万平方米", "万元"):
        return HALF.scaleb(-max(2, _places(number)))
    return HALF.scaleb(-_places(number)) if unit == "%" else Decimal(0)


CHECKS: tuple[Callable[[Document, Evidence], Iterator[Finding]], ...] = (
    _sums,
    _larger_than_the_whole,
    _shares_together,
    _each_share,
    _bases,
    _targets,
    _cap,
    _limits,
    _data,
    _agrees,
)
