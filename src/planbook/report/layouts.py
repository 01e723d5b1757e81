"""The tables that chapters 3, 4 and 9 print in one shape: measures by part, shares by kind, items by urgency, the
annual plan form, money by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planbook.report.cells import CellValue
from planbook.report.facts import Fact
from planbook.report.forms import annual_heads
from planbook.report.tables import Head, Table
from planbook.survey.form import MEASURES, PARTS

Facts = Mapping[str, Fact]
UPRIGHT = 6  # years that an upright page has room for


def scale_table(id: str, caption: str, first: str, parts: Mapping[str, Facts], whole: Facts) -> Table:
    """Area, households, buildings and communities of each part, and the shares of the households where they are given;
    the whole as its foot where there are several."""
    shared = "households-share" in whole
    name, area, *widths = (22, 18, 15, 16, 15, 14) if shared else (30, 22, 16, 0, 16, 16)
    columns = (
        Head(first, key="name", align="left", width=name),
        Head("面积（万平方米）", key="area", unit="万平方米", width=area),
        Head("户数（户）", key="households", unit="户", width=widths[0]),
        *([Head("户数占比（%）", key="households-share", width=widths[1])] if shared else []),
        Head("楼栋数（栋）", key="buildings", unit="栋", width=widths[2]),
        Head("小区数（个）", key="communities", unit="个", width=widths[3]),
    )
    return _table(id, caption, columns, parts, whole)


def kinds_table(id: str, caption: str, first: str, kinds: Mapping[str, Facts], whole: Facts) -> Table:
    """Communities and households of each kind with their shares, and area."""
    columns = (
        Head(first, key="name", align="left", width=24),
        Head("小区数（个）", key="communities", width=15),
        Head("占比（%）", key="communities-share", width=12),
        Head("户数（户）", key="households", width=14),
        Head("占比（%）", key="households-share", width=12),
        Head("面积（万平方米）", key="area", width=23),
    )
    return _table(id, caption, columns, kinds, whole)


def willingness_table(
    id: str, caption: str, places: Mapping[str, Facts], whole: Facts, notes: tuple[str, ...] = ()
) -> Table:
    """Questionnaires of each place: sent, returned, attitude, readiness to pay."""
    columns = (
        Head("县（市）", key="name", align="left", width=20),
        Head("问卷（份）", (Head("发放", key="sent", width=10), Head("收回", key="returned", width=10))),
        Head(
            "对改造的态度（份）",
            (
                Head("愿意", key="willing", width=10),
                Head("无所谓", key="neutral", width=10),
                Head("不愿意", key="unwilling", width=10),
            ),
        ),
        Head("愿意占比（%）", key="willing-share", width=10),
        Head(
            "愿意出资",
            (
                Head("份数（份）", key="willing-to-pay", width=10),
                Head("占比（%）", key="willing-to-pay-share", width=10),
            ),
        ),
    )
    return _table(id, caption, columns, places, whole, small=True, notes=notes)


def urgency_table(
    id: str, caption: str, items: Sequence[str], score: Facts, asking: Facts, first: Facts, label: str, *, assumed: bool
) -> Table:
    """Items, most urgent first: score, how many communities (`label`: which) ask for it, how many put it first."""
    columns = (
        Head("位次", key="rank", align="center", width=10),
        Head("改造内容", key="item", align="left", width=34),
        Head("紧迫得分（分）", key="score", width=20),
        Head("提出的小区（个）", key="asking", width=18),
        Head("排在首位（个）", key="first", width=18),
    )
    places = [
        sum(score[other].number > score[item].number for other in items) + 1 for item in items
    ]  # equals share one
    rows = tuple(
        (str(place) if score[item].number else "—", item, score[item], asking[item], first[item])
        for place, item in zip(places, items, strict=True)
    )
    note = f"注：统计对象为{label}；紧迫得分按居民填写的先后次序加权" + ("，权重为示例。" if assumed else "。")
    return Table(id, caption, columns, rows, small=True, notes=(note,))


def annual_table(
    id: str, caption: str, counties: Mapping[str, Mapping[str, Facts]], whole: Mapping[str, Facts]
) -> Table:
    """The annual plan form filled in: a row a county, each measure before, after and in total."""

    def row(name: str, facts: Mapping[str, Facts]) -> tuple[CellValue, ...]:
        return (name, *(facts[part][key] for key, _, _ in MEASURES for part in ("before", "after", "total")))

    rows = tuple(row(name, facts) for name, facts in counties.items())
    foot = row("合计", whole) if len(rows) > 1 else None
    return Table(id, caption, annual_heads(), rows, foot, landscape=True, small=True, sums=True)


def part_table(id: str, caption: str, parts: Mapping[str, Facts]) -> Table:
    """One place's annual plan upright: a row a measure, before, after and in total."""
    columns = (
        Head("指标", key="name", align="left", width=34),
        *(Head(name, key=part, width=22, adds=("before", "after") if part == "total" else ()) for part, name in PARTS),
    )
    rows: tuple[tuple[CellValue, ...], ...] = tuple(
        (head, *(parts[part][key] for part, _ in PARTS)) for key, head, _ in MEASURES
    )
    return Table(id, caption, columns, rows)


def years_table(id: str, caption: str, years: Mapping[str, Mapping[str, Facts]], whole: Mapping[str, Facts]) -> Table:
    """The plan by years: of each measure the total, then before and after; a column a year, and their sum."""
    keys = {year: f"y{number}" for number, year in enumerate(years, 1)}
    width = 76 / (len(years) + 1)
    columns = (
        Head("指标", key="name", align="left", width=24),
        *(Head(year, key=key, width=width) for year, key in keys.items()),
        Head("合计", key="total", width=width, adds=tuple(keys.values())),
    )
    rows: tuple[tuple[CellValue, ...], ...] = tuple(
        (head if part == "total" else f"　{name}", *(facts[part][key] for facts in (*years.values(), whole)))
        for key, head, _ in MEASURES
        for part, name in (PARTS[-1], *PARTS[:-1])
    )
    return Table(id, caption, columns, rows, landscape=len(years) > UPRIGHT, small=True, lines=len(PARTS) - 1)


def money_table(
    id: str, caption: str, first: str, years: Sequence[int], parts: Mapping[str, Sequence[Fact]], whole: Sequence[Fact],
    notes: tuple[str, ...] = (),
) -> Table:  # fmt: skip
    """万元 of each part in each year and in total: `parts` and `whole` hold the years' facts, then the sum."""
    columns = (
        Head(first, key="name", align="left", width=19),
        *(Head(f"{year}年", key=f"y{year}", unit="万元", width=13) for year in years),
        Head("合计", key="total", unit="万元", width=16, adds=tuple(f"y{year}" for year in years)),
    )
    rows: tuple[tuple[CellValue, ...], ...] = tuple((name, *facts) for name, facts in parts.items())
    return Table(id, caption, columns, rows, ("合计", *whole), unit="万元", notes=notes, sums=True)


def _table(
    id: str, caption: str, columns: tuple[Head, ...], parts: Mapping[str, Facts], whole: Facts, *,
    small: bool = False, notes: tuple[str, ...] = (),
) -> Table:  # fmt: skip
    keys = [leaf.key for column in columns for leaf in column.leaves][1:]

    def row(name: str, facts: Facts) -> tuple[CellValue, ...]:
        return (name, *(facts[key] for key in keys))

    rows = tuple(row(name, facts) for name, facts in parts.items())
    foot = row("合计", whole) if len(rows) > 1 else None
    return Table(id, caption, columns, rows, foot, small=small, sums=True, notes=notes)
