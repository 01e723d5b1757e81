"""Putting books in place: whole or not at all, nothing stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.book.deliver import _drop_renamed, _replace
from planbook.errors import InputError


def folder_with(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / f"{name}.html").write_text(text, "utf-8")
    return path


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder_with(tmp_path / "book" / "html", index="old", gone="old")
    _replace(folder_with(tmp_path / "staging" / "html", index="new"), tmp_path / "book")
    assert [p.relative_to(tmp_path / "book").as_posix() for p in sorted((tmp_path / "book").rglob("*"))] == [
        "html",
        "html/index.html",
    ]
    assert (tmp_path / "book" / "html" / "index.html").read_text("utf-8") == "new"


def test_a_file_another_program_has_open_is_named_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "yumin").mkdir()
    new = tmp_path / "规划.docx"
    new.write_bytes(b"new")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError) as caught:
        _replace(new, tmp_path / "yumin")
    assert caught.value.place == "yumin/规划.docx"
    assert "close it" in caught.value.cure


def test_a_book_of_the_old_title_does_not_stay_behind(tmp_path: Path) -> None:
    for name in ("旧规划.pdf", "新规划.pdf", "旧规划.docx"):
        (tmp_path / name).touch()
    _drop_renamed(tmp_path, ["pdf"], "新规划")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["新规划.pdf", "旧规划.docx"]
