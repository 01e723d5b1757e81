"""No other unit's name in a unit's book, unless it is said to be on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.book.strangers import names_in_book, names_in_sources, unit_names
from planbook.params import load_params
from planbook.project import Project

PROJECT = Project(Path(__file__).resolve().parents[2])


def told(folder: Path, unit: str, text: str, project: Project = PROJECT) -> list[str]:
    """The doubts about a unit's assembled book of one chapter."""
    (folder / "01.qmd").write_text(text, "utf-8")
    counties = load_params(PROJECT, unit).counties
    return [str(doubt) for doubt in names_in_book(project, unit, counties, folder, unit_names(PROJECT))]


@pytest.mark.parametrize(
    ("unit", "text", "named"),
    [
        ("yumin", "裕民县与托里县相邻。", ["托里县"]),
        ("yumin", "裕民、塔城市、塔城", ["塔城市", "塔城"]),
        ("tachengshi", "塔城市隶属塔城地区。", ["塔城地区"]),
        ("tacheng", "塔城地区辖塔城市、乌苏市、沙湾县。", []),
        ("yumin", "![图](a){#fig-a fig-alt=\"柱状图：额敏县最多\" width=90%}", ["额敏县"]),
        ("yumin", '[乌苏路小区]{.fact fact="plan.largest"}最大。\n\n```{=html}\n<td>乌苏路小区</td>\n```\n', []),
    ],
)  # fmt: skip
def test_running_text_and_captions_name_no_stranger(tmp_path: Path, unit: str, text: str, named: list[str]) -> None:
    found = told(tmp_path, unit, text)
    assert [line.removeprefix(f"{unit}/01.qmd: line 1: ").split(" ")[0] for line in found] == named


def test_what_a_chapter_marks_is_on_purpose_in_the_book_too(project: Path, tmp_path: Path) -> None:
    assert len(told(tmp_path, "yumin", "与托里县、额敏县相邻。", Project(project))) == 2
    (project / "chapters" / "yumin").mkdir()
    (project / "chapters" / "yumin" / "01.qmd").write_text("{## on purpose: 托里县 ##}\n", "utf-8")
    assert ["额敏县" in doubt for doubt in told(tmp_path, "yumin", "与托里县、额敏县相邻。", Project(project))] == [
        True
    ]


def test_a_chapter_for_all_names_nobody_and_a_units_own_its_kin(project: Path) -> None:
    chapters = project / "chapters"
    (chapters / "index.qmd").write_text("# 前言\n\n塔城地区编制。{## on purpose: 乌苏市 ##}\n乌苏市也编制。\n", "utf-8")
    (chapters / "yumin").mkdir()
    (chapters / "yumin" / "01-overview.qmd").write_text('{{ "裕民县、塔城地区与额敏县" }}\n', "utf-8")
    found = [str(doubt) for doubt in names_in_sources(Project(project), unit_names(PROJECT))]
    assert [line.split(":")[0:2] for line in found] == [
        ["chapters/index.qmd", " line 3"],
        ["chapters/yumin/01-overview.qmd", " line 1"],
    ]
    assert "{## on purpose: 额敏县 ##}" in found[1]


def test_the_projects_own_chapters_name_no_stranger() -> None:
    assert names_in_sources(PROJECT, unit_names(PROJECT)) == []
