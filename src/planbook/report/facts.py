"""A fact is a number with a past.

Facts come from the constructors below, a closed set; none takes a bare number: each computes its value itself, so that
what a trace recomputes is the same call. A value that is missing has a kind, and none prints as 0 or nan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import pandas as pd

from planbook.analysis.rules import Rule
from planbook.params import Params
from planbook.report.rows import Rows

Status = Literal["ok", "not_surveyed", "not_computable", "not_applicable"]
Value = int | Decimal | str | None

# decimal places as the survey's form prints them
PLACES = {
    "户": 0, "栋": 0, "个": 0, "份": 0, "件": 0, "项": 0, "年": 0, "分": 0, "个县（市）": 0,
    "万平方米": 2, "万元": 2, "万元/户": 2, "%": 1, "个百分点": 1, "户/栋": 1, "平方米/户": 1,
}  # fmt: skip
STATED = ("given", "stated", "rest")  # figures somebody wrote down are printed as they are written
MISSING = {"not_surveyed": "未调查", "not_computable": "无法计算", "not_applicable": "不适用"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ID = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")
COLUMN_NAMES = {
    "area": ("面积", "万平方米"),
    "households": ("户数", "户"),
    "buildings": ("楼栋数", "栋"),
    "investment": ("计划改造总投资", "万元"),
    "investment_basic": ("基础类投资", "万元"),
    "investment_improve": ("完善类投资", "万元"),
    "investment_enhance": ("提升类投资", "万元"),
    "sent": ("发放问卷", "份"),
    "returned": ("收回问卷", "份"),
    "willing": ("愿意改造的问卷", "份"),
    "neutral": ("持无所谓态度的问卷", "份"),
    "unwilling": ("不愿意改造的问卷", "份"),
    "willing_to_pay": ("愿意出资的问卷", "份"),
    **{
        f"{key}_{part}": (f"年度计划表{part_name}{name}", unit)
        for key, name, unit in (
            ("area", "建筑面积", "万平方米"),
            ("households", "户数", "户"),
            ("buildings", "楼栋数", "栋"),
            ("communities", "小区数", "个"),
            ("investment", "预计投资额", "万元"),
        )
        for part, part_name in (("before", "2000年底以前"), ("after", "2000年底以后"), ("total", "合计"))
    },
}


@dataclass(frozen=True)
class Fact:
    """A number (or a name found by comparing numbers) with a past.

    `how` is a readable Chinese formula, `sources` the rows it came from as ranges per file and sheet, or the
    parameters, `of` the ids of the facts it was computed from; `op` and `args` repeat the constructor's call.
    """

    id: str
    value: Value
    unit: str
    how: str
    op: str
    status: Status = "ok"
    sources: tuple[Mapping[str, Any], ...] = ()
    of: tuple[str, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id) or len(self.id) > 64:
            raise ValueError(f"fact id {self.id!r}: dotted, lower case, at most 64 characters")
        if (self.value is None) == (self.status == "ok"):
            raise ValueError(f"fact {self.id}: a missing value has a kind, a present one has none")

    @property
    def display(self) -> str:
        """The value as it is printed, without its unit."""
        if self.status != "ok":
            return MISSING[self.status]
        if self.op in STATED:
            return format(self.value, "f") if isinstance(self.value, Decimal) else str(self.value)
        return show(self.value, self.unit)

    @property
    def number(self) -> Decimal:
        """The exact value; 0 where it is missing, for drawing only."""
        return Decimal(self.value) if isinstance(self.value, int | Decimal) else Decimal(0)

    def as_dict(self) -> dict[str, Any]:
        value = str(self.value) if isinstance(self.value, Decimal) else self.value
        return {
            "value": value, "unit": self.unit, "display": self.display, "how": self.how, "status": self.status,
            "op": self.op, "args": dict(self.args), "of": list(self.of), "sources": [dict(s) for s in self.sources],
        }  # fmt: skip


def places_of(unit: str, value: Value) -> int:
    """Decimal places of a unit; one that a project brought along has none in whole numbers and two in others."""
    return PLACES.get(unit, 2 if isinstance(value, Decimal) else 0)


def show(value: Value, unit: str) -> str:
    """Rounded as Excel shows it: half up, with the unit's places."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    places = places_of(unit, value)
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0)  # no -0.0


# ------------------------------------------------------------------------------------------------ constructors


def total(id: str, rows: Rows, column: str, own: tuple[str, str] | None = None) -> Fact:
    """The sum of a column. Rows without a figure are left out and said; no figure at all is not_surveyed.

    `own`: name and unit of a column that the common form lacks.
    """
    name, unit = own or COLUMN_NAMES[column]
    values = rows.frame[column].dropna()
    blank = len(rows) - len(values)
    value: Value = sum((Decimal(str(v)) for v in values), Decimal(0))
    if PLACES.get(unit) == 0 or (own and str(values.dtype) == "Int64"):
        value = int(value)  # type: ignore[arg-type]
    how = f"{rows.label.removesuffix('的')}（{len(rows)}行）的{name}之和" + (f"，其中{blank}行未填" if blank else "")
    missing = blank and not len(values)
    return Fact(
        id, None if missing else value, unit, how, "total", "not_surveyed" if missing else "ok",
        tuple(rows.sources), (), {"column": column} | ({"name": name} if own else {}),
    )  # fmt: skip


def count(id: str, rows: Rows, unit: str = "个") -> Fact:
    """How many rows there are."""
    return Fact(
        id, len(rows), unit, f"{rows.label.removesuffix('的')}的个数", "count", "ok", tuple(rows.sources), (), {}
    )


def distinct(id: str, rows: Rows, column: str, unit: str, noun: str) -> Fact:
    """How many different values a column has; `noun` is what they are: 县（市）, 大类."""
    values = rows.frame[column].dropna()
    return Fact(
        id,
        int(values.nunique()),
        unit,
        f"{rows.label}所属的{noun}的个数",
        "distinct",
        "ok",
        tuple(rows.sources),
        (),
        {"column": column, "noun": noun},
    )


def share(id: str, part: Fact, whole: Fact) -> Fact:
    """Percent of a whole; nothing of nothing is not computable."""
    return _divided(id, part, whole, "%", "share", Decimal(100), f"{_said(part)}÷{_said(whole)}×100%")


def ratio(id: str, above: Fact, below: Fact, unit: str, scale: int = 1) -> Fact:
    """`above` ÷ `below` × `scale` in `unit`, e.g. 万元/户."""
    return _divided(
        id,
        above,
        below,
        unit,
        "ratio",
        Decimal(scale),
        f"{_said(above)}÷{_said(below)}" + (f"×{scale}" if scale != 1 else ""),
    )


def _said(fact: Fact) -> str:
    return f"（{fact.how}：{fact.display}{fact.unit if fact.status == 'ok' else ''}）"


def _divided(id: str, above: Fact, below: Fact, unit: str, op: str, scale: Decimal, how: str) -> Fact:
    status: Status = "ok" if above.status == below.status == "ok" else "not_surveyed"
    if status == "ok" and not below.number:
        status = "not_computable"
    value = above.number * scale / below.number if status == "ok" else None
    return Fact(id, value, unit, how, op, status, (), (above.id, below.id), {"scale": str(scale), "unit": unit})


def difference(id: str, a: Fact, b: Fact, unit: str = "") -> Fact:
    """a − b, exactly; in a's unit, two percentages in 个百分点."""
    unit = unit or ("个百分点" if a.unit == b.unit == "%" else a.unit)
    status: Status = "ok" if a.status == b.status == "ok" else "not_computable"
    value: Value = None
    if status == "ok":
        value = a.value - b.value if isinstance(a.value, int) and isinstance(b.value, int) else a.number - b.number
    return Fact(id, value, unit, f"{_said(a)}−{_said(b)}", "difference", status, (), (a.id, b.id), {"unit": unit})


def extreme(id: str, among: Mapping[str, Fact], what: str, largest: bool = True) -> tuple[Fact, Fact]:
    """The name of the largest (smallest) among named facts, and under `id`.value its value; the first of equals.

    `what` names it by its measure: 户数最多的县（市）. The value was computed as it is among the facts.
    """
    known = {name: fact for name, fact in among.items() if fact.status == "ok"}
    ids = tuple(fact.id for fact in among.values())
    args = {"names": list(among), "what": what, "largest": largest}
    if not known:
        unit = next(iter(among.values())).unit if among else ""
        return (
            Fact(id, None, "", what, "extreme", "not_applicable", (), ids, args),
            Fact(f"{id}.value", None, unit, what, "extreme", "not_applicable", (), ids, args),
        )
    name = (max if largest else min)(known, key=lambda n: known[n].number)
    best = known[name]
    return (
        Fact(id, name, "", what, "extreme", "ok", (), ids, args),
        Fact(f"{id}.value", best.value, best.unit, best.how, "extreme", "ok", (), (best.id,), args),
    )


def score(id: str, rows: Rows, column: str, item: str, weights: Sequence[int], name: str = "") -> Fact:
    """Urgency of an item: each row that lists it adds the weight of its place; beyond the weights the last counts.

    `name`: what the item is called, where that is known.
    """
    points = 0
    for listed in rows.frame[column]:
        if item in listed:
            points += weights[min(list(listed).index(item), len(weights) - 1)]
    how = f"{rows.label}对{name or item}的诉求{weighed(weights)}"
    args = {"column": column, "item": item, "weights": list(weights)}
    return Fact(id, points, "分", how, "score", "ok", tuple(rows.sources), (), args)


def weighed(weights: Sequence[int]) -> str:
    """按紧迫次序加权（5、4、3、2、1）计分"""
    return f"按紧迫次序加权（{'、'.join(map(str, weights))}）计分"


def ranking(id: str, among: Mapping[str, Fact], top: int, what: str) -> Fact:
    """The names of the facts with the largest values, most first; those of zero are left out. `what` is measured."""
    ordered = sorted((n for n in among if among[n].number > 0), key=lambda n: -among[n].number)[:top]
    ids = tuple(fact.id for fact in among.values())
    args = {"names": list(among), "top": top, "what": what}
    how = f"{what}，从大到小取前{top}位"
    if not ordered:
        return Fact(id, None, "", how, "ranking", "not_applicable", (), ids, args)
    return Fact(id, "、".join(ordered), "", how, "ranking", "ok", (), ids, args)


def given(id: str, source: Any, key: str, unit: str, county: str = "") -> Fact:
    """A figure the parameters state, by its dotted key; `county`: whose parameters they are, if another unit's."""
    value: Any = source
    for part in key.split("."):
        value = value[int(part)] if isinstance(value, Mapping) else getattr(value, part)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise TypeError(f"given({key}) is no figure")
    whose = {"county": county} if county else {}
    name = Params.name_of(key)
    how = f"规划参数“{name}”" if name else f"规划参数 {key}"
    if county:
        how = f"{source.unit.name}的{how}"
    return Fact(id, value, unit, how, "given", "ok", ({"params": key, **whose},), (), {"key": key, **whose})


def stated(id: str, rows: Rows, column: str, unit: str) -> Fact:
    """What one row of a reference table states: a number in `unit`, as exact as it is written, or words (一户一表),
    which have no unit. An empty cell states nothing: not_applicable."""
    if len(rows) != 1:
        raise ValueError(f"stated({id}): {len(rows)} rows, a figure is stated by one")
    text = str(rows.frame[column].iloc[0]).strip()
    number = NUMBER.fullmatch(text) is not None
    value: Value = Decimal(text) if number else text or None
    return Fact(
        id, value, unit if number else "", f"{rows.label}的规定",
        "stated", "ok" if text else "not_applicable", tuple(rows.sources), (), {"column": column, "unit": unit},
    )  # fmt: skip


def rest(id: str, whole: int, parts: Sequence[Fact], unit: str = "%") -> Fact:
    """What stated parts leave of a whole that is fixed by definition (100 %)."""
    value = whole - sum((p.number for p in parts), Decimal(0))
    how = f"{whole}{unit}" + "".join(f"−{_said(part)}" for part in parts)
    return Fact(id, value, unit, how, "rest", "ok", (), tuple(p.id for p in parts), {"whole": whole})


def cell(id: str, row: pd.Series, column: str) -> Fact:
    """One cell of one row."""
    name, unit = COLUMN_NAMES[column]
    value = row[column]
    source = {"file": row["file"], "sheet": row["sheet"], "rows": str(int(row["row"]))}
    blank = bool(pd.isna(value))
    kept = None if blank else int(value) if PLACES[unit] == 0 else Decimal(str(value))
    return Fact(
        id,
        kept,
        unit,
        f"{row['name']}的{name}",
        "cell",
        "not_surveyed" if blank else "ok",
        (source,),
        (),
        {"column": column},
    )


def checked(id: str, rule: Rule) -> Fact:
    """The figure of an applied rule, e.g. how many communities break it."""
    status: Status = "ok"
    if rule.figure is None:
        status = "not_applicable" if rule.verdict == "not_applicable" else "not_computable"
    value: Value = rule.figure
    if value is not None and PLACES[rule.unit] == 0:
        value = int(value)
    sources = tuple(Rows(rule.rows, rule.title).sources)
    return Fact(
        id, value, rule.unit, f"{rule.title}（限值：{rule.limit}）", "checked", status, sources, (), {"rule": rule.id}
    )
