"""Results that are kept: taken as they are, made anew where a file is damaged, and the least used dropped."""

from __future__ import annotations

import os
from pathlib import Path

from planbook.results import BLOCK, NOTHING, Results


def never() -> bytes:
    raise AssertionError("it was worked out before")


def test_what_was_worked_out_from_the_same_by_the_same_code_is_taken_as_it_is(tmp_path: Path) -> None:
    kept = Results(tmp_path, "code")
    assert kept.get(("page", "甲"), lambda: b"one") == b"one"
    assert Results(tmp_path, "code").get(("page", "甲"), never) == b"one"
    assert kept.get(("page", "乙"), lambda: b"two") == b"two"
    assert Results(tmp_path, "other code").get(("page", "甲"), lambda: b"three") == b"three"
    assert NOTHING.get(("page", "甲"), lambda: b"four") == b"four"


def test_a_damaged_file_is_none_and_counted_once(tmp_path: Path) -> None:
    kept = Results(tmp_path)
    for content in (b"", b"half", b"\0" * 40):
        kept.get(("page",), lambda: b"one")
        (file,) = tmp_path.iterdir()
        file.write_bytes(content)
        assert kept.get(("page",), lambda: b"one") == b"one"
        assert kept.get(("page",), never) == b"one"
        assert (kept.forget_damaged(), kept.forget_damaged()) == (1, 0)


def test_those_that_were_not_used_for_the_longest_time_go_first(tmp_path: Path) -> None:
    kept = Results(tmp_path)
    for name in "abc":
        kept.get((name,), lambda: b"x" * 68)
        for file in tmp_path.iterdir():
            os.utime(file, (earlier := file.stat().st_mtime - 60, earlier))
    kept.get(("a",), never)
    kept.trim(2 * BLOCK)
    assert kept.get(("a",), never) and kept.get(("c",), never)
    assert kept.get(("b",), lambda: b"anew") == b"anew"


def test_only_the_same_inputs_share_a_result(tmp_path: Path) -> None:
    kept = Results(tmp_path, "x")
    inputs: list[tuple[str, ...]] = [("ab", "c"), ("a", "bc"), ("abc",), ("c", "ab"), ()]
    assert [kept.get(one, "|".join(one).encode) for one in inputs] == ["|".join(one).encode() for one in inputs]
