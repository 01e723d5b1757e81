"""Facts: exact values, printed as Excel shows them, with a past; what is missing says how."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from planbook.report import facts
from planbook.report.facts import show
from tests.report.conftest import community, rows


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (Decimal("1.005"), "万平方米", "1.01"),  # a binary float gives 1.00
        (Decimal("2.675"), "万元", "2.68"),
        (Decimal("-0.25"), "个百分点", "-0.3"),
        (Decimal("14.95"), "%", "15.0"),
        (48715, "户", "48715"),
        (Decimal(0), "万元", "0.00"),
        ("乌苏市", "", "乌苏市"),
    ],
)
def test_numbers_round_half_up_to_their_units_places(value: object, unit: str, printed: str) -> None:
    assert show(value, unit) == printed  # type: ignore[arg-type]


def test_a_total_is_exact_and_knows_its_rows() -> None:
    found = rows(*(community(f"{n}号院", n, area=Decimal("0.1")) for n in (5, 6, 7, 9)))
    total = facts.total("stock.area", found, "area")
    assert total.value == Decimal("0.4")
    assert total.display == "0.40"
    assert total.sources == ({"file": "乙县.xlsx", "sheet": "2000年底以前", "rows": "5-7,9"},)
    assert "4行" in total.how


def test_a_blank_cell_is_said_and_not_counted_as_zero() -> None:
    some = facts.total("a", rows(community("甲", 5), community("乙", 6, households=pd.NA)), "households")
    assert (some.value, some.display) == (100, "100")
    assert "1行未填" in some.how
    none = facts.total("a", rows(community("甲", 5, households=pd.NA)), "households")
    assert (none.value, none.display, none.status) == (None, "未调查", "not_surveyed")


def test_no_rows_are_zero_but_nothing_of_nothing_is_not_computable() -> None:
    nothing = facts.total("a", rows(), "households")
    assert nothing.display == "0"
    share = facts.share("b", nothing, nothing)
    assert (share.display, share.value) == ("无法计算", None)
    assert facts.difference("c", share, share).display == "无法计算"


def test_the_first_of_equals_is_the_largest_and_the_missing_are_passed_over() -> None:
    few, many = (facts.total(n, rows(community(n, 5, households=h)), "households") for n, h in (("a", 10), ("b", 20)))
    unknown = facts.total("c", rows(community("丙", 5, households=pd.NA)), "households")
    among, what = {"甲县": few, "乙县": many, "丙县": many, "丁县": unknown}, "户数最多的县（市）"
    name, value = facts.extreme("most", among, what)
    assert (name.display, value.display) == ("乙县", "20")
    assert (name.how, value.how) == (what, many.how)  # the number is no maximum of names, it is this county's own
    name, value = facts.extreme("most", {"丁县": unknown}, what)
    assert (name.display, value.display) == ("不适用", "不适用")


def test_urgency_weighs_the_place_and_the_last_weight_goes_on() -> None:
    found = rows(community("甲", 5, needs_basic=("J05", "J01")), community("乙", 6, needs_basic=("J01", "J02", "J05")))
    assert facts.score("s", found, "needs_basic", "J05", (5, 4)).value == 5 + 4
    assert facts.score("s", found, "needs_basic", "J04", (5, 4)).value == 0


def test_a_ranking_leaves_out_what_nobody_asked_for() -> None:
    found = rows(community("甲", 5))
    among = {item: facts.score(item.lower(), found, "needs_basic", item, (5, 4)) for item in ("J05", "J01", "J02")}
    ranking = facts.ranking("r", among, 3, "各项得分")
    assert (ranking.display, ranking.how) == ("J01、J05", "各项得分，从大到小取前3位")
    assert facts.ranking("r", {"J02": among["J02"]}, 3, "各项得分").display == "不适用"


def test_a_formula_names_what_is_counted_and_has_one_de_after_an_attribute() -> None:
    new = replace(rows(community("甲", 5), community("乙", 6)), label="2000年底以后建成的")
    assert facts.count("n", new).how == "2000年底以后建成的个数"
    assert facts.total("h", new, "households").how == "2000年底以后建成（2行）的户数之和"
    assert facts.distinct("d", new, "county", "个县（市）", "县（市）").how.endswith("所属的县（市）的个数")
    assert facts.score("s", new, "needs_basic", "J01", (5, 4), "供水").how.endswith(
        "对供水的诉求按紧迫次序加权（5、4）计分"
    )


@pytest.mark.parametrize("id", ["Plan", "plan..x", "", "户数", "x" * 65])
def test_an_id_is_dotted_lower_case_and_short(id: str) -> None:
    with pytest.raises(ValueError, match="fact id"):
        facts.count(id, rows())


@forall(st.lists(st.decimals(0, 10000, places=4), min_size=1, max_size=30))
def test_parts_always_add_up_to_the_whole(areas: list[Decimal]) -> None:
    everything = rows(
        *(community(str(n), n, area=area, county="yi" if n % 2 else "jia") for n, area in enumerate(areas))
    )
    parts = [facts.total(c, part, "area").number for c, part in everything.by("county", ["jia", "yi"], ["甲", "乙"])]
    assert sum(parts) == facts.total("whole", everything, "area").number == sum(areas)
