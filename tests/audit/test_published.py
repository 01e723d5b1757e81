"""A file of an existing document's figures: what it may leave out, and where its faults are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from planbook.audit.published import read_published, subject
from planbook.errors import InputError
from planbook.project import Project

PROJECT = Project(Path(__file__).resolve().parents[2])
EXAMPLE = PROJECT.data / "published" / "2021-2025.yml"


def written(folder: Path, text: str) -> Path:
    path = folder / "旧规划.yml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_states_what_the_published_plan_states() -> None:
    document = read_published(EXAMPLE)
    figures = document.figures
    assert figures.five_year.stated("area") == Decimal("431.91")
    assert [year.households for _number, year in document.years()] == [5549, 2637, 923, 1136, 144833]
    assert sum(year.share or 0 for _number, year in document.years()) == Decimal("103.4")
    assert figures.targets[2025] == 17  # what the named years leave
    assert document.place("years", 2023, "share") == "2021-2025.yml: line 12"


def test_a_county_may_hand_in_as_little_as_one_year(tmp_path: Path) -> None:
    document = read_published(written(tmp_path, "years:\n  2021: {households: 120, share: 30}\n"))
    assert document.figures.years[2021].stated("area") is None
    assert document.figures.targets == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("years:\n  2021: {household: 5}\n", ["line 2", "years.2021.household", "did you mean years.2021.households?"]),
        ("five_yaer: {area: 1}\n", ["line 1", "did you mean five_year?"]),
        ("years:\n  2021:\n    households: 若干\n", ["line 3", "years.2021.households"]),
        ("years:\n  2021: {households: -5}\n", ["line 2", "has to be 0 or more"]),
        ("years:\n  21: {households: 5}\n", ["line 2", "has to be 2000 or more"]),
        ("years: [1\n", ["not valid YAML", "line 2"]),
        ("- 1\n", ["not a mapping"]),
        ("title: 旧规划\n", ["states no figure", "data/published/ holds an example"]),
        ("", ["states no figure"]),
    ],
)
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read_published(written(tmp_path, text))
    assert all(part in str(error.value) for part in ["旧规划.yml", *said])


def test_whose_plan_it_is_is_said_by_the_file_or_the_command_or_is_the_prefectures(tmp_path: Path) -> None:
    nobodys = read_published(written(tmp_path, "five_year: {households: 5}\n"))
    assert subject(PROJECT, nobodys, ["yumin"]) == "yumin"
    assert subject(PROJECT, nobodys, ["yumin", "tacheng", "wusu"]) == "tacheng"
    with pytest.raises(InputError, match="whose plan"):
        subject(PROJECT, nobodys, ["yumin", "wusu"])
    named = read_published(written(tmp_path, "unit: 乌苏市\nfive_year: {households: 5}\n"))
    assert subject(PROJECT, named, ["yumin"]) == "wusu"
    wrong = read_published(written(tmp_path, "five_year: {households: 5}\nunit: 乌酥市\n"))
    with pytest.raises(InputError, match=r"line 2: no unit 乌酥市\n.*乌苏市"):
        subject(PROJECT, wrong, [])
