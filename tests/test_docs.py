"""The documentation: a website of its own, whose links lead somewhere, and commands that exist."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import docs_site
import pytest
from click.exceptions import UsageError
from lxml import html

import notebooks
from planbook.cli import cli
from planbook.environment import LOCKS
from planbook.project import Project
from planbook.survey.form import SHEETS
from tests.conftest import ROOT, made_once
from tests.shown import calls_of
from tests.test_cli import run

FRONT = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
PAGES = (*FRONT, *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
TARGET = re.compile(r"\]\(([^)\s]+)\)")
VERB = re.compile(r"^\| (`[^|]+) \|", re.M)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, html.HtmlElement]:
    """The pages of the website by name."""
    made = made_once(tmp_path_factory, "docs", lambda project: docs_site.make(project.root))
    return {path.name: html.parse(str(path)).getroot() for path in (made.root / "html").glob("*.html")}


@pytest.fixture(scope="module")
def entries(site: dict[str, html.HtmlElement]) -> list[list[str]]:
    """What the search looks through: page, anchor, title, chapter, text and initials."""
    folder = Path(site["index.html"].base_url).parent
    return json.loads((folder / "search-index.js").read_text("utf-8").partition("=")[2].rstrip(";\n"))


def test_every_link_of_the_website_leads_to_a_page_and_a_place_on_it(site: dict[str, html.HtmlElement]) -> None:
    folder = Path(site["index.html"].base_url).parent
    broken = []
    for name, page in site.items():
        for _element, attribute, target, _at in page.iterlinks():
            to = urlsplit(target)
            if to.scheme or attribute not in ("href", "src"):
                continue
            other = site.get(to.path or name)
            there = (folder / (to.path or name)).is_file()
            if not there or (to.fragment and (other is None or unquote(to.fragment) not in _ids(other))):
                broken.append(f"{name}: {target}")
    assert not broken


def _ids(page: html.HtmlElement) -> set[str]:
    return set(page.xpath("//@id"))


def test_the_search_knows_the_interfaces_the_columns_and_the_rules(entries: list[list[str]]) -> None:
    found = {(page, title) for page, _anchor, title, *_ in entries}
    assert ("api-notebooks.html", "open_chapter") in found
    text = {page: "\n".join(one[4] for one in entries if one[0] == page) for page, *_ in entries}
    assert all(column.key in text["form.html"] for sheet in SHEETS for column in sheet.columns)
    assert "scope.funded-again" in text["rules.html"] and "rules.post_share_cap" in text["parameters.html"]


def test_what_surrounds_the_text_is_english_and_no_chapter_is_numbered(site: dict[str, html.HtmlElement]) -> None:
    page = site["compare.html"]
    assert page.get("lang") == "en"
    assert page.xpath("//nav[@class='turn']//span/text()") == ["Previous", "Next"]
    assert not page.xpath("//*[@class='header-section-number']")
    with pytest.raises(docs_site.InputError, match="no English for: <p>新增</p>"):
        docs_site.in_english("<p>新增</p>", {"目录": "Contents"})


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_source_leads_to_a_file(page: str) -> None:
    written = {f"docs/{name}" for name in docs_site.GENERATED}
    for target in TARGET.findall((ROOT / page).read_text("utf-8")):
        to = urlsplit(target)
        if not to.scheme and to.path:
            place = (ROOT / page).parent / to.path
            assert place.exists() or place.relative_to(ROOT).as_posix() in written, target
            assert not to.fragment or to.fragment in _anchors(place), target


def _anchors(page: Path) -> set[str]:
    """The anchors that a forge gives to the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_exists_with_its_options(page: str) -> None:
    for words in calls_of(page):
        _understand(words)


def test_the_two_readmes_show_the_same_commands() -> None:
    assert [_verb(words) for words in calls_of(FRONT[0])] == [_verb(words) for words in calls_of(FRONT[1])]
    english, chinese = (list(_table(page)) for page in FRONT[:2])
    assert len(english) > 12 and [words[0] for words in english] == [words[0] for words in chinese]
    for words in [*english, *chinese]:
        _understand(words)


def _table(page: str) -> Iterator[list[str]]:
    """The commands in the first column of a page's tables, as words."""
    for cell in VERB.findall((ROOT / page).read_text("utf-8")):
        for call in re.findall(r"`([^`]+)`", cell):
            if call.split()[0] in cli.commands:
                yield call.split()


def _verb(words: list[str]) -> str:
    return words[0] if words and words[0] in {*cli.commands, *LOCKS} else "build"


def _understand(words: list[str]) -> None:
    """Parses a command as far as its options and the kinds of its values, and does nothing else."""
    verb = _verb(words)
    if verb in cli.commands:
        try:
            cli.commands[verb].make_context(verb, words[1:] if words[:1] == [verb] else list(words))
        except UsageError as error:
            raise AssertionError(f"{' '.join(words)}: {error.message}") from error


@pytest.mark.parametrize("words", [["verify"], ["explain"], ["doctor"]], ids=" ".join)
def test_commands_of_the_readme_that_take_no_time_do_what_it_says(
    words: list[str], built: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(built.root)
    assert words in list(_table("README.md"))
    code, said = run(capsys, *words)
    assert code == 0 and said


def test_the_house_is_laid_out_as_contributing_says() -> None:
    """Every module stands in a row, and imports from rows above its own."""
    place = ROOT / "src" / "planbook"
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("| module | does |")[2]
    rows = [re.findall(r"`(\w+)/?`", line.split("|")[1]) for line in table.splitlines() if line.startswith("| `")]
    row_of = {module: number for number, row in enumerate(rows) for module in row}
    there = {path.relative_to(place).parts[0].removesuffix(".py") for path in place.rglob("*.py")}
    assert row_of.keys() == {module for module in there if not module.startswith("_")}
    for file in place.rglob("*.py"):
        own = file.relative_to(place).parts[0].removesuffix(".py")
        for module in _imported(file) & row_of.keys() if own in row_of else ():
            assert row_of[module] <= row_of[own], f"{own} imports {module}, which stands below it"


def _imported(file: Path) -> set[str]:
    """The modules of planbook that a file imports, as parts of the house."""
    found = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = {f"{node.module}.{alias.name}" for node in found for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("planbook.")}


def test_notebooks_hold_nothing_that_running_them_left(tmp_path: Path) -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = path.read_text("utf-8")
        assert notebooks.stripped(text) == text, f"run: python tools/notebooks.py {path.name}"
    run = json.loads(text)
    run["cells"][1] |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["3"]}]}
    left = tmp_path / path.name
    left.write_text(json.dumps(run, ensure_ascii=False), "utf-8")
    assert notebooks.main([str(left)]) == 1
    assert left.read_text("utf-8") == text and notebooks.main([str(left)]) == 0
