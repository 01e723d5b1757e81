"""What a refresh reports reads so that one sees what was changed."""

from __future__ import annotations

from planbook.refresh.phrases import edit


def test_of_a_long_paragraph_the_part_is_shown_that_people_changed() -> None:
    made = "2021—2025年，全县计划改造20个小区。" + "列入计划的小区，已核对建成时间。" * 9
    said = edit(made, made + "（请各社区配合。）")
    assert said.startswith("2021—2025年") and said.endswith("已核对建成时间。【— → （请各社区配合。）】")
    assert len(said) < 70
    assert edit("共三个小区。", "共登记三个小区。") == "共【— → 登记】"
    assert edit("甲乙丙", "甲丁丙") == "甲【乙 → 丁】"
