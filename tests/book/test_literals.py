"""No bare digits: what may be typed into prose, what may not, and the project's own chapters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planbook.book.literals import literals, loose_numbers, typed_numbers
from planbook.book.narrative import Published
from planbook.book.prose import Line, chapter_lines, notebook_lines, python_lines
from planbook.project import Project

ROOT = Path(__file__).resolve().parents[2]


def typed(folder: Path, text: str) -> list[str]:
    """The doubts about a chapter of this text."""
    (folder / "x.qmd").write_text(text, "utf-8")
    return [str(doubt) for doubt in literals(chapter_lines(folder, "x.qmd"))]


@pytest.mark.parametrize(
    "text",
    [
        "2019年6月19日的会议、2020年5月部署、2017年启动、80年代建成、2021—2025年、2019年10月。",
        "《规划（2021—2025年）第3版》、国办发〔2020〕23号、GB 50180—2018、CJJ/T 7-2017、2021年第5号公告。",
        "1. 第一条\n2. 第3条第2款，按（1）办理\n",
        "塔河路75号院、5G基站、A4纸、教育部等13部门的意见，合计100%。",
        "# 标题 {#sec-plan-2021 .small width=60%}\n见[@tbl-annual-2021]和[说明](a1.html)，`x = 3`。",
        '{% set x = 15 %}{% if value("a") > 12 %}{{ fact("plan.2021.households") }}户{% endif %}',
        '{{ period.first }}—{{ period.last }}年，{{ old }}年底以前，{{ "全部" if n == 1 else names[:6] }}',
        "{## 15 ##}三个阶段、一户一表、唯一一个小区、百分之百、一两栋。",
    ],
)
def test_dates_names_and_code_are_no_bare_digits(tmp_path: Path, text: str) -> None:
    assert typed(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("共改造48715户", "48715"),
        ("占比不超过15%", "15%"),
        ("占比不超过１５％", "１５％"),
        ("面积20.7425万平方米", "20.7425"),
        ("间距不大于120米", "120"),
        ("2000年底以前建成的小区", "2000"),
        ('{{ "共5个" if wide else "" }}', "5"),
        ("涉及三百二十户", "三百二十"),
        ("约占百分之十五", "百分之十五"),
        ("{{ x }}个小区、13个县", "13"),
        ("分3个阶段，到2021年完成30%", "3"),
    ],
)
def test_a_number_that_belongs_to_a_fact_is_told_with_its_line(tmp_path: Path, text: str, number: str) -> None:
    found = typed(tmp_path, f"# 章\n\n{{% if x\n%}}前文。\n{text}。\n")
    assert found[0].startswith(f"chapters/x.qmd: line 5: the number {number} is typed")


def test_what_was_typed_on_purpose_is_spared_on_its_line_and_the_next(tmp_path: Path) -> None:
    assert typed(tmp_path, "{## on purpose: 120, 7 ##}\n间距120米，共7处。\n") == []
    assert typed(tmp_path, "间距120米{## on purpose: 120 ##}，又120米。\n") == []
    assert len(typed(tmp_path, "{## on purpose: 120 ##}\n\n间距120米。\n")) == 1


def test_the_plans_own_period_is_a_parameter_other_years_are_dates(tmp_path: Path) -> None:
    (tmp_path / "x.qmd").write_text("1981—1990年建成\n2021—2025年完成\n", "utf-8")
    (found,) = literals(chapter_lines(tmp_path, "x.qmd"), {("2021", "2025")})
    assert "line 2: the number 2021—2025 is typed" in str(found)


def test_texts_of_a_notebook_are_read_and_its_other_strings_are_not(tmp_path: Path) -> None:
    code = [
        '"""说明5户"""\n',
        'id = "plan.2021"\n',
        'alt = f"柱状图：{n}户，共12户"\n',
        'cap = "上限" + "15%"\n',
        "n = 3",
    ]
    cells = [{"cell_type": "markdown", "source": ["共5户"]}, {"cell_type": "code", "source": code}]
    path = tmp_path / "03-x.ipynb"
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    found = [str(doubt) for doubt in literals(notebook_lines(path))]
    assert len(found) == 1 and "notebooks/03-x.ipynb, cell 2: line 3: the number 12" in found[0]
    cells[1]["source"] = ["# on purpose: 12\n", 'alt = "共12户"\n', 'alt = "共12户"']
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    assert [str(doubt).split(": ")[1] for doubt in literals(notebook_lines(path))] == ["line 3"]
    path.write_text("{", "utf-8")
    assert list(notebook_lines(path)) == []


def test_a_number_in_a_caption_or_note_is_a_fact_of_the_book() -> None:
    fact = {"display": "5549", "value": 5549}
    figure = {"caption": "2021年计划", "alt": "柱状图：2021年5549户，其他12户"}
    table = {"caption": "计划", "notes": ["注：1.共5549户；2.另有7.5%。"]}
    content: Mapping[str, Any] = {"facts": {"a": fact}, "figures": {"f": figure}, "tables": {"t": table}, "rules": []}
    found = [str(doubt) for doubt in loose_numbers("yumin", Published({"09": content}))]
    assert [text.split("“")[0] for text in found] == [
        "yumin: figure f: no fact shows the number 12 in ",
        "yumin: table t: no fact shows the number 7.5% in ",
    ]


def test_the_projects_own_chapters_and_notebooks_have_no_bare_digit() -> None:
    assert typed_numbers(Project(ROOT)) == []


def test_what_the_rules_say_has_no_bare_digit_but_the_limit_of_none() -> None:
    lines: list[Line] = []
    for path in sorted((ROOT / "src" / "planbook" / "analysis").rglob("*.py")):
        lines += python_lines(path.read_text("utf-8"), path.name)
    assert len(lines) > 100
    assert [str(doubt) for doubt in literals(Line(one.place, one.text, ("0",)) for one in lines)] == []
