"""Makes the website of docs/ in _build/docs/html/, through the renderer that makes the plans: `python3 build.py docs`.

A book folder is assembled from the pages in docs/, in the order of docs/_quarto.yml, and those that are written from
the code (docs_pages.py). Its filters and templates are the plans', their words put into English (docs/_site/).
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from docs_pages import GENERATED, interface_pages  # noqa: E402

from planbook.book.pandoc import render  # noqa: E402
from planbook.errors import InputError  # noqa: E402
from planbook.fonts import find_fonts  # noqa: E402
from planbook.project import Project  # noqa: E402

DOCS, PLAN = ROOT / "docs", ROOT / "src" / "planbook" / "book" / "_plan"
WORDED = ("page.html", "theme.js", "planbook.js", "site.js", "tables.js", "search.js")
FILTERS = ["docs.lua", *(f"_plan/{name}.lua" for name in ("shortcodes", "cjk", "callouts", "numbers", "facts"))]
HAN = re.compile(r"[\u4e00-\u9fff]")


def assemble(folder: Path) -> None:
    """Write the book folder anew."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    config = yaml.safe_load((DOCS / "_quarto.yml").read_text("utf-8"))
    pages = _pages(config["book"]["chapters"], config.pop("quartodoc"))
    for name, text in pages.items():
        (folder / name).write_text(_as_chapter(name, text), "utf-8", newline="\n")
    config["book"]["chapters"] = list(pages)
    config["filters"] = FILTERS
    (folder / "_quarto.yml").write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), "utf-8")
    shutil.copytree(DOCS / "images", folder / "images")
    shutil.copyfile(DOCS / "_site" / "docs.lua", folder / "docs.lua")
    _copy_plan(folder / "_plan")


def _pages(listed: list[str], interfaces: dict[str, Any]) -> dict[str, str]:
    others = sorted(path.name for path in DOCS.glob("*.md") if path.name not in listed)
    project = Project(ROOT)
    pages = {}
    for name in [*listed, *others]:
        if name not in GENERATED and not (DOCS / name).is_file():
            raise InputError(f"{name} is listed but not there", place="docs/_quarto.yml")
        pages[name] = GENERATED[name](project) if name in GENERATED else (DOCS / name).read_text("utf-8")
    return pages | dict(interface_pages(interfaces))


def _as_chapter(name: str, text: str) -> str:
    """The page's title gets the label that a chapter needs, and no number."""
    title, rest = text.split("\n", 1)
    if not title.startswith("# "):
        raise InputError("a page begins with its title", place=f"docs/{name}", cure="# …")
    return f"{title} {{#sec-{Path(name).stem.replace('.', '-')} .unnumbered}}\n{rest}"


def _copy_plan(target: Path) -> None:
    """The plans' filters and templates, with words and text in the manner of an English handbook."""
    shutil.copytree(PLAN, target)
    words = yaml.safe_load((DOCS / "_site" / "english.yml").read_text("utf-8"))
    for name in WORDED:
        (target / name).write_text(in_english((target / name).read_text("utf-8"), words), "utf-8", newline="\n")
    with (target / "site.css").open("a", encoding="utf-8", newline="\n") as style:
        style.write((DOCS / "_site" / "docs.css").read_text("utf-8"))


def in_english(text: str, words: dict[str, str]) -> str:
    """Every Chinese phrase replaced, longest first; one that has no English is an InputError."""
    for chinese in sorted(words, key=len, reverse=True):
        text = text.replace(chinese, words[chinese])
    for line in text.splitlines():
        if HAN.search(line):
            raise InputError(f"no English for: {line.strip()}", place="docs/_site/english.yml")
    return text


def make(place: Path) -> Path:
    """The first page of the website, in `place`/html/; `place`/book/ is the folder it was made from."""
    assemble(place / "book")
    return render(place / "book", ["html"], place, fonts=find_fonts())[0]


def main() -> None:
    try:
        print(make(ROOT / "_build" / "docs").relative_to(ROOT).as_posix())
    except InputError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
