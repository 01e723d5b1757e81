"""Putting books in place: nothing stale stays behind."""

from __future__ import annotations

from pathlib import Path

from planbook.book.deliver import _drop_renamed


def test_a_book_of_the_old_title_does_not_stay_behind(tmp_path: Path) -> None:
    for name in ("旧规划.pdf", "新规划.pdf", "旧规划.docx"):
        (tmp_path / name).touch()
    _drop_renamed(tmp_path, ["pdf"], "新规划")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["新规划.pdf", "旧规划.docx"]
