"""What becomes of a number, for all numbers there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planbook.refresh.decide import decide

TEXTS = st.sampled_from(["", "0", "12", "12.0", "1,274", "南苑小区", "—"])


@given(st.none() | TEXTS, TEXTS, st.none() | TEXTS)
def test_only_what_planbook_printed_itself_is_ever_replaced(printed: str | None, current: str, new: str | None) -> None:
    verdict = decide(printed, current, new)
    after = new if verdict == "update" else current
    assert (verdict == "update") == (current == printed and new not in (None, current))
    assert after == current or current == printed
    if verdict == "overwritten":
        assert current not in (printed, new)


@given(TEXTS, TEXTS)
def test_refreshing_twice_does_nothing_more(printed: str, new: str) -> None:
    once = new if decide(printed, printed, new) == "update" else printed
    assert once == new and decide(new, once, new) == "same"


@given(TEXTS, TEXTS, TEXTS)
def test_a_number_of_people_outlives_any_round(printed: str, own: str, new: str) -> None:
    if own not in (printed, new):
        assert decide(printed, own, new) == decide(new, own, new) == "overwritten"
