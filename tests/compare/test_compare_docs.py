"""What docs/compare.md shows is what the commands print, and the page for reviewers says the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from planbook.project import Project
from tests.conftest import ROOT
from tests.shown import shown_in
from tests.small import small_project
from tests.test_cli import run

ROUNDS, FOLDERS, VERIFY, BYTES = shown_in("compare.md")


@pytest.fixture
def delivered(built: Project, one_more: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the books before and after one household more."""
    (tmp_path / "old").symlink_to(built.root)
    (tmp_path / "_book").symlink_to(one_more.book)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANBOOK_ROOT", str(one_more.root))
    return tmp_path


def test_two_delivered_folders(delivered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, *FOLDERS.words)
    assert (code, FOLDERS.lacking(text)) == (1, [])
    page = html.parse(str(delivered / "revisions.html")).getroot()
    (cause,) = page.findall('.//ul[@class="causes"]/li')
    assert "锦绣家园西区" in cause.text_content() and "177 → 178" in cause.text_content()
    assert len(page.findall('.//table[@class="facts"]/tbody/tr')) == 27
    assert len([p for p in page.findall(".//p") if p.get("class") == "sentence" and p.find("span") is not None]) == 29
    assert "### sentences (29)" in (delivered / "summary.md").read_text("utf-8")
    assert list(json.loads((delivered / "all.json").read_text("utf-8")))


def test_the_first_part_that_differs(delivered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, *BYTES.words)
    assert (code, BYTES.lacking(text)) == (1, [])


def test_a_delivered_folder_that_is_not_whole(delivered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unit = Path(shutil.copytree("_book", "delivered")) / "yumin"
    (unit / "record" / "rules.json").unlink()
    with next(unit.glob("*.xlsx")).open("ab") as annex:
        annex.write(b"\n")
    code, text = run(capsys, *VERIFY.words)
    assert (code, VERIFY.lacking(text)) == (1, [])


def test_two_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a smaller project, which says the same in these lines."""
    project = small_project(tmp_path / "project")
    earlier = ROOT / "data" / "survey" / "2020-05"
    (project.rounds / "2020-05").mkdir()
    for file in (earlier / "round.yml", *earlier.glob("托里县*")):
        shutil.copy(file, project.rounds / "2020-05")
    monkeypatch.chdir(project.root)
    code, text = run(capsys, *ROUNDS.words)
    assert (code, ROUNDS.lacking(text)) == (1, [])
