"""The survey's forms as tables: blank as they were handed out, and the heads the annual plan is printed under."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from planbook.report.tables import Head, Table
from planbook.survey.form import ANNUAL_COLUMNS, COMMUNITY_COLUMNS, MEASURES, PARTS, Column

# heads of narrow columns break between words
LINES = {
    "县（市）、区": "县（市）、\n区",
    "小区名称": "小区\n名称",
    "建成时间（年）": "建成\n时间\n（年）",
    "房屋性质": "房屋\n性质",
    "计划改造资金来源": "计划改造\n资金来源",
    "计划改造总投资（万元）": "计划改造\n总投资\n（万元）",
    "计划户均改造资金（万元）": "计划户均\n改造资金\n（万元）",
    "改造后管理模式": "改造后\n管理\n模式",
    "计划改造年度": "计划\n改造\n年度",
    "改造情况": "改造\n情况",
    "已列入中央补助年度": "已列入\n中央\n补助\n年度",
}

BLANK = 7  # lines to be filled in: two forms fill a landscape page


def heads(columns: Sequence[Column], widths: Sequence[float]) -> tuple[Head, ...]:
    """Form columns as heads: neighbours of one group stand under it."""
    given = dict(zip((c.key for c in columns), widths, strict=True))
    out: list[Head] = []
    for group, members in groupby(columns, key=lambda column: column.group):
        leaves = tuple(
            Head(broken(c.header), key=c.key.replace("_", "-"), align="center", width=given[c.key]) for c in members
        )
        out += [Head(group, leaves)] if group else leaves
    return tuple(out)


def broken(header: str) -> str:
    """A narrow column's head breaks before its unit, and 2000年底以前 after its year."""
    if header in LINES:
        return LINES[header]
    return header.replace("（", "\n（") if header.endswith("）") else header.replace("年底", "年\n底")


def community_form(id: str, own: Sequence[Column] = ()) -> Table:
    """老旧小区摸底调研情况表, blank; `own`: the round's own columns, which stand at its end."""
    widths = [4, 7.6, 5.1, 5.1, 5.1, 8.4, 5, 5, 5, 5, 5, 6.5, 6.5, 6.5, 5.1, 5.1, 5.1, 5.1, *[5.1] * len(own)]
    columns = heads((*COMMUNITY_COLUMNS, *own), widths)
    return Table(id, "老旧小区摸底调研情况表（样表）", columns, (), landscape=True, small=True, blank=BLANK)


def annual_form(id: str) -> Table:
    """老旧小区改造年度计划表, blank."""
    widths = [4, 7, 8, *[5.4] * (len(ANNUAL_COLUMNS) - 3)]
    return Table(
        id,
        "老旧小区改造年度计划表（样表）",
        heads(ANNUAL_COLUMNS, widths),
        (),
        landscape=True,
        small=True,
        blank=BLANK,
    )


def annual_heads() -> tuple[Head, ...]:
    """The annual plan's three-part heads: five measures × (before, after, total) beside the counties."""
    groups = tuple(
        Head(
            group,
            tuple(
                Head(
                    broken(name),
                    key=f"{measure}-{part}",
                    unit=unit,
                    width=6 if measure not in ("area", "investment") else 7,
                    adds=(f"{measure}-before", f"{measure}-after") if part == "total" else (),
                )
                for part, name in PARTS
            ),
        )
        for measure, group, unit in MEASURES
    )
    return (Head("县（市）", key="name", align="left", width=10), *groups)
