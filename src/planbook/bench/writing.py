"""A sentence changed while its page is open in a preview: how long until the browser has the new page."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from planbook.bench.place import Bench
from planbook.bench.timing import Contender, Goal, Result, take_turns
from planbook.book import pandoc
from planbook.book.folder import read_book
from planbook.project import Project


def preview(bench: Bench) -> Result:
    """One sentence of the last chapter, until its open page is there anew; a browser then has to draw it."""
    project, unit = bench.copy("preview"), bench.units()[-1]
    chapter = sorted(project.chapters.glob("*-*.qmd"))[-1]
    bare, shown = "Pandoc alone, this page", "preview, one sentence changed"
    with _running(bench, project, unit) as running:
        page = Page(running, f"{unit}/html/{chapter.stem}.html")

        def change() -> None:
            with chapter.open("a", encoding="utf-8") as file:
                file.write("\n本章内容以批准的文本为准。\n")
            page.comes_anew()

        book = project.build / bench.round() / unit / "book"
        contenders = [
            Contender(bare, lambda: _alone(book, chapter.name), page.rests),
            Contender(shown, change, page.open),
        ]
        seconds = take_turns(contenders, bench.times)
    return Result("preview", f"{unit}, the page {chapter.stem}", seconds, (Goal(shown, bare, 4),))


def _alone(book: Path, file: str) -> None:
    template = ["--standalone", "--template", "_plan/page.html", "--section-divs"]
    pandoc.run_pandoc(read_book(book), "html", "html5", [file], {}, template)


@contextmanager
def _running(bench: Bench, project: Project, unit: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**bench.env(project), "PLANBOOK_LANG": "en"}
    command = bench.planbook("preview", unit)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


class Page:
    """A page as a browser holds it: with the stream of its news."""

    def __init__(self, process: subprocess.Popen[str], path: str) -> None:
        self._process, self._path = process, path
        self._address = self._said(r"http://[^/]+/")
        self._news: Any = None
        self._said("html in")

    def _said(self, wanted: str) -> str:
        for line in self._process.stdout or ():
            if found := re.search(wanted, line):
                return found[0]
        raise RuntimeError("the preview ended")

    def open(self) -> None:
        """Loads the page, listens, and reads on for a moment, in which the preview gets ready for a change."""
        token = re.search(r'data-token="(\w+)"', self._load())
        query = urlencode({"page": self._path, "token": token[1] if token else ""})
        self._news = urlopen(f"{self._address}__preview__/events?{query}")
        time.sleep(2)

    def _load(self) -> str:
        with urlopen(self._address + self._path) as answer:
            return str(answer.read().decode("utf-8"))

    def comes_anew(self) -> None:
        """Waits until it is told to load itself, and does."""
        for line in self._news:
            if line.startswith(b"event: reload"):
                self._load()
                return
        raise RuntimeError("the preview ended")

    def rests(self) -> None:
        """Waits until the build has caught up with the last change."""
        if self._news:
            self._said("html in")
