"""Of two files that should be the same, the first part that differs is named."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import typst
from click.testing import CliRunner

from planbook.cli import cli
from planbook.compare.exact import Difference, differences


def archive(path: Path, parts: dict[str, str], date: tuple[int, ...] = (1980, 1, 1, 0, 0, 0)) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, date), text)  # type: ignore[arg-type]
    return path


DOCUMENT = '<w xmlns="x"><p><t>{}</t></p><p b="{}"/></w>'
PARTS = {"a.xml": DOCUMENT.format("一", 1), "b.bin": "xyz"}


@pytest.mark.parametrize(
    ("parts", "date", "place", "after"),
    [
        ({**PARTS, "a.xml": DOCUMENT.format("二", 1)}, 1980, "a.xml /*/*[1]/*", "二"),
        ({**PARTS, "a.xml": DOCUMENT.format("一", 2)}, 1980, "a.xml /*/*[2]/@b", "2"),
        ({**PARTS, "b.bin": "xyy"}, 1980, "b.bin byte 2", "b'y'"),
        (dict(reversed(PARTS.items())), 1980, "the order of parts", "b.bin"),
        (PARTS, 1981, "a.xml (date_time)", "(1981, 1, 1, 0, 0, 0)"),
    ],
)
def test_inside_an_archive_the_part_and_the_xml_path(
    tmp_path: Path, parts: dict[str, str], date: int, place: str, after: str
) -> None:
    old, new = archive(tmp_path / "old.docx", PARTS), archive(tmp_path / "new.docx", parts, (date, 1, 1, 0, 0, 0))
    (found,) = differences(old, new)
    assert (found.place, found.after) == (place, after)


def test_inside_a_pdf_the_object(tmp_path: Path) -> None:
    files = []
    for name, title in (("one.pdf", "甲"), ("two.pdf", "乙")):
        source = f'#set document(title: "{title}", date: none)\n#set page(width: 5cm, height: 5cm)\n#rect()'
        (tmp_path / name).write_bytes(typst.compile(source.encode(), ignore_system_fonts=True, timestamp=0))
        files.append(tmp_path / name)
    (found,) = differences(*files)
    assert found.place.startswith("object ") and found.place.endswith("/Title"), found
    assert "甲" in found.before and "乙" in found.after


def test_inside_a_notebook_the_cell(tmp_path: Path) -> None:
    for name, text in (("one.ipynb", "1"), ("two.ipynb", "2")):
        (tmp_path / name).write_text(json.dumps({"cells": [{"source": "x"}, {"source": text}]}), "utf-8")
    (found,) = differences(tmp_path / "one.ipynb", tmp_path / "two.ipynb")
    assert found == Difference("two.ipynb", "/cells/1/source", "1", "2")


def test_two_folders_file_by_file_from_the_command_line(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"  # type: ignore[index]
    book.save(one / "a.xlsx")
    (one / "b.html").write_text("<p>\n一\n</p>", "utf-8")
    (one / "c.txt").write_text("c", "utf-8")
    other = Path(shutil.copytree(one, tmp_path / "other"))
    same = CliRunner().invoke(cli, ["diff", "--bytes", str(one), str(other)])
    assert same.exit_code == 0 and "the same bytes" in same.output
    (other / "b.html").write_text("<p>\n二\n</p>", "utf-8")
    (other / "c.txt").unlink()
    found = CliRunner().invoke(cli, ["diff", "--bytes", str(one), str(other)])
    assert found.exit_code == 1
    assert [line for line in found.output.splitlines() if line[0] != " "] == ["b.html  line 2", "c.txt  "]
