"""What a chapter may not contain stops with its line and a cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_book import write_book

from planbook.book.dialect import check, find_problems
from planbook.book.folder import read_book
from planbook.errors import InputError

HEAD = "# 总则 {#sec-general}\n\n## 目的 {#sec-purpose}\n\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("dialect") / "book")


def problems(book: Path, text: str) -> list[str]:
    """What is found when chapter 1 is `text`."""
    chapter = book / "01-general.qmd"
    before = chapter.read_text("utf-8")
    chapter.write_text(text, "utf-8")
    try:
        return [f"{one.place}: {one.message}" for one in find_problems(read_book(book))]
    finally:
        chapter.write_text(before, "utf-8")


def test_the_sample_with_all_the_dialect_allows_passes(book: Path) -> None:
    assert problems(book, (book / "01-general.qmd").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("# 总则\n", 1, "the chapter heading needs a label"),
        ("总则\n\n# 总则 {#sec-general}\n", 1, "a chapter begins with its heading"),
        (HEAD + "# 又一章 {#sec-more}\n", 5, "a second heading of level 1"),
        (HEAD + "#### 太深\n", 5, "the heading skips a level"),
        (HEAD + "见[@tbl-anual]。\n", 5, "unknown reference @tbl-anual"),
        (HEAD + "见[@zhang2020]。\n", 5, "@zhang2020 is no figure, table or section"),
        (HEAD + "## 再 {#sec-purpose}\n", 5, "sec-purpose is defined twice"),
        (HEAD + "<table><tr><td>甲</td></tr></table>\n", 5, "raw HTML in the text"),
        (HEAD + "```{=html}\n<table></table>\n```\n", 5, "an HTML table stands in a div of its own"),
        (HEAD + "```python\n1\n```\n", 5, "a code block is not in the dialect"),
        (HEAD + "::: {.wide}\n甲\n:::\n", 5, "unknown div {.wide}"),
        (HEAD + "::: {#tbl-x .tall}\n甲\n:::\n", 5, "unknown div {#tbl-x .tall}"),
        (HEAD + "::: {.callout-note}\n甲\n", 5, "this div or fence is never closed"),
        (HEAD + "::: {.callout-note}\n::: {#tbl-x}\n甲\n:::\n:::\n", 6, "a figure or table stands by itself"),
        (HEAD + "{{< video x >}}\n", 5, "only the shortcode {{< pagebreak >}}"),
        (HEAD + '共{{ fact("x") }}户。\n', 5, "a template's sign is left in the text"),
        (HEAD + "\\newpage\n", 5, "raw LaTeX in the text"),
        (HEAD + "共 $x^2$ 户。\n", 5, "a formula in the text"),
        (HEAD + "见 `code`。\n", 5, "code in the text"),
        (HEAD + "共[5]{.fact}户。\n", 5, "a span is a fact"),
        (HEAD + "共[5]{.red}户。\n", 5, "a span is a fact"),
        (HEAD + "![题注](figures/none){#fig-none}\n", 5, "there is no file figures/none.svg"),
        (HEAD + "见![题注](figures/willing){#fig-w2}。\n", 5, "a figure stands alone in its paragraph"),
        (HEAD + "![题注](figures/willing)\n", 5, "a figure stands alone in its paragraph"),
        (HEAD + "甲[^none]。\n", 5, "the footnote [^none] has no text"),
    ],
)
def test_what_is_outside_the_dialect_is_found_at_its_line(book: Path, text: str, place: int, message: str) -> None:
    found = problems(book, text)
    assert any(one.startswith(f"01-general.qmd:{place}: {message}") for one in found), found


def test_facts_in_a_table_must_name_themselves(book: Path) -> None:
    table = (
        '::: {#tbl-x}\n\n```{=html}\n<table><tr><td><span class="fact">5</span></td></tr></table>\n```\n\n题注\n:::\n'
    )
    assert problems(book, HEAD + table) == ["01-general.qmd:8: a span in a table is a fact"]


def test_footnotes_are_named_once_in_the_book(book: Path) -> None:
    found = problems(book, HEAD + "甲[^2]。\n\n[^2]: 注。\n")
    assert found == ["03-targets.qmd:27: the footnote [^2] is defined twice in the book"]


def test_escaped_signs_are_text(book: Path) -> None:
    plain = r"1\~3号楼 A\*甲\* \<b\> a\@b.c x\_y \$5\$ \`c\` \\甲 \{\{ a@b.com 见@fig-willing所示" + "\n"
    assert problems(book, HEAD + plain) == []


def test_the_error_names_the_first_place_its_cure_and_all_the_others(book: Path) -> None:
    chapter = book / "01-general.qmd"
    before = chapter.read_text("utf-8")
    chapter.write_text(HEAD + "见[@tbl-anual]。\n\n见[@sec-trgets]。\n", "utf-8")
    with pytest.raises(InputError) as caught:
        check(read_book(book))
    chapter.write_text(before, "utf-8")
    assert str(caught.value) == (
        "01-general.qmd:5: unknown reference @tbl-anual\n  01-general.qmd:7: unknown reference @sec-trgets\n"
        "  → did you mean @tbl-annual?"
    )
