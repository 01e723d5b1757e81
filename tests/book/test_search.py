"""The index of a book: one entry a section, figure and table, with the text and its initials letter by letter."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from planbook.book.search import initials, search_index

PAGE = """<html><body><nav>全书目录</nav><main>
<section id="sec-a" class="level1"><h1><span>第一章　</span>概述<a class="anchor" href="#sec-a"></a></h1>
<p>全县<span class="fact">12</span>个小区。</p>
<section id="sec-b" class="level2"><h2>一、背景</h2><p>甲。</p>
<figure id="tbl-x"><figcaption>表 1-1　清单</figcaption><div class="plan-tools">下载</div>
<table><tr><td>幸福里</td><td>3号楼</td></tr></table></figure><p>乙。</p></section></section></main></body></html>"""


def entries(**pages: str) -> list[list[str]]:
    script = search_index({f"{name}.html": page.encode() for name, page in pages.items()}).decode()
    found: list[list[str]] = json.loads(script.removeprefix("window.planbookSearch=").rstrip(";\n"))
    return found


def test_each_section_figure_and_table_is_an_entry_of_its_own_text() -> None:
    assert [entry[:5] for entry in entries(one=PAGE)] == [
        ["one.html", "sec-a", "第一章 概述", "", "第一章 概述\n全县12个小区。"],
        ["one.html", "sec-b", "一、背景", "第一章 概述", "一、背景\n甲。 乙。"],
        ["one.html", "tbl-x", "表 1-1 清单", "第一章 概述", "表 1-1 清单\n幸福里\t3号楼"],
    ]


def test_a_totals_figures_stay_below_their_heads() -> None:
    total = '<tfoot><tr><td colspan="3">合计</td><td>264</td></tr></tfoot>'
    (*_others, table) = entries(one=PAGE.replace("</table>", f"{total}</table>"))
    assert table[4].splitlines()[-1] == "合计\t\t\t264"


def test_initials_follow_the_phrase() -> None:
    assert initials("重庆的重点：银行、行人A座") == "cqdzd：yh、xraz"


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: len(text.lower()) == len(text)))
def test_initials_stand_under_their_letters(text: str) -> None:
    spelt = initials(text)
    assert len(spelt) == len(text)
    assert all(b == a.lower() for a, b in zip(text, spelt, strict=True) if not "\u3400" <= a <= "\u9fff")
