"""The Excel annex: what notebooks published, the project list, the policy register, issues and corrections.

Numbers are numbers, shown with the places they are printed with elsewhere. A total is a live formula only where it
gives the published fact exactly, so the annex never disagrees with the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from planbook.analysis.policies import printed_date, printed_number
from planbook.analysis.register import issue_rows
from planbook.analysis.scope import with_scope
from planbook.book.assemble import Edition
from planbook.book.grids import BLANK, Extra, Origin, published_grid, survey_grid
from planbook.book.narrative import Published
from planbook.book.places import Places
from planbook.book.sheets import DATE, Book, Cell, Grid, Sheet, plain_header
from planbook.book.sources import reference_name, rows_listed, sources_sheet
from planbook.book.xlsx import write_workbook
from planbook.params import Period, Unit
from planbook.reference import Reference
from planbook.report.facts import show
from planbook.survey.form import COMMUNITY_COLUMNS, WILLINGNESS_COLUMNS
from planbook.survey.rounds import RoundInfo
from planbook.survey.store import Survey

CONTENTS, SINCE, OTHER = "目录", "与上一轮相比", "其他表"
COUNT_YES = 'COUNTIF({column}{first}:{column}{last},"是")'
UNPUBLISHED = "规划正文没有这一部分的表，本页没有内容。"

# Which tables a sheet takes, in this order; an id takes those that go on with a hyphen, too.
TABLES_AFTER_PLANS = (
    ("现状", ("stock", "property", "renovation", "age", "scope", "historic", "complete", "intake")),
    ("改造诉求", ("needs", "catalogue", "grades")),
    ("改造标准", ("standards",)),
    ("居民意愿", ("willingness", "will", "concern", "consent")),
    ("资金", ("funding", "fund")),
    ("组织实施", ("procedure", "management", "duties")),
    ("规则检查", ("audit",)),
)
# printed in parts where the annex has the whole: 小区清单, 政策清单, 问题与更正
REPEATED = ("projects", "outside", "policy", "basis", "corrections", "issues")


def write_annex(
    path: Path, edition: Edition, published: Published, places: Places, survey: Survey, reference: Reference
) -> Path:
    """Writes one unit's annex to `path`; `survey` holds the unit's own counties and no others.

    The same input gives the same bytes. InputError: the file is there and cannot be replaced.
    """
    document = edition.params.document
    book = Book(edition.params.title)
    properties = book.workbook.properties
    properties.title = edition.params.title
    properties.creator = document.client or edition.params.unit.department
    properties.created = datetime.strptime(document.date, "%Y-%m")
    sheets = annex_sheets(edition, published, places, survey, reference)
    for sheet in (_contents(edition, sheets), *sheets):
        book.add(sheet)
    return write_workbook(path, book.workbook, book.cached)


def annex_sheets(
    edition: Edition, published: Published, places: Places, survey: Survey, reference: Reference
) -> list[Sheet]:
    """All sheets but the contents, in order; 与上一轮相比 only in a book that is compared with a round, 其他表 only if
    there are tables that belong nowhere else."""
    others = {edition.since.id: f"{edition.since.label}摸底调查"} if edition.since else {}
    origin = Origin(f"{edition.info.label}摸底调查", published.facts, edition.missing, others)
    items = dict(zip(reference.catalogue["code"], reference.catalogue["item"], strict=True))
    printed = {id: table for id, table in published.tables.items() if not table["blank"]}
    left = {id: table for id, table in printed.items() if not any(_within(id, name) for name in REPEATED)}

    def take(*names: str) -> list[Grid]:
        found = [id for name in names for id in left if _within(id, name)]
        return [published_grid(left.pop(id), origin) for id in dict.fromkeys(found)]

    grids = {name: take(*ids) for name, ids in (*_plans(edition.params.period), *TABLES_AFTER_PLANS)}
    grids["居民意愿"] += _questionnaires(survey, items, origin)
    grids["规则检查"] += _broken(published)
    projects = _projects(edition, survey, items, origin)
    listed = rows_listed(survey, projects.grids[0].first_row)
    return [
        projects,
        *(Sheet(name, _captions(mine) or UNPUBLISHED, mine, UNPUBLISHED) for name, mine in grids.items()),
        _policies(reference),
        _doubts(survey),
        sources_sheet(published.facts, places.facts, listed, edition.params.counties),
        *(Sheet(name, _captions(mine), mine) for name, mine in ((SINCE, take("since")), (OTHER, take(*left))) if mine),
    ]


def _within(id: str, name: str) -> bool:
    return id == name or id.startswith(f"{name}-")


def _plans(period: Period) -> list[tuple[str, tuple[str, ...]]]:
    years = [(f"{year}年计划", (f"annual-{year}", f"list-{year}")) for year in period.years]
    return [(f"{period.span}计划", ("plan", "goal")), *years]


def _captions(grids: Iterable[Grid]) -> str:
    return "；".join(grid.caption for grid in grids)


# ---------------------------------------------------------------------------------------------- sheets


def _contents(edition: Edition, sheets: Sequence[Sheet]) -> Sheet:
    params, document, info, since = edition.params, edition.params.document, edition.info, edition.since
    said = [
        f"{params.title}附表",
        f"规划期限：{params.period.first}—{params.period.last}年",
        f"稿次：{document.edition}　编制日期：{document.printed_date}",
        *(f"{word}：{name}" for word, name in (("委托单位", document.client), ("编制单位", document.compiler)) if name),
        f"调查轮次：{_surveyed(params.unit, info)}",
        *([f"比较轮次：{_surveyed(params.unit, since)}"] if since else []),
        *(f"说明：{note}" for note in edition.notes),
    ]
    body = [
        [Cell(n, "center"), Cell(sheet.name, link=sheet.name), Cell(sheet.about), Cell(sheet.rows, "right")]
        for n, sheet in enumerate(sheets, 1)
    ]
    grid = Grid(CONTENTS, plain_header("序号", "工作表", "内容", "数据行数"), body, name=1)
    return Sheet(CONTENTS, "", [grid], intro=said)


def _surveyed(unit: Unit, info: RoundInfo) -> str:
    """The round, by whom and where; what is said of it is of the whole prefecture, so a county's annex has the words
    of its own book."""
    if not unit.is_county:
        return f"{info.label}摸底调查（{info.surveyor}；{info.coverage}）"
    return f"{info.label}摸底调查（{unit.name}的社区工作人员填报，{unit.department}汇总）"


def _projects(edition: Edition, survey: Survey, items: Mapping[str, str], origin: Origin) -> Sheet:
    """Every community surveyed, in the plan or not."""
    communities = with_scope(survey.communities, edition.params)
    planned = Cell(int(communities["planned"].sum()), "center", '0"个列入"', COUNT_YES)
    reasons = [_reason(row, edition.params.period) for _index, row in communities.iterrows()]
    extras = (
        Extra("是否列入\n计划", [Cell("是" if is_in else "否", "center") for is_in in communities["planned"]], planned),
        Extra("不列入原因", texts(reasons)),
    )
    notes = (*_beyond_the_plan(communities), "注：调查表位置是小区在所属县（市）调查表中的工作表和行号。")
    caption = f"{edition.params.unit.name}老旧小区清单"
    columns = (*COMMUNITY_COLUMNS, *survey.info.own.columns)
    grid = survey_grid(caption, columns, communities, items, origin, extras, notes)
    return Sheet("小区清单", "摸底调查的全部小区：调查表各栏、是否列入计划、不列入原因", [grid])


def _beyond_the_plan(communities: pd.DataFrame) -> list[str]:
    """The list adds up what the forms say, the plan only what is in it: the two investments differ by this."""
    filled = communities[~communities["planned"] & (communities["investment"].fillna(0) > 0)]
    if filled.empty:
        return []
    total = show(sum(map(Decimal, filled["investment"]), Decimal(0)), "万元")
    return [f"注：总投资的合计包括没有列入计划而填报了投资的{len(filled)}个小区、{total}万元。"]


def _reason(row: pd.Series[Any], period: Period) -> str:
    """Why a community is not in the plan; empty if it is."""
    if row["planned"] or row["reason"]:
        return str(row["reason"])
    if pd.isna(row["plan_year"]):
        return "未安排改造年度"
    return f"计划改造年度{int(row['plan_year'])}年不在{period.first}—{period.last}年内"


def _questionnaires(survey: Survey, items: Mapping[str, str], origin: Origin) -> list[Grid]:
    rows = survey.willingness
    return [survey_grid("各小区居民改造意愿", WILLINGNESS_COLUMNS, rows, items, origin)] if len(rows) else []


def _broken(published: Published) -> list[Grid]:
    """The survey rows that break a rule."""
    header = plain_header("序号", "规则", "结论", "县（市）", "名称", "调查表", "工作表", "行", "处理建议")
    found = [(rule, row) for rule in published.rules for row in rule["rows"]]
    body = [
        [
            Cell(n, "center"), Cell(rule["title"]), Cell(rule["printed"], "center"),
            *texts((row["county"], row["name"], reference_name(row) or row["file"], row["sheet"])),
            Cell(row["row"], "center"),
            Cell(rule["mend"]),
        ]
        for n, (rule, row) in enumerate(found, 1)
    ]  # fmt: skip
    grid = Grid("不符合规则的调查表行", header, body, name=1, empty="各项规则都没有不符合的调查表行。")
    return [grid] if published.rules else []


def _policies(reference: Reference) -> Sheet:
    heads = ("序号", "名称", "文号", "日期", "发布机关", "层级", "类型", "要点", "状态", "范围", "备注", "所在部分")
    keys = ("issuer", "level", "kind", "gist", "status", "scope", "note")
    body = [
        [
            Cell(n, "center"), *texts((row["title"], printed_number(row["number"]))), _dated(row["date"]),
            *texts(row[key] for key in keys), Cell("、".join(row["section"])),
        ]
        for n, row in enumerate(reference.policies.to_dict("records"), 1)
    ]  # fmt: skip
    grid = Grid("政策清单", plain_header(*heads), body, name=1, filter=True)
    about = "规划依据的会议、文件、法律法规和标准"
    return Sheet("政策清单", about, [grid] if body else [], "没有登记政策文件，本页没有内容。")


def _dated(known: str) -> Cell:
    """A date that can be sorted by, where the day is known; both are shown as the book prints them."""
    return Cell(date.fromisoformat(known), form=DATE) if len(known) == len("2020-08-26") else Cell(printed_date(known))


def _doubts(survey: Survey) -> Sheet:
    issues = Grid(
        "问题", plain_header("序号", "调查表", "工作表", "单元格", "程度", "原文", "问题与处理"),
        [
            [Cell(n, "center"), *texts(row[key] for key in ("file", "sheet", "cell", "severity", "raw", "message"))]
            for n, row in enumerate(issue_rows(survey.issues).to_dict("records"), 1)
        ],
        name=1, empty="本轮摸底没有发现问题。",
    )  # fmt: skip
    corrections = Grid(
        "更正", plain_header("序号", "调查表", "工作表", "单元格", "原文", "更正为", "更正规则"),
        [
            [Cell(n, "center"), *texts([c.file, c.sheet, c.cell, c.raw, c.value, c.rule])]
            for n, c in enumerate(survey.corrections, 1)
        ],
        name=1, empty="本轮摸底没有自动更正。",
    )  # fmt: skip
    nothing = "本轮摸底没有发现问题，也没有自动更正。"
    grids = [issues, corrections] if issues.body or corrections.body else []
    return Sheet("问题与更正", "读取调查表时发现的问题和自动更正" if grids else nothing, grids, nothing)


def texts(values: Iterable[str]) -> list[Cell]:
    """Cells of text, a dash where there is none."""
    return [Cell(value or BLANK) for value in values]
