"""Consent: who agrees, who does not, and who was never asked."""

from __future__ import annotations

import pandas as pd

from planbook.analysis.consent import among, standing, unheard

ANSWERS = pd.DataFrame(
    {
        "county": ["yi", "yi", "yi", "yi", "bing"],
        "name": ["一院", "二院", "三院", "四院", "一院"],
        "returned": pd.array([10, 10, 10, 0, pd.NA], dtype="Int64"),
        "willing": pd.array([9, 5, 4, 0, pd.NA], dtype="Int64"),
        "unwilling": pd.array([0, 1, 0, 0, pd.NA], dtype="Int64"),
    }
)


def test_indifference_is_not_opposition_but_less_than_half_is_no_majority() -> None:
    assert list(standing(ANSWERS)) == ["unopposed", "majority", "minority", "silent", "silent"]


def test_a_community_is_heard_when_its_own_county_returned_a_questionnaire_for_it() -> None:
    communities = pd.DataFrame({"county": ["yi", "yi", "yi", "bing"], "name": ["一院", "四院", "五院", "一院"]})
    assert list(unheard(communities, ANSWERS)) == [False, True, True, True]


def test_only_the_answers_of_some_communities_are_looked_at() -> None:
    some = pd.DataFrame({"county": ["yi", "bing"], "name": ["二院", "一院"]})
    assert list(among(some, ANSWERS)) == [False, True, False, False, True]
    assert list(among(some.iloc[:0], ANSWERS)) == [False] * 5


def test_nobody_asked_leaves_everybody_unheard() -> None:
    nobody = ANSWERS.iloc[:0]
    assert list(standing(nobody)) == []
    assert list(unheard(pd.DataFrame({"county": ["yi"], "name": ["一院"]}), nobody)) == [True]
