"""Which sentences are doubted once their numbers changed."""

from __future__ import annotations

import pytest

from planbook.book.printed import Saying
from planbook.book.wordtext import Span
from planbook.refresh.reworded import word_edits
from planbook.refresh.wording import Moved, doubt


@pytest.mark.parametrize(
    ("sentence", "facts", "why"),
    [
        ("2021年计划占21.3%，低于30%的目标。", [Moved("21.3", "30.6", "%"), Moved("30", "30", "%")], "order"),
        ("2021年计划占21.3%，低于30%的目标。", [Moved("21.3", "24.0", "%"), Moved("30", "30", "%")], None),
        ("甲、乙两类分别为5户、7户。", [Moved("5", "9"), Moved("7", "7")], None),
        ("较目标增加12户。", [Moved("12", "−3")], "sign"),
        ("其中有3个未通燃气。", [Moved("3", "0")], "zero"),
        ("另有0个没有填报。", [Moved("0", "2")], "zero"),
        ("2022年安排的户数最多。", [Moved("2022年", "2021年")], "name"),
        ("普通商品房过半，占52.1%。", [Moved("52.1", "48.7", "%")], "half"),
        ("共登记22个小区。", [Moved("22", "23")], None),
        ("较目标增加12户。", [Moved("12", "12")], None),
    ],
)
def test_a_sentence_is_doubted_where_its_words_depend_on_what_turned(
    sentence: str, facts: list[Moved], why: str | None
) -> None:
    assert doubt(sentence, facts) == why


def test_only_the_words_that_differ_are_changed_and_no_number_is_cut() -> None:
    made = Saying("2020年8月共登记22个小区。另见清单。", (Span(10, 12, "stock.communities"),))
    new = Saying("2020年11月共登记25个小区。", (Span(11, 13, "stock.communities"),))
    assert made.text[10:12] == "22" and new.text[11:13] == "25"
    assert [(edit.before, edit.after) for edit in word_edits(made, new)] == [("8", "11"), ("另见清单。", "")]
