"""Names that are nearly the same, and names that only sound alike."""

from __future__ import annotations

import pytest

from planbook.survey import form
from planbook.survey.check import Bounds, Row
from planbook.survey.names import similar


def rows(*names: str, alike: bool = False) -> list[Row]:
    sheet = form.sheet("before")
    figures = ({"year_built": 1990, "households": 120 if alike else 100 + n, "buildings": 3, "area": None if n else 1}
               for n in range(len(names)))  # fmt: skip
    return [Row(sheet, n, "yumin", {}, {"name": name, **more})
            for n, (name, more) in enumerate(zip(names, figures, strict=True), 5)]  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [
        ("红柳新村", "红柳新村小区"),
        ("粮食局家属院", "粮食局家属院小区"),
        ("红柳小区", "某某县红柳小区"),
        ("红柳小区", "红柳小区（公安局）"),
        ("红柳新村", "红柳柳新村"),
        ("电力公司", "电公力司"),
        ("供销合作社第一住宅小区", "供销合作社第一往宅小区"),
    ],
)
def test_one_community_written_twice_is_seen(names: tuple[str, str]) -> None:
    first, second = rows(*names)
    assert list(similar([first, second], Bounds())) == [(second, first)]


@pytest.mark.parametrize(
    "names",
    [
        ("红柳新村东区", "红柳新村西区"),
        ("红柳新村", "红柳新村二期"),
        ("1号院", "2号院"),
        ("面粉厂家属院", "面粉厂住宅楼"),
        ("红柳小区", "红杨小区"),
        ("城市花园", "都市花园"),
        ("水利局家属院", "粮食局家属院"),
    ],
)
def test_two_communities_told_apart_by_their_names_are_two(names: tuple[str, str]) -> None:
    assert list(similar(rows(*names), Bounds())) == []


def test_names_a_sign_apart_are_one_where_the_figures_agree() -> None:
    sheet = form.sheet("before")
    figures = {"year_built": 1990, "households": 120, "buildings": 3, "area": 1}
    first, second = (
        Row(sheet, n, "yumin", {}, {"name": name, **figures}) for n, name in ((5, "红柳小区"), (6, "红抑小区"))
    )
    assert list(similar([first, second], Bounds())) == [(second, first)]
    other = Row(sheet, 6, "yumin", {}, {**second.values, "households": 80, "area": 2})
    assert list(similar([first, other], Bounds())) == []
