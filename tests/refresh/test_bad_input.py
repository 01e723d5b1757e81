"""What a user may name by mistake: each is said with its cure, and nothing is written."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from planbook.errors import PlanbookError
from planbook.refresh.document import refresh_document
from tests.refresh.conftest import LATER, Case, Refreshed
from tests.refresh.word import MAIN, settled, zipped
from tests.test_cli import run


def by_hand(path: Path, case: Case) -> None:
    document = docx.Document()
    document.add_paragraph("手写的方案。")
    document.save(str(path))


def cut_short(path: Path, case: Case) -> None:
    path.write_bytes(case.made.read_bytes()[:5000])


def old_word(path: Path, case: Case) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))


def text_file(path: Path, case: Case) -> None:
    path.write_text("不是文档", "utf-8")


def workbook(path: Path, case: Case) -> None:
    path.write_bytes(zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}))


def broken_xml(path: Path, case: Case) -> None:
    path.write_bytes(zipped({**_parts(case.made), MAIN: b"<w:document"}))


def missing(path: Path, case: Case) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (by_hand, "one that was written by hand cannot be refreshed"),
        (cut_short, "the file is damaged"),
        (old_word, "take the password off"),
        (text_file, "open it in Word and save it as .docx"),
        (workbook, "this is no Word document"),
        (broken_xml, "let it repair it"),
        (missing, "no such file"),
    ],
)
def test_a_file_that_is_no_plan_is_said_so_with_a_cure(
    make: Callable[[Path, Case], None], said: str, case: Case, refreshed: Callable[[Path], Refreshed], tmp_path: Path
) -> None:
    path = tmp_path / "稿.docx"
    make(path, case)
    with pytest.raises(PlanbookError) as error:
        refreshed(path)
    assert said in str(error.value) and "稿.docx" in str(error.value)
    assert {file.name for file in tmp_path.iterdir()} <= {"稿.docx"}


def test_neither_the_input_nor_a_file_in_its_way_is_written_over(
    case: Case, refreshed: Callable[[Path], Refreshed], tmp_path: Path
) -> None:
    path, taken = tmp_path / "稿.docx", tmp_path / f"稿-{LATER}.docx"
    shutil.copyfile(case.made, path)
    taken.write_text("别人的文件", "utf-8")
    with pytest.raises(PlanbookError, match="is there already"):
        refreshed(path)
    with pytest.raises(PlanbookError, match="not written over"):
        refresh_document(path, None, path, lambda source: case.fresh, str)
    assert path.read_bytes() == case.made.read_bytes() and taken.read_text("utf-8") == "别人的文件"


def test_a_document_that_lost_its_record_is_refreshed_with_the_one_planbook_made(case: Case, tmp_path: Path) -> None:
    """As after Word's document inspector."""
    path = settled(case.made, tmp_path / "稿.docx")
    parts = {name: content for name, content in _parts(path).items() if not name.startswith("customXml/")}
    path.write_bytes(zipped(parts))
    with pytest.raises(PlanbookError, match="--base"):
        refresh_document(path, None, None, lambda source: case.fresh, str)
    outcome, file = refresh_document(path, case.made, None, lambda source: case.fresh, str)
    assert outcome.changes and not outcome.edited
    again, _file = refresh_document(file, None, None, lambda source: case.fresh, str)  # now it says so itself
    assert not again.changes and not again.edited


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_command_says_what_it_did_and_what_is_left(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "稿.docx"
    shutil.copyfile(case.made, path)
    monkeypatch.chdir(case.project.root)
    report = tmp_path / "报告.md"
    code, text = run(capsys, "refresh", str(path), "--round", LATER, "--accept-errors", "--md", str(report))
    assert code == 1 and "numbers and cells updated" in text and "the wording may no longer fit (1)" in text
    said = report.read_text("utf-8")
    assert "## updated" in said and "户数" in said
    assert (tmp_path / f"稿-{LATER}.docx").is_file() and path.read_bytes() == case.made.read_bytes()
    code, text = run(capsys, "refresh", str(path), "--round", "2031-01")
    assert code == 2 and LATER in text
