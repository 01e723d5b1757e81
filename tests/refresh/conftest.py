"""A county's plan as it was made for one round, edited by hand, and brought to another round."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from docx.document import Document

from planbook.book.printed import Source
from planbook.pipeline import Order, build
from planbook.project import Project
from planbook.refresh.document import refresh_document
from planbook.refresh.opened import Fresh
from planbook.refresh.outcome import Outcome
from planbook.refresh.rounds import label_of, make_fresh
from tests.compare.conftest import STOCK
from tests.refresh.word import settled
from tests.small import ROUND, change_cell, change_yaml, small_project, workbook_of, write_notebook

LATER = "2020-11"
CHAPTER = """# 现状 {#sec-stock}

{{ survey.label }}的一轮摸底共登记{{ fact("stock.communities") }}个小区、{{ fact("stock.households") }}户。建筑面积{{ fact("stock.area") }}万平方米。

建成早的有{{ fact("stock.before") }}户，多于建成晚的{{ fact("stock.after") }}户。占比不超过{{ fact("limit.post-share") }}%。

最大的小区有{{ fact("stock.largest") }}户，楼龄不一，设施老化的程度也不一样。

## 年代 {#sec-eras}

这些小区建成早，水电管网老化，居民盼望改造。

{{ table("eras") }}

{{ figure("eras") }}

## 清单 {#sec-list}

各小区逐一列入清单，共{{ fact("stock.households") }}户。

{{ table("list") }}
"""  # noqa: E501
MORE = """
chapter.given("stock.largest-share", "rules.post_share_cap", "%")
largest = rows.where(rows.frame["households"] == rows.frame["households"].max(), "最大的小区")
chapter.total("stock.largest", largest, "households")
"""


@dataclass(frozen=True)
class Case:
    """The project, the document of the first round, and the book of the later one."""

    project: Project
    made: Path
    fresh: Fresh


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """To read, not to change. In the later round one community has 900 households more, one is gone, one is new."""
    project = small_project(tmp_path_factory.mktemp("refresh") / "project")
    write_notebook(project, "01-stock", STOCK + MORE)
    (project.chapters / "01-stock.qmd").write_text(CHAPTER, "utf-8")
    (project.chapters / "02-terms.qmd").unlink()
    (project.notebooks / "02-terms.ipynb").unlink()
    listed = (project.root / "_quarto.yml").read_text("utf-8").replace(', "chapters/02-terms.qmd"', "")
    (project.root / "_quarto.yml").write_text(listed, "utf-8")
    shutil.copytree(project.rounds / ROUND, project.rounds / LATER)
    change_yaml(project.rounds / LATER / "round.yml", date=LATER, label="2020年11月")
    path = project.rounds / LATER / workbook_of(project, "裕民县").name
    change_cell(path, "2000年底以后", "G7", 3000)
    change_cell(path, "2000年底以前", "C9", "新添花园")
    for cell, value in (("G9", 77), ("H9", 3), ("F9", "0.61")):
        change_cell(path, "2000年底以前", cell, value)
    assert not any(one.fault for one in build(project, Order(("yumin",), ("docx",), accept_errors=True)))
    (file,) = (project.book / "yumin").glob("*.docx")
    source = Source("yumin", ROUND, {}, "")
    return Case(project, file, make_fresh(project, source, LATER, lambda step: None, accept_errors=True))


@dataclass(frozen=True)
class Refreshed:
    """What came of an edited document: the report, the file, and the file with every change accepted."""

    outcome: Outcome
    edited: Path
    file: Path
    accepted: Path

    def looks(self, why: str) -> list[tuple[str, str, str]]:
        return [(look.before, look.now, look.after) for look in self.outcome.looks if look.why == why]


@pytest.fixture
def refreshed(case: Case, tmp_path: Path) -> Callable[[Path], Refreshed]:
    """Refreshes a document to the later round."""

    def refresh(edited: Path) -> Refreshed:
        outcome, file = refresh_document(
            edited, None, None, lambda source: case.fresh, lambda round: label_of(case.project, round)
        )
        return Refreshed(outcome, edited, file, settled(file, tmp_path / "accepted.docx"))

    return refresh


@pytest.fixture
def edited(case: Case, tmp_path: Path, refreshed: Callable[[Path], Refreshed]) -> Callable[..., Refreshed]:
    """Edits the document with python-docx and refreshes it."""

    def edit(change: Callable[[Document], None]) -> Refreshed:
        path = tmp_path / "改过的.docx"
        document = docx.Document(str(case.made))
        change(document)
        document.save(str(path))
        return refreshed(path)

    return edit
