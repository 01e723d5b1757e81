"""A delivered folder is held against its manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from planbook.book.deliver import Deliverable
from planbook.book.manifest import Built, write_manifest
from planbook.cli import cli

FILES = {"yi/规划.pdf": "pdf", "yi/html/index.html": "page", "yi/figures/图1.svg": "svg"}


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    listed = []
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
        listed.append(Deliverable(name, hashlib.sha256(text.encode()).hexdigest()))
    write_manifest(tmp_path, {"yi": Built({"round": "2020-08"}, {}, listed)})
    return tmp_path


def checked(place: Path) -> tuple[int, list[str]]:
    done = CliRunner().invoke(cli, ["verify", str(place)])
    return done.exit_code, done.output.splitlines()


def test_a_folder_as_it_was_delivered_is_whole(delivered: Path) -> None:
    assert checked(delivered) == (0, ["all 3 files are as they were made"])
    assert checked(delivered / "manifest.json")[0] == 0


def test_missing_changed_and_added_files_are_named(delivered: Path) -> None:
    (delivered / "yi/规划.pdf").write_text("other", "utf-8")
    (delivered / "yi/figures/图1.svg").unlink()
    (delivered / "yi/note.txt").touch()
    code, lines = checked(delivered)
    assert code == 1
    assert lines == ["missing: yi/figures/图1.svg", "changed: yi/规划.pdf", "added: yi/note.txt"]


def test_where_there_is_no_manifest_it_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["verify", str(tmp_path)])
    assert done.exception is not None and "no manifest.json" in str(done.exception)
