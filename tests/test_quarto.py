"""Books set by Quarto: how its CLI is called, what its log and its output are read for, and what becomes of failures.

Where Quarto is not installed a stand-in is called; what only the real one can show is marked `quarto`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from planbook.book.folder import read_book
from planbook.book.pandoc import render as render_ours
from planbook.book.pandoc import run_pandoc
from planbook.book.quarto import _version, find_quarto, render
from planbook.cli import main
from planbook.compare.from_html import read_html
from planbook.compare.parity import compare, compare_places
from planbook.errors import InputError
from planbook.fonts import find_fonts
from planbook.pipeline import Order, build
from planbook.project import Project
from tests.book.sample_book import write_book
from tests.conftest import made_once
from tests.documents import made
from tests.small import change_yaml, contents, empty, small_project
from tests.standin import StandIn, install

REAL = os.environ.get("QUARTO_PATH") or shutil.which("quarto")
TITLE = "裕民县老旧小区改造专项规划"
DOCUMENTS = ("html", "pdf", "docx")


@pytest.fixture
def standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = install(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{found.folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    return found


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project whose books planbook's own renderer has made."""

    def make(project: Project) -> None:
        made(small_project(project.root), "yumin", "tuoli", formats=("html",))

    return made_once(tmp_path_factory, "quarto", make)


@pytest.fixture
def project(before: Project, tmp_path: Path) -> Project:
    shutil.copytree(before.root, tmp_path / "项目 copy", copy_function=shutil.copy2)
    return Project(tmp_path / "项目 copy")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "unit" / "book")


def rendered(standin: StandIn, book: Path, *to: Any) -> Path:
    """The sample book, as the stand-in makes it."""
    _version.cache_clear()
    out = book.parent / "out"
    out.mkdir(exist_ok=True)
    render(find_quarto(), book, to or ("html",), out, fonts=find_fonts())
    return out


def fault_of(standin: StandIn, book: Path, *to: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        rendered(standin, book, *to)
    return caught.value


# calls and deliverables -----------------------------------------------------------------------------------


def test_quarto_is_called_once_a_format_and_its_log_is_kept(standin: StandIn, book: Path) -> None:
    rendered(standin, book, *DOCUMENTS)
    for call, form in zip(standin.calls(), ("html", "typst", "docx"), strict=True):
        *arguments, output = call["arguments"]
        assert arguments == ["render", str(book), "--to", form, "--no-clean", "--output-dir"]
        assert not Path(output).is_relative_to(book) and call["there"] == []
        assert call["env"]["TYPST_FONT_PATHS"].split(os.pathsep) == list(find_fonts().folders)
        assert call["env"]["TYPST_IGNORE_SYSTEM_FONTS"] == "true" and call["env"]["NO_COLOR"] == "1"
        assert int(call["env"]["SOURCE_DATE_EPOCH"]) > 1e9
    assert [path.name for path in sorted(book.parent.glob("*.log"))] == [f"quarto-{f}.log" for f in sorted(DOCUMENTS)]
    assert "to: typst" in (book.parent / "quarto-pdf.log").read_text("utf-8")


def test_what_quarto_made_lies_where_our_own_would_and_the_manifest_says_whose_it_is(
    standin: StandIn, project: Project
) -> None:
    standin.say(html={"text": "正文"}, docx={"text": "正文"})
    outcome = made(project, "yumin", formats=(*DOCUMENTS, "html-single", "xlsx"), renderer="quarto")["yumin"]
    unit = project.book / "yumin"
    names = [f"{TITLE}.{form}" for form in ("docx", "html", "pdf", "xlsx")]
    assert sorted(path.name for path in unit.iterdir()) == ["figures", "html", "record", *names]
    assert "<p>正文</p>" in (unit / "html" / "01-stock.html").read_text("utf-8")
    assert "_plan" not in {path.name for path in (unit / "html").iterdir()}  # of our own site, which was there before
    document = Document(str(unit / f"{TITLE}.docx"))
    assert document.core_properties.title == TITLE and document.paragraphs[-1].text == "正文"
    assert outcome.pages == 1
    manifest = json.loads((project.book / "manifest.json").read_text("utf-8"))
    origins = manifest["made_from"]
    files = manifest["units"]["yumin"]["files"]
    assert {origins[entry["made_from"]]["renderer"] for entry in files.values()} == {"quarto 1.9.38"}
    others = manifest["units"]["tuoli"]["files"]
    assert {origins[entry["made_from"]]["renderer"] for entry in others.values()} == {"pandoc"}


def test_another_quarto_or_our_own_renderer_sets_the_book_again_and_runs_no_notebook(
    standin: StandIn, project: Project
) -> None:
    orders: list[tuple[str, str, int]] = [
        ("1.9.38", "quarto", 1), ("1.9.38", "quarto", 0), ("1.10.2", "quarto", 1), ("1.10.2", "pandoc", 0)
    ]  # fmt: skip
    for version, renderer, calls in orders:
        _version.cache_clear()
        standin.say(version)
        outcome = made(project, "yumin", formats=("html",), renderer=renderer)["yumin"]
        assert (len(standin.calls()), outcome.ran) == (calls, ()), (version, renderer)
    assert (project.book / "yumin" / "html" / "_plan").is_dir()


def test_params_choose_the_renderer_and_explain_says_what_is_to_do(
    standin: StandIn, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change_yaml(project.params / "yumin.yml", renderer="quarto")
    monkeypatch.chdir(project.root)
    with pytest.raises(SystemExit):
        main(["explain", "yumin"])
    assert "what sets the book changed" in capsys.readouterr().out
    for command in (["yumin", "--to", "html"], ["yumin", "--to", "html"]):
        _version.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 0
    assert len(standin.calls()) == 1


# failures -------------------------------------------------------------------------------------------------


def test_an_old_quarto_is_refused_and_stops_its_own_book_alone(
    standin: StandIn, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standin.say("1.7.32")
    _version.cache_clear()
    change_yaml(project.params / "yumin.yml", renderer="quarto")
    outcomes = {outcome.unit: outcome for outcome in build(project, Order(("yumin", "tuoli"), ("html",)))}
    assert "Quarto 1.7.32 is too old: planbook needs 1.9 or newer" in outcomes["yumin"].fault
    assert not outcomes["tuoli"].fault and not standin.calls()
    monkeypatch.chdir(project.root)
    with pytest.raises(SystemExit) as ended:
        main(["yumin", "--to", "html"])
    assert ended.value.code == 1
    with pytest.raises(SystemExit):
        main(["doctor"])
    assert "too old" in capsys.readouterr().out


def test_quarto_that_is_not_there_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    with pytest.raises(InputError, match=r"Quarto is not installed\n.*docs/quarto\.md"):
        find_quarto()
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=re.escape(f"QUARTO_PATH: no Quarto at {tmp_path / 'nowhere'}")):
        find_quarto()


def test_quarto_path_names_the_program_or_its_folder(
    standin: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    for named in (standin.folder, standin.path):
        monkeypatch.setenv("QUARTO_PATH", str(named))
        found = find_quarto()
        assert (found.path, found.name) == (standin.path, "quarto 1.9.38")


def test_a_failure_shows_the_end_of_the_log_and_leaves_the_old_book(standin: StandIn, project: Project) -> None:
    old = contents(project.book / "yumin")
    lines = [f"line {number}" for number in range(40)]
    standin.say(typst={"log": "\n".join([*lines, "ERROR: Typst compilation failed"]), "exit": 1})
    (outcome,) = build(project, Order(("yumin",), DOCUMENTS, renderer="quarto"))
    log = project.build / "2020-08" / "yumin" / "quarto-pdf.log"
    assert outcome.fault.startswith(f"{log}: Quarto failed (exit code 1):\n  line 29\n")
    assert outcome.fault.endswith("ERROR: Typst compilation failed")
    assert not outcome.defect and "line 0\n" in log.read_text("utf-8")
    assert contents(project.book / "yumin") == old


def test_a_filter_that_stops_is_said_with_its_chapter(standin: StandIn, book: Path) -> None:
    said = (
        "Error running filter _plan/numbers.lua:\n…: planbook: 02-needs.qmd: tbl-x holds neither an image nor a table"
    )
    standin.say(html={"log": said, "exit": 1})
    assert str(fault_of(standin, book)) == "02-needs.qmd: tbl-x holds neither an image nor a table"


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("\x1b[33mWARNING (refs.lua:128) Unable to resolve crossref @sec-needs\n\x1b[39m", "@sec-needs (index.qmd:"),
        ("[WARNING] Citeproc: citation fig-nowhere not found", "citation fig-nowhere not found"),
        ("WARNING (main.lua:1) Unknown var nope specified in a var shortcode.", "Unknown var nope specified"),
        ("WARNING (main.lua:1) Unknown meta key nope specified in a metadata Shortcode.", "Unknown meta key nope"),
        ("WARNING (main.lua:1) Shortcode 'vdieo' not found", "Shortcode 'vdieo' not found"),
        ("WARN: Unable to resolve link target: 99-none.qmd", "Unable to resolve link target: 99-none.qmd"),
        ("[WARNING] Could not fetch resource figures/none.svg", "Could not fetch resource figures/none.svg"),
        ("warning: unknown font family: noto serif sc", "unknown font family: noto serif sc"),
    ],
)  # fmt: skip
def test_what_the_log_calls_missing_is_an_error_though_quarto_ends_well(
    standin: StandIn, book: Path, log: str, said: str
) -> None:
    standin.say(html={"log": log})
    fault = str(fault_of(standin, book))
    assert f"{book.parent / 'quarto-html.log'}: Quarto did not find " in fault and said in fault
    assert "\x1b" not in fault


def test_an_error_in_the_log_is_one_whatever_the_exit_code(standin: StandIn, book: Path) -> None:
    standin.say(html={"log": "ERROR (/share/filters/main.lua:9) a filter said error()"})
    assert "a filter said error()" in str(fault_of(standin, book))


def test_a_warning_of_another_kind_stays_in_the_log(standin: StandIn, book: Path) -> None:
    standin.say(html={"log": "[WARNING] Div at line 3 unclosed"})
    assert (rendered(standin, book) / "html" / "index.html").is_file()
    assert "unclosed" in (book.parent / "quarto-html.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("html", "见<strong>?@fig-willing</strong>。", "02-needs.qmd:48: Quarto did not find ?@fig-willing"),
        ("docx", "共?var:nope户", "Quarto did not find ?var:nope"),
    ],
)
def test_what_quarto_prints_for_what_it_did_not_find_is_an_error(
    standin: StandIn, book: Path, form: str, text: str, said: str
) -> None:
    standin.say(**{form: {"text": text}})
    assert said in str(fault_of(standin, book, form))


def test_a_render_that_ends_well_without_a_document_is_an_error(standin: StandIn, book: Path) -> None:
    standin.say(typst={"makes": False})
    assert "Quarto ended well, but made no pdf" in str(fault_of(standin, book, "pdf"))


def test_what_is_outside_the_dialect_is_said_before_quarto_is_called(standin: StandIn, book: Path) -> None:
    chapter = book / "01-general.qmd"
    chapter.write_text(chapter.read_text("utf-8") + "\n见[@fig-nowhere]。\n", "utf-8")
    line = len(chapter.read_text("utf-8").splitlines())
    assert str(fault_of(standin, book)).startswith(f"01-general.qmd:{line}: unknown reference @fig-nowhere")
    assert not standin.calls()


# the filters in Quarto's hands ------------------------------------------------------------------------------

PAGE = """<html><body><nav id="quarto-sidebar">{links}</nav><main id="quarto-document-content">
<header id="title-block-header"><h1 class="title">$title$</h1></header>
$body$</main></body></html>
"""
TITLE_OF_A_CHAPTER = (
    '<span id="{id}" class="quarto-section-identifier"><span class="chapter-number">{number}</span>  {title}</span>'
)


def test_pages_whose_title_quarto_has_taken_out_of_the_chapter_show_the_same(book: Path, tmp_path: Path) -> None:
    """Before filters run, Quarto makes of a chapter's heading the page's title, “3  目标与任务”, and counts in letters
    in the appendix; its first page has the book's title."""
    render_ours(book, ["html"], empty(tmp_path / "own"), fonts=find_fonts())
    folder, site = read_book(book), tmp_path / "site"
    (book / "_plan" / "init.lua").write_text("quarto = { project = { directory = '.' } }\n", "utf-8")
    links = "".join(f'<a href="./{Path(file).stem}.html"></a>' for file in folder.files)
    (book / "page.html").write_text(PAGE.format(links=links), "utf-8")
    shutil.copytree(book / "figures", site / "figures")
    for file, number in zip(folder.files, ("", 1, 2, 3, 4, "A"), strict=True):
        metadata, text = {}, (book / file).read_text("utf-8")
        if number:
            first, _newline, text = text.partition("\n")
            title, id = re.fullmatch(r"# (.*) \{#(\S+)\}", first).groups()  # type: ignore[union-attr]
            metadata["title"] = TITLE_OF_A_CHAPTER.format(id=id, number=number, title=title)
        (book / "page.md").write_text(text, "utf-8")
        page = run_pandoc(folder, "html", "html5", ["page.md"], metadata, ["--standalone", "--template", "page.html"])
        (site / Path(file).with_suffix(".html")).write_bytes(page)
    parity = compare(read_html(tmp_path / "own" / "html"), read_html(site))
    assert parity.compared["heading"] == 22
    # a callout's title is an attribute by then: Quarto draws the box
    assert {(one.kind, one.before, one.after) for one in parity.differences} <= {
        ("text", "说明", ""),
        ("text", "注意", ""),
    }


# the real one ---------------------------------------------------------------------------------------------


@pytest.mark.quarto
@pytest.mark.skipif(not REAL, reason="no Quarto here: docs/quarto.md says how to install it")
@pytest.mark.parametrize("form", DOCUMENTS)
def test_the_sample_book_says_the_same_by_quarto_and_by_our_own_renderer(tmp_path: Path, form: Any) -> None:
    book = write_book(tmp_path / "unit" / "book")
    render_ours(book, [form], empty(tmp_path / "own"), fonts=find_fonts())
    render(find_quarto(), book, [form], empty(tmp_path / "theirs"), fonts=find_fonts())
    (parity,) = compare_places(tmp_path / "own", tmp_path / "theirs")
    assert parity.compared["heading"] > 10
    assert not parity.differences


@pytest.mark.quarto
@pytest.mark.skipif(not REAL, reason="no Quarto here: docs/quarto.md says how to install it")
def test_a_unit_is_built_by_quarto_and_says_the_same(before: Project, tmp_path: Path) -> None:
    for renderer in ("pandoc", "quarto"):
        made(before, "yumin", formats=DOCUMENTS, renderer=renderer, out=tmp_path / renderer)
    compared = compare_places(tmp_path / "pandoc" / "yumin", tmp_path / "quarto" / "yumin")
    assert [parity.formats[0] for parity in compared] == list(DOCUMENTS)
    assert not [parity.differences for parity in compared if parity.differences]
