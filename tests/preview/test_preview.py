"""A preview as a writer uses it: the real command, a browser, and the files edited under it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from planbook.project import Project
from tests.processes import group_of, is_soon
from tests.small import change_cell, small_project, workbook_of

SHEET, CELL = "2000年底以前", "G7"
LONG = "\n".join(f"\n第{number}段，说明改造工作的安排。" for number in range(60))
PLACE = (
    "text => [...document.querySelectorAll('main p')].find(p => p.textContent.includes(text)).getBoundingClientRect().y"
)
SOON = 30_000  # ms; a busy machine takes its time


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = small_project(tmp_path / "项目 preview")
    with (made.chapters / "01-stock.qmd").open("a", encoding="utf-8") as file:
        file.write(LONG + "\n")
    return made


@pytest.fixture
def preview(project: Project, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`build.py preview yumin`, alone in its process group as in a terminal."""
    environment = {**os.environ, "PLANBOOK_ROOT": str(project.root), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-u", "-m", "planbook.cli", "preview", "yumin"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        end = threading.Timer(120, process.kill)  # else a line that is never said would be waited for
        end.start()
        yield process
        end.cancel()
        process.kill()


def said_by(process: subprocess.Popen[str], wanted: str) -> re.Match[str]:
    """What the preview said so far, up to this."""
    heard = ""
    for line in process.stdout or ():
        heard += line
        if found := re.search(wanted, line):
            return found
    raise AssertionError(f"{wanted} was not said:\n{heard}")


def edited(path: Path, change: Callable[[str], str]) -> str:
    """Changes a file as an editor does; what it held before."""
    before = path.read_text("utf-8")
    path.write_text(change(before), "utf-8")
    return before


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C for a group of processes")
def test_a_writer_sees_every_change_where_they_read_and_every_fault_until_it_is_mended(
    page: Page, project: Project, preview: subprocess.Popen[str]
) -> None:
    base = said_by(preview, r"http://127\.0\.0\.1:\d+/")[0]
    said_by(preview, "html in")
    chapter, page_file = project.chapters / "01-stock.qmd", project.book / "yumin/html/01-stock.html"
    page.set_default_timeout(SOON)
    page.goto(f"{base}yumin/html/01-stock.html")
    alert = page.get_by_role("alert")
    assert is_soon(lambda: (project.build / "2020-08/yumin/preview/figures.json").exists(), 60)  # a draft to change

    # a sentence far above the place where they read, shown before the book is built, as the build then prints it
    page.get_by_text("第40段，说明改造工作的安排。").scroll_into_view_if_needed()
    at = page.evaluate(PLACE, "第40段")
    edited(chapter, lambda text: text.replace("第0段", "新写的第0段\n\n又一段\n\n又一段\n\n第0段"))
    expect(page.get_by_text("新写的第0段")).to_be_attached(timeout=SOON)
    page.wait_for_function(f"at => Math.abs(({PLACE})('第40段') - at) < 2", arg=at)
    said_by(preview, "page yumin/html/01-stock.html in")
    draft = served(f"{base}yumin/html/01-stock.html")
    said_by(preview, "html in")
    assert page_file.read_bytes() == draft

    # a fact nobody publishes
    text = edited(chapter, lambda text: text + '\n{{ fact("stock.housholds") }}\n')
    line = text.count("\n") + 2
    expect(alert).to_contain_text(f"chapters/01-stock.qmd: line {line}: no notebook publishes the fact stock.housholds")
    expect(alert).to_contain_text("the nearest is stock.households")
    chapter.write_text(text, "utf-8")
    expect(alert).to_have_count(0)

    # a notebook that fails; Office's lock file is no change
    (workbook_of(project, "裕民县").parent / "~$裕民县.xlsx").write_bytes(b"")
    notebook = project.notebooks / "02-terms.ipynb"
    text = edited(notebook, lambda text: text.replace("chapter.publish()", "chapter.pubish()"))
    expect(alert).to_contain_text("02-terms.ipynb, cell 5, line 1", timeout=SOON)
    notebook.write_text(text, "utf-8")
    expect(alert).to_have_count(0, timeout=SOON)

    # one household more in the workbook, while the past of its total is open
    households = openpyxl.load_workbook(workbook_of(project, "裕民县"))[SHEET][CELL].value
    shown = page.locator('.fact[data-fact="stock.households"]').first
    number = int(shown.inner_text())
    shown.click()
    expect(page.locator("dialog.panel")).to_contain_text("stock.households")
    change_cell(workbook_of(project, "裕民县"), SHEET, CELL, int(str(households)) + 1)
    expect(shown).to_have_text(str(number + 1), timeout=SOON)
    expect(page.locator("dialog.panel")).to_contain_text(f"{number + 1} 户")

    # the PDF, made because somebody looks at it, and made anew
    page.goto(f"{base}yumin/pdf#page=2")
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("src", "?file=2#page=2", timeout=SOON)
    was = page.locator("script[data-token]").get_attribute("data-token")
    edited(chapter, lambda text: text.replace("新写的第0段", "改写的第0段"))
    page.wait_for_function("was => document.querySelector('script[data-token]')?.dataset.token !== was", arg=was)
    expect(frame).to_have_attribute("src", "?file=2#page=2", timeout=SOON)

    # Ctrl-C
    begun = time.monotonic()
    os.killpg(preview.pid, signal.SIGINT)
    assert "the preview has ended" in preview.communicate(timeout=30)[0]
    assert preview.returncode == 0
    assert time.monotonic() - begun < 2
    assert is_soon(lambda: not group_of(preview))


def served(address: str) -> bytes:
    """A page as it is shown, without what the preview adds."""
    with urllib.request.urlopen(address) as answer:
        return re.sub(rb'<script src="/__preview__/[^\n]*\n', b"", answer.read())
