"""Numerals as headings count."""

from __future__ import annotations

import pytest

from planbook.numerals import han


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (25, "二十五"), (99, "九十九")]
)
def test_tens_are_counted_as_people_say_them(number: int, said: str) -> None:
    assert han(number) == said
