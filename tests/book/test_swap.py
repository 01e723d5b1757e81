"""A book is replaced whole or not at all, and a replacement that was stopped is put right."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from planbook.book.swap import carry_over, new_folder, recover, stop, swap
from planbook.errors import InputError
from tests.small import contents


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text, "utf-8")
    return path


def replace(place: Path, **files: str) -> None:
    with new_folder(place) as new:
        for name, text in files.items():
            (new / name).write_text(text, "utf-8")
        carry_over(place, new)
        swap(new, place)


def test_what_is_made_anew_is_replaced_and_the_rest_carried_over(tmp_path: Path) -> None:
    place = folder(tmp_path / "wusu", pdf="old", docx="kept")
    folder(place / "html", index="kept")
    replace(place, pdf="new")
    assert contents(tmp_path) == {"wusu/pdf": b"new", "wusu/docx": b"kept", "wusu/html/index": b"kept"}


def test_a_book_held_open_is_named_with_the_cure_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path / "_book" / "wusu", pdf="old")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == place:
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InputError) as caught:
        replace(place, pdf="new")
    assert caught.value.place == "_book/wusu"
    assert "close it in Word, WPS" in caught.value.cure
    assert contents(tmp_path) == {"_book/wusu/pdf": b"old"}


def test_the_old_book_comes_back_where_the_new_one_cannot_be_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = folder(tmp_path / "wusu", pdf="old")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == ".wusu.new":
            raise OSError(5, "input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="input/output"):
        replace(place, pdf="new")
    assert contents(tmp_path) == {"wusu/pdf": b"old"}


@pytest.mark.parametrize(
    ("left", "found"),
    [
        (("wusu", ".wusu.new"), "wusu"),  # stopped while the new one was made
        ((".wusu.old", ".wusu.new"), ".wusu.old"),  # between the two renames
        (("wusu", ".wusu.old"), "wusu"),  # before the old one was removed
    ],
)
def test_a_replacement_that_was_stopped_is_put_right(tmp_path: Path, left: tuple[str, ...], found: str) -> None:
    for name in left:
        folder(tmp_path / name, pdf=name)
    recover(tmp_path)
    assert contents(tmp_path) == {"wusu/pdf": found.encode()}


def test_a_thread_that_is_at_work_when_a_build_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    place = folder(tmp_path / "wusu", pdf="old")
    begun = threading.Event()

    def work() -> None:
        with new_folder(place) as new:
            for number in range(100_000):
                (new / f"page{number}.html").write_text("", "utf-8")
                begun.set()

    with ThreadPoolExecutor(1) as threads:
        written = threads.submit(work)
        begun.wait()
        stop(tmp_path)
    assert isinstance(written.exception(), FileNotFoundError)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wusu"]
    with pytest.raises(FileNotFoundError):
        replace(place, pdf="late")
    recover(tmp_path)
    replace(place, pdf="new")
    assert contents(tmp_path) == {"wusu/pdf": b"new"}
