"""Two renderings of one book: site and Word file of a build show the same; what is planted is found at its place."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from planbook.cli import main
from planbook.compare.from_html import read_html
from planbook.compare.from_word import read_word
from planbook.compare.parity import Difference, Parity, compare, compare_places
from planbook.compare.rendered import Rendered, find_books, read_rendered
from planbook.errors import UsageError
from planbook.project import Project
from tests.conftest import BOOKS

Edit = Callable[[str], str]
DOCUMENT = "word/document.xml"


@pytest.fixture(scope="module")
def site(built: Project) -> Rendered:
    return read_html(built.book / "yumin" / "html")


@pytest.fixture(scope="module")
def word(built: Project) -> Rendered:
    return read_word(find_books(built.book / "yumin")["docx"])


def once(old: str, new: str) -> Edit:
    """Replaces the first of what a pattern finds, which must be there."""

    def edit(text: str) -> str:
        changed, count = re.subn(old, new, text, count=1)
        assert count == 1, old
        return changed

    return edit


@pytest.fixture(scope="module")
def page(site: Rendered) -> Rendered:
    return read_html(site.path / "03-current.html")


def edited_page(page: Rendered, folder: Path, edit: Edit) -> Rendered:
    shutil.copytree(page.path.parent / "figures", folder / "figures")
    (folder / page.path.name).write_text(edit(page.path.read_text("utf-8")), "utf-8")
    return read_html(folder / page.path.name)


def edited_word(word: Rendered, target: Path, edit: Edit, part: str = DOCUMENT) -> Rendered:
    with zipfile.ZipFile(word.path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content.decode("utf-8")).encode() if name == part else content)
    return read_word(target)


def kinds_and_places(found: Parity) -> set[tuple[str, str]]:
    return {(one.kind, one.place) for one in found.differences}


# the formats of one build ---------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", BOOKS)
def test_site_and_word_file_of_a_build_show_the_same(built: Project, unit: str) -> None:
    books = find_books(built.book / unit)
    parity = compare(read_rendered(books["html"], "html"), read_rendered(books["docx"], "docx"))
    assert not parity.differences
    assert min(count for kind, count in parity.compared.items() if kind != "footnote") > 10


# planted differences --------------------------------------------------------------------------------------

# headings of chapter 3
SURVEYED, ANNUAL = "1、老旧小区数据摸底调查", "2、老旧小区改造年度计划表"
EARLIER, FORM = "（一）老旧小区改造前期准备工作", "1、老旧小区摸底调研情况表"
PLANTED_IN_PAGE: dict[str, tuple[Edit, set[tuple[str, str]]]] = {
    "heading": (once("</span>老旧小区改造前期准备工作", "</span>前期准备工作"), {("heading", EARLIER)}),
    "number of a heading": (once("2、</span>老旧小区改造年", "3、</span>老旧小区改造年"), {("heading", ANNUAL)}),
    "level of a heading": (once('<h4 class="unnumbered">(.*?)</h4>', r"<h3>\1</h3>"), {("heading", SURVEYED)}),
    "text": (once("改造从摸清家底开始", "改造从摸底开始"), {("text", SURVEYED)}),
    "paragraph": (once("<p>改造从摸清家底开始.*?</p>", ""), {("text", SURVEYED)}),
    "caption": (once("</span>　老旧小区摸底调研情况表", "</span>　调研情况表"), {("caption", "表3-1")}),
    "number of a table": (once("表 3-2</span>", "表 3-9</span>"), {("caption", "表3-2"), ("reference", ANNUAL)}),
    "reference": (once('plan-ref">表 3-1</a>', 'plan-ref">表 3-2</a>'), {("reference", FORM), ("text", FORM)}),
    "target": (once("#tbl-form-communities(?=. class=.quarto)", "#tbl-form-annual"), {("reference", FORM)}),
    "cell": (once('<th rowspan="2">序号</th>', '<th rowspan="2">编号</th>'), {("row", "表3-1 1")}),
    "merged cell": (once('colspan="3">小区基本情况', 'colspan="2">小区基本情况'), {("row", "表3-1 1")}),
    "row": (once("</tr>\\n<tr><th>面积.*?</tr>", "</tr>"), {("row", "表3-1 2")}),
    "number": (once('"stock.communities">22<', '"stock.communities">23<'), {("fact", SURVEYED), ("text", SURVEYED)}),
    "a number's past": (once('data-fact="survey.sent"', 'data-fact="survey.returned"'), {("fact", SURVEYED)}),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED_IN_PAGE)
def test_a_difference_planted_in_a_page_is_found_at_its_place(page: Rendered, tmp_path: Path, planted: str) -> None:
    edit, found = PLANTED_IN_PAGE[planted]
    assert kinds_and_places(compare(page, edited_page(page, tmp_path, edit))) == found


@pytest.mark.parametrize(
    ("edit", "kinds"),
    [
        (once('<img src="(figures/[^"]+)" (.*?)alt="[^"]*"', r'<img src="\1" \2alt="图"'), ["figure"]),
        (once("(?s)<figure[^>]*plan-fig.*?</figure>", ""), ["caption", "figure", "picture", "reference"]),
        (once('<img src="figures/[^"]+"', '<img src="figures/none.svg"'), ["picture"]),
    ],
)
def test_figures_are_counted_described_and_the_same_pictures(
    page: Rendered, tmp_path: Path, edit: Edit, kinds: list[str]
) -> None:
    parity = compare(page, edited_page(page, tmp_path, edit))
    assert sorted({one.kind for one in parity.differences}) == kinds


PLANTED_IN_WORD: list[tuple[Edit, tuple[str, str, str]]] = [  # with what is found: place, before and after
    (once('(?s)(w:val="Heading4"/>.*?<w:t[^>]*>)老旧小区数据', r"\1数据"),
     (SURVEYED, f"#### {SURVEYED}", "#### 1、数据摸底调查")),
    (once('w:val="Heading4"(?=(?:(?!</w:p>).)*年度计划表)', 'w:val="Unnumbered4"'),
     (ANNUAL, f"#### {ANNUAL}", f"#### {ANNUAL[2:]}")),
    (once("改造从摸清家底开始", "改造从摸底开始"),
     (SURVEYED, "改造从摸清家底开始。摸底调查先后进行…", "改造从摸底开始。摸底调查先后进行…")),
    (once(r'(w:val="TableCaption"/>(?:(?!</w:p>).)*<w:t[^>]*>)[^<]+', r"\1题注"),
     ("表1-1", "表1-1党中央有关决策部署", "表1-1题注")),
    (once("> REF _Ref_tbl_form_communities ", "> REF _Ref_tbl_form_annual "), (FORM, "表3-1 → 表3-1", "表3-1 → 表3-2")),
    (once(">序号</w:t>", ">编号</w:t>"), ("表1-1 1", "序号 | 时间 | 发布主…", "编号 | 时间 | 发布主…")),
    (once('<w:gridSpan w:val="3"/>(?=(?:(?!</w:tc>).)*>不纳入<)', '<w:gridSpan w:val="4"/>'),
     ("表2-3 1", "…3×1] | 不纳入 [3×1] | 登记合计 [1×2]", "…3×1] | 不纳入 [4×1] | 登记合计")),
    (once('<w:tag w:val="survey.sent"/>', '<w:tag w:val="survey.gone"/>'),
     (SURVEYED, "survey.sent = 2129", "survey.gone = 2129")),
    (once('(descr="时间分布图)[^"]*"', r'\1"'), ("图1-1", "时间分布图，每个圆圈是一项决策部署", "时间分布图")),
]  # fmt: skip


def test_differences_planted_in_a_word_file_are_found_against_the_site(
    site: Rendered, word: Rendered, tmp_path: Path
) -> None:
    def plant(text: str) -> str:
        for edit, _found in PLANTED_IN_WORD:
            text = edit(text)
        return text

    found = compare(site, edited_word(word, tmp_path / "planted.docx", plant)).differences
    kinds = ["heading", "heading", "text", "caption", "reference", "row", "row", "fact", "figure"]
    assert [one.kind for one in found] == kinds
    for one, (_edit, (place, before, after)) in zip(found, PLANTED_IN_WORD, strict=True):
        assert one.place == place and one.before.startswith(before) and one.after.startswith(after)


def test_a_row_and_a_figure_that_word_lacks_are_found(site: Rendered, word: Rendered, tmp_path: Path) -> None:
    without_row = once("(?s)(<w:tr>.*?</w:tr>)<w:tr>.*?</w:tr>", r"\1")
    without_figure = once("(?s)<w:drawing>.*?</w:drawing>", "")
    lacking = edited_word(word, tmp_path / "planted.docx", lambda text: without_figure(without_row(text)))
    found = compare(site, lacking).differences
    assert [one.kind for one in found] == ["row", "figure"] and not any(one.after for one in found)


def test_word_s_own_numbering_is_what_is_compared(word: Rendered, tmp_path: Path) -> None:
    changed = edited_word(word, tmp_path / "planted.docx", once("第%1章", "第%1部分"), "word/numbering.xml")
    found = [one for one in compare(word, changed).differences if one.kind == "heading"]
    assert len(found) == 10 and (found[0].before, found[0].after) == ("# 第一章概述", "# 第一部分概述")


def test_only_what_differs_of_a_long_text_is_shown(page: Rendered, tmp_path: Path) -> None:
    (found,) = compare(page, edited_page(page, tmp_path, once("先后进行了多轮", "先后进行了三轮"))).differences
    shown = "…开始。摸底调查先后进行了{}轮，做到每个小区、每栋楼…"
    assert found == Difference("text", SURVEYED, shown.format("多"), shown.format("三"))


# at the command line --------------------------------------------------------------------------------------


def test_the_verb_names_what_differs_and_ends_with_one(
    page: Rendered, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = edited_page(page, tmp_path, once("先后进行了多轮", "先后进行了三轮"))
    for place, code in ((page.path, 0), (other.path, 1)):
        with pytest.raises(SystemExit) as ended:
            main(["parity", str(page.path), str(place), "--json", str(tmp_path / "parity.json")])
        assert ended.value.code == code
        (listed,) = json.loads((tmp_path / "parity.json").read_text("utf-8"))
        assert len(listed["differences"]) == code
    said = capsys.readouterr().out
    assert "nothing differs" in said and "differences: 1" in said
    assert f"  {SURVEYED} (paragraphs)\n  - …开始。摸底调查先后进行了多轮" in said


def test_places_are_files_sites_and_units(built: Project, tmp_path: Path) -> None:
    unit = built.book / "yumin"
    assert [one.formats for one in compare_places(unit / "html", find_books(unit)["docx"])] == [("html", "docx")]
    assert set(find_books(unit)) == {"html", "pdf", "docx"}
    with pytest.raises(UsageError, match="no rendered book"):
        find_books(tmp_path)
    for name in ("a.docx", "a.pdf"):
        (tmp_path / name).write_text("neither")
        with pytest.raises(UsageError, match="not a"):
            compare_places(tmp_path / name, unit)
