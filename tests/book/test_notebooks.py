"""Executed notebooks as pages: what a reader who checks the numbers sees, and nothing from the network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sample_book import write_book

from planbook.book.folder import read_book
from planbook.book.notebooks import notebook_pages
from planbook.results import Results


@pytest.fixture
def page(tmp_path: Path) -> html.HtmlElement:
    book = write_book(tmp_path / "book")
    svg = (book / "figures" / "year-built.svg").read_text("utf-8")
    shown = [
        new_output("execute_result", {"image/svg+xml": svg, "text/plain": "Figure"}),
        new_output("execute_result", {"text/html": "<table><tr><td>5549</td></tr></table>", "text/plain": "Table"}),
    ]
    cells = [new_markdown_cell("# 第二章 需求", id="a"), new_code_cell("total(rows)", id="b", outputs=shown)]
    (book / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells), book / "notebooks" / "02-needs.ipynb")
    pages = {"02-needs.html": b'<img src="figures/year-built.svg" style="width:80%" alt="1990\xe5\xb9\xb4">'}
    (made,) = notebook_pages(read_book(book), pages).items()
    assert made[0] == "notebooks/02-needs.html"
    return html.document_fromstring(made[1].decode("utf-8"))


def test_a_notebook_shows_its_words_its_program_and_its_results(page: html.HtmlElement) -> None:
    assert page.findtext(".//title").startswith("第二章 需求：计算过程 – 和布克赛尔蒙古自治县")
    assert "total(rows)" in page.text_content() and "In [" not in page.text_content()
    assert page.xpath("//a[text()='返回本章正文']/@href") == ["../02-needs.html"]
    assert page.xpath("//div[@class='plan-scroll']//td/text()") == ["5549"]


def test_a_figure_of_the_book_is_shown_from_its_file_with_its_alternative_text(page: html.HtmlElement) -> None:
    assert [(i.get("src"), i.get("alt")) for i in page.iter("img")] == [("../figures/year-built.svg", "1990年")]
    assert not page.xpath("//svg")


def test_only_a_cell_that_differs_is_made_anew_and_other_units_share_the_rest(tmp_path: Path) -> None:
    book = replace(read_book(write_book(tmp_path / "book")), results=Results(tmp_path / "results"))
    (book.path / "notebooks").mkdir()

    def kept_after(unit: str, households: str) -> int:
        shown = new_output("execute_result", {"text/html": f"<p>{households}</p>", "text/plain": "Table"})
        cells = [new_markdown_cell("# 需求", id="a"), new_code_cell("count()", id="b", outputs=[shown])]
        notebook = new_notebook(cells=cells, metadata={"papermill": {"parameters": {"unit": unit}}})
        nbformat.write(notebook, book.path / "notebooks" / "02-needs.ipynb")
        assert f"<p>{households}</p>" in notebook_pages(book, {})["notebooks/02-needs.html"].decode("utf-8")
        return len(list((tmp_path / "results").iterdir()))

    assert [kept_after("wusu", "976"), kept_after("wusu", "977"), kept_after("yumin", "976")] == [2, 3, 3]


def test_nothing_comes_from_the_network(page: html.HtmlElement) -> None:
    assert not [link for *_, link, _ in page.iterlinks() if "//" in link]
    assert [s.get("src") for s in page.iter("script")] == ["../_plan/theme.js"]


def test_defaults_that_were_replaced_are_left_out_and_a_step_without_a_result_says_so(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    cells = [
        new_code_cell('unit = "tacheng"', id="a", metadata={"tags": ["parameters"]}),
        new_code_cell('unit = "yumin"', id="b", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("total(rows);", id="c"),
        new_code_cell("shown = None\nif wide:\n    shown = chart()\nshown", id="d"),
    ]
    (book / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells), book / "notebooks" / "02-needs.ipynb")
    (content,) = notebook_pages(read_book(book), {}).values()
    page = html.document_fromstring(content.decode("utf-8"))
    assert "yumin" in page.text_content() and "tacheng" not in page.text_content()
    (said,) = page.xpath("//p[@class='notebook-none']")
    assert (
        said.text == "本书没有这一步的结果。"
        and "chart" in said.xpath("ancestor::div[@id='cell-id=d']")[0].text_content()
    )
