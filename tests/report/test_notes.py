"""Notes below a table: one 注 with numbers, never several."""

from __future__ import annotations

from planbook.report.notes import merged


def test_several_notes_become_one_with_numbers_before_the_sources() -> None:
    found = merged(["注：只计旧小区。", "资料来源：目录。", "注：等级为示例。"])
    assert found == ("注：1.只计旧小区；2.等级为示例。", "资料来源：目录。")


def test_a_single_note_has_no_number() -> None:
    assert merged(["资料来源：目录。", "注：等级为示例。"]) == ("资料来源：目录。", "注：等级为示例。")
    assert merged([]) == ()
