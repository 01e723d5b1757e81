"""What a chapter offers notebooks beyond the constructors: a county's own parameters, what its residents ask for."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from planbook.report.chapter import Chapter, open_chapter
from planbook.report.rows import Rows
from planbook.report.tables import Head, Table

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chapter:
    monkeypatch.setenv("PLANBOOK_ROOT", str(ROOT))
    monkeypatch.setenv("PLANBOOK_CHAPTER_DIR", str(tmp_path))
    return open_chapter("08", "tacheng", "2020-08")


def test_a_prefecture_says_whose_parameters_a_figure_is_from(chapter: Chapter) -> None:
    county = chapter.counties[0]
    grade = chapter.given("grade.one", "grade.level", "", county)
    assert grade.display == chapter.params_of(county.id).grade.level
    assert grade.sources == ({"params": "grade.level", "county": county.id},)
    assert chapter.given("grade.own", "grade.level", "").sources == ({"params": "grade.level"},)


def test_asking_counts_the_communities_built_before_the_line(chapter: Chapter) -> None:
    asking = chapter.asking("J05")
    assert asking.id == "needs.j05.asking"
    assert asking.value == sum("J05" in listed for listed in chapter.before.frame["needs_basic"])
    with pytest.raises(KeyError):
        chapter.asking("J99")


def test_a_standards_value_is_printed_as_it_is_stated(chapter: Chapter) -> None:
    standards = Rows(chapter.reference.standards, "改造标准", "项")
    one = standards.where(standards.frame["id"] == "energy-standard", "节能标准")
    stated = chapter.stated("standards.energy-standard", one, "value", "%")
    assert (stated.value, stated.display) == (Decimal(65), "65")
    assert stated.sources[0]["file"].endswith("standards.csv")


def test_a_total_names_the_counties_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANBOOK_ROOT", str(ROOT))
    monkeypatch.setenv("PLANBOOK_CHAPTER_DIR", str(tmp_path))
    chapter = open_chapter("03", "tacheng", "2020-05")
    assert chapter.missing
    heads, rows, foot = (Head("县（市）"), Head("户数（户）")), (("乙县", "2"),), ("合计", "2")
    chapter.table(Table("whole", "各县（市）", heads, rows, foot))
    chapter.table(Table("one", "一个县", heads, rows, foot, part=True))
    chapter.table(Table("none", "没有合计", heads, rows))
    chapter.publish()
    written = json.loads((tmp_path / "chapter.json").read_text("utf-8"))["tables"]
    absent = "、".join(county.name for county in chapter.missing)
    assert written["whole"]["notes"] == [f"注：合计不含{absent}，本轮未报送调查表。"]
    assert written["one"]["notes"] == written["none"]["notes"] == []
