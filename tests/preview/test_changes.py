"""Which changed files matter: what people write does, what programs leave beside it does not."""

from __future__ import annotations

import pytest

from planbook.preview.changes import is_source, only_narrative

SOURCES = (
    "chapters/03-current.qmd", "chapters/tacheng/03-current.qmd", "params/yumin.yml", "notebooks/03-current.ipynb",
    "data/survey/2020-08/裕民县老旧小区摸底调查表.xlsx", "data/survey/2020-08/round.yml", "figures/plan.mplstyle",
    "_quarto.yml",
)  # fmt: skip
OTHERS = (
    "data/survey/2020-08/~$裕民县老旧小区摸底调查表.xlsx",  # Office, WPS: the workbook is open
    "data/survey/2020-08/.~裕民县老旧小区摸底调查表.xlsx", "data/survey/2020-08/.~lock.裕民县.xlsx#",
    "data/survey/2020-08/5B2C10A0", "data/survey/2020-08/裕民县1F3A.tmp",
    "chapters/.03-current.qmd.swp", "chapters/03-current.qmd~", "chapters/4913", "chapters/#03-current.qmd#",
    "notebooks/.ipynb_checkpoints/03-current-checkpoint.ipynb", "notebooks/__pycache__/own.cpython-311.pyc",
    "_build/cache/index/_head.json", "_book/yumin/html/index.html", ".git/index", "README.md",
)  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_what_people_write_is_a_source(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", OTHERS)
def test_what_programs_leave_beside_it_is_none(name: str) -> None:
    assert not is_source(name)


def test_only_chapters_can_be_shown_before_the_build_has_looked() -> None:
    assert only_narrative({"chapters/03-current.qmd", "chapters/_phrases.qmd"})
    assert not only_narrative({"chapters/03-current.qmd", "params/yumin.yml"})
