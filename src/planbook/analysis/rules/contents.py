"""What is renovated: the catalogue, the basic items, the counties' grades, and protection in historic districts.

Sources: chapter 7 (3 categories, 51 items, the basic ones to be done at once), its last section, and chapter 8, 一.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

import pandas as pd

from planbook.analysis.rules.rule import Evidence, Rule, judged
from planbook.params import Params
from planbook.reference import TIERS
from planbook.survey.form import ITEM_NAMES

CONTENTS = "第七章"
BASIC = "第七章第一节"
HISTORIC = "第七章第四节（一）"
GRADES = "第八章第一节"
REQUIRED, PREFERRED, _OPTIONAL = TIERS
NEEDS = ("needs_basic", "needs_improve", "needs_enhance")


def tiers(evidence: Evidence) -> Iterator[Rule]:
    catalogue, expected = evidence.reference.catalogue, evidence.params.rules.tiers
    wanted = dict(zip(TIERS, (expected.required, expected.preferred, expected.optional), strict=True))
    there = {tier: int((catalogue["tier"] == tier).sum()) for tier in TIERS}
    whole = sum(wanted.values())
    astray = catalogue[(catalogue["category"] == "基础类") & (catalogue["tier"] != REQUIRED)]
    details = [f"{tier}项{there[tier]}项，应为{wanted[tier]}项" for tier in TIERS if there[tier] != wanted[tier]]
    details += [f"基础类的{item}不是{REQUIRED}项" for item in astray["item"]]
    parts = "、".join(f"{tier}{count}项" for tier, count in wanted.items())
    title = f"改造内容共{whole}项（{parts}），基础类均为{REQUIRED}项"
    yield judged(
        "catalogue.tiers", title, CONTENTS, Decimal(len(catalogue)), "项", f"{whole}项", broken=bool(details),
        rows=_items(astray), mend="核对改造内容目录", details=tuple(details), edit="data/catalogue.csv",
    )  # fmt: skip


def basic_offered(evidence: Evidence) -> Iterator[Rule]:
    """A basic item is offered where residents can ask for it by its number on the form, the catalogue makes it
    obligatory, and the standards say how it is done."""
    reference, expected = evidence.reference, evidence.params.rules.tiers.required
    obligatory = set(reference.catalogue["code"][reference.catalogue["tier"] == REQUIRED])
    ruled = {code for codes in reference.standards["codes"] for code in codes}
    asked = [code for code in ITEM_NAMES if code.startswith("J")]
    details = [f"{ITEM_NAMES[code]}没有列为{REQUIRED}项" for code in asked if code not in obligatory]
    details += [f"{ITEM_NAMES[code]}没有改造标准" for code in asked if code in obligatory - ruled]
    offered = [code for code in asked if code in obligatory & ruled]
    lacking = reference.catalogue[
        reference.catalogue["code"].str.startswith("J") & ~reference.catalogue["code"].isin(offered)
    ]
    yield judged(
        "catalogue.basic", f"基础类{expected}项全部提供：调查表可选、目录必选、定有标准", BASIC, Decimal(len(offered)),
        "项", f"{expected}项", broken=len(offered) != expected, rows=_items(lacking),
        mend="补齐改造内容目录和改造标准", details=tuple(details), edit="data/catalogue.csv, data/standards.csv",
    )  # fmt: skip


def grades(evidence: Evidence) -> Iterator[Rule]:
    """What a county's grade demands beyond the basic items is asked for by some community of its plan."""
    id, title = "grade.items", evidence.local("改造等级在基础类以外要求的分项都有计划小区提出")
    planned, lacking = evidence.planned, {}
    for county, params in evidence.members.items():
        mine = planned[planned["county"] == county]
        if len(mine):
            lacking[county] = _items(_lacking(evidence, params.grade.level, _asked(mine)), params.unit.name)
    if not lacking:
        yield Rule(id, title, GRADES, None, "项", "0项", "not_applicable", evidence.nothing)
        return
    found = pd.concat(lacking.values())
    details = [_told(evidence.members[county], items) for county, items in lacking.items() if len(items)]
    yield judged(
        id, title, GRADES, Decimal(len(found)), "项", "0项", broken=bool(details), rows=found,
        mend="在有关片区补充安排这些分项，或调整改造等级", details=tuple(details), edit="params: grade",
    )  # fmt: skip


def _told(params: Params, items: pd.DataFrame) -> str:
    what = "完善类的任何一项" if params.grade.level == "基础级" else "、".join(items["name"])
    return f"{params.unit.name}列为{params.grade.level}，没有计划小区提出{what}"


def _asked(communities: pd.DataFrame) -> set[str]:
    return {code for column in NEEDS for listed in communities[column] for code in listed}


def _lacking(evidence: Evidence, grade: str, asked: Collection[str]) -> pd.DataFrame:
    """基础级 wants some of 完善类; 完善级 every preferred item of it; 提升级 those of 提升类, too."""
    catalogue = evidence.reference.catalogue
    improve, enhance = (catalogue[catalogue["category"] == name] for name in ("完善类", "提升类"))
    if grade == "基础级":
        return improve.iloc[0:0] if improve["code"].isin(asked).any() else improve
    wanted = improve if grade == "完善级" else pd.concat([improve, enhance])
    return wanted[(wanted["tier"] == PREFERRED) & ~wanted["code"].isin(asked)]


def protection(evidence: Evidence) -> Iterator[Rule]:
    """A planned community on the form's third sheet carries a requirement of protection: a standard that is marked as
    one, must be kept (应), and concerns an item that is obligatory or that the community asks for."""
    id, title = "historic.protection", "历史文化街区内列入计划的小区都有必须遵守的保护要求"
    rows, reference = evidence.planned[evidence.planned["period"] == "historic"], evidence.reference
    if rows.empty:
        yield Rule(id, title, HISTORIC, None, "个", "0个", "not_applicable", rows)
        return
    standards = reference.standards
    binding = standards[standards["historic"] & (standards["strictness"] == "应")]
    protected = {code for codes in binding["codes"] for code in codes}
    everywhere = set(reference.catalogue["code"][reference.catalogue["tier"] == REQUIRED])
    bare = [not protected & (everywhere | {c for n in NEEDS for c in row[n]}) for _index, row in rows.iterrows()]
    found = rows[pd.Series(bare, index=rows.index)]
    yield judged(
        id, title, HISTORIC, Decimal(len(found)), "个", "0个", broken=len(found) > 0, rows=found,
        mend="在改造标准中写明这些小区的改造内容应遵守的保护要求", edit="data/standards.csv: historic",
    )  # fmt: skip


def _items(catalogue: pd.DataFrame, county: str = "") -> pd.DataFrame:
    """Rows of the catalogue as a rule names rows."""
    return catalogue.assign(name=catalogue["item"], county_name=county)
