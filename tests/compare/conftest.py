"""A small project built once, copies of it to change, and the difference between the two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planbook.compare.builds import Side, find_side
from planbook.compare.diff import Diff, UnitDiff, compare_builds
from planbook.pipeline import Order, build
from planbook.project import Project
from tests.conftest import made_once
from tests.small import UNITS, small_project, write_notebook

STOCK = """
import matplotlib.pyplot as plt
from planbook.report.data import facts_by_name
from planbook.report.rows import Rows
from planbook.report.tables import Head, Table

rows = chapter.communities
households = chapter.total("stock.households", rows, "households")
area = chapter.total("stock.area", rows, "area")
each = chapter.ratio("stock.area-per-household", area, households, "平方米/户", 10000)
number = chapter.count("stock.communities", rows)
limit = chapter.given("limit.post-share", "rules.post_share_cap", "%")
eras = {name: chapter.total(f"stock.{era}", rows.where(rows.frame["era"] == era, name), "households")
        for era, name in (("before", "以前"), ("after", "以后"))}
columns = (Head("年代", align="left", key="name"), Head("户数（户）", key="households"))
chapter.table(Table("eras", "各年代户数", columns, tuple(eras.items()), ("合计", households)))
listed = tuple((str(n), row["name"], chapter.total(f"one.{row['county']}.{row['period']}.{row['row']}",
    rows.where((rows.frame["file"] == row["file"]) & (rows.frame["sheet"] == row["sheet"])
               & (rows.frame["row"] == row["row"]), row["name"]), "households"))
    for n, (_i, row) in enumerate(rows.frame.iterrows(), 1))
heads = (Head("序号", key="number"), Head("小区名称", align="left", key="name"), Head("户数（户）", key="households"))
chapter.table(Table("list", "小区清单", heads, listed))
drawing, axes = plt.subplots(figsize=(3, 2))
axes.bar(list(eras), [float(fact.number) for fact in eras.values()])
chapter.figure("eras", drawing, caption="户数", alt="各年代户数的柱状图", data=facts_by_name("年代", {"户数": eras}))
"""
CHAPTER = """# 现状 {#sec-stock}

共{{ fact("stock.communities") }}个小区、{{ fact("stock.households") }}户。建筑面积{{ fact("stock.area") }}万平方米。

## 年代 {#sec-eras}

2000年底以前建成的有{{ fact("stock.before") }}户。这些小区建成早，设施老化。

{{ table("eras") }}

{{ figure("eras") }}

{{ table("list") }}

占比不超过{{ fact("limit.post-share") }}%。
"""


def built(project: Project) -> Project:
    """Builds the records of all units."""
    outcomes = build(project, Order(UNITS, (), accept_errors=True))
    assert not any(outcome.fault for outcome in outcomes), [outcome.fault for outcome in outcomes]
    return project


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """To read, not to change."""

    def make(project: Project) -> None:
        small_project(project.root)
        write_notebook(project, "01-stock", STOCK)
        (project.chapters / "01-stock.qmd").write_text(CHAPTER, "utf-8")
        built(project)

    return made_once(tmp_path_factory, "compare", make)


@pytest.fixture
def own(base: Project, tmp_path: Path) -> Project:
    """A copy to change."""
    return Project(shutil.copytree(base.root, tmp_path / "copy"))


def side(project: Project) -> Side:
    return find_side(str(project.root), None, (), lambda round: project.book)


def difference(base: Project, own: Project) -> Diff:
    """What differs between the base and its changed copy, built again."""
    one, other = side(base), side(built(own))
    return compare_builds(one.records, other.records, ("A", "B"))


def of(diff: Diff, unit: str) -> UnitDiff:
    return next(one for one in diff.units if one.unit == unit)
