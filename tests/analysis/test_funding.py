"""A community's investment is divided without a remainder."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planbook.analysis.funding import CATEGORIES, with_categories
from planbook.params import CostWeights
from tests.report.conftest import community, rows

LISTS = st.sampled_from([(), ("X01",)])


@given(st.decimals(0, 100000, places=2), LISTS, LISTS, LISTS)
def test_the_categories_add_up_to_the_investment(
    investment: Decimal, basic: tuple[str, ...], improve: tuple[str, ...], enhance: tuple[str, ...]
) -> None:
    row = community("甲", 5, investment=investment, needs_basic=basic, needs_improve=improve, needs_enhance=enhance)
    divided = with_categories(rows(row).frame, CostWeights()).iloc[0]
    parts = {name: divided[f"investment_{name}"] for name in CATEGORIES}
    assert sum(parts.values()) == investment
    if improve and not enhance:
        assert parts["enhance"] == 0


def test_no_figure_stays_no_figure() -> None:
    divided = with_categories(rows(community("甲", 5, investment=None)).frame, CostWeights()).iloc[0]
    assert divided["investment_basic"] is None
