"""The website as a reader uses it, in Chromium: from disk and a server, by mouse and keyboard, by day and night."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from planbook.book.pandoc import render
from planbook.fonts import find_fonts
from planbook.project import Project
from tests.documents import html_facts, html_pages
from tests.pages import no_violation

WIDTHS = (375, 768, 1280)
KINDS = {
    "portal": "index.html",
    "cover": "tacheng/html/index.html",
    "figures and tables": "yumin/html/03-current.html",
    "wide tables": "yumin/html/09-plan.html",
    "long tables": "yumin/html/12-projects.html",
    "notebook": "yumin/html/notebooks/09-plan.html",
}
LONG = "tacheng/html/12-projects.html"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(built: Project) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built.book))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(params=["disk", "server"])
def books(request: pytest.FixtureRequest, built: Project) -> str:
    """Where the books are, as the beginning of an address."""
    return f"{built.book.as_uri()}/" if request.param == "disk" else str(request.getfixturevalue("server"))


@pytest.fixture
def disk(built: Project) -> str:
    return f"{built.book.as_uri()}/"


# -- every page


def test_every_page_opens_clean_and_never_scrolls_sideways(page: Page, built: Project, disk: str) -> None:
    names = [path.relative_to(built.book).as_posix() for path in sorted(built.book.rglob("*.html"))]
    assert len(names) > 45
    for number, name in enumerate(names):
        page.goto(disk + name)
        for width in WIDTHS[:: -1 if number % 2 else 1]:  # beginning as the page before ended: resizing takes long
            page.set_viewport_size({"width": width, "height": 800})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, (name, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_kind_of_page_is_accessible(page: Page, disk: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for kind, name in KINDS.items():
        page.goto(disk + name)
        no_violation(page, f"{kind}, {scheme}")


def test_what_opens_over_a_page_is_accessible_by_day_and_night(page: Page, disk: str) -> None:
    page.goto(disk + KINDS["figures and tables"])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.keyboard.press("/")
        page.get_by_role("combobox").fill("改造")
        expect(page.get_by_role("option").first).to_be_visible()
        no_violation(page, f"search, {scheme}")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="放大").first.click()
        no_violation(page, f"figure, {scheme}")
        page.keyboard.press("Escape")


def test_without_scripts_everything_can_be_read(browser: Browser, disk: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(disk + KINDS["figures and tables"])
    expect(page.get_by_role("navigation", name="全书目录").get_by_role("link").first).to_be_visible()
    expect(page.get_by_role("table").last).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    context.close()


# -- the way through the book


def test_the_contents_mark_the_place_and_lead_on(page: Page, books: str) -> None:
    page.goto(books + KINDS["figures and tables"])
    toc, book = (page.get_by_role("navigation", name=name) for name in ("本页内容", "全书目录"))
    toc.get_by_role("link", name="（二）改造内容诉求分析").click()
    for nav, name in ((toc, "（二）改造内容诉求分析"), (book, "二、现状特征")):
        expect(nav.get_by_role("link", name=name)).to_have_attribute("aria-current", "location")
    fold = page.get_by_role("button", name="改造目标：各节")
    fold.press("Enter")
    book.locator("li", has=fold).locator("ol a").first.click()
    expect(page).to_have_url(f"{books}yumin/html/04-targets.html#sec-targets-overall", timeout=5000)
    page.locator("a[rel=next]").click()
    expect(page).to_have_title("第五章　城镇老旧小区改造基本要求 – 裕民县老旧小区改造专项规划")


def test_on_a_phone_the_contents_open_over_the_page_and_close_again(page: Page, disk: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(disk + KINDS["figures and tables"])
    menu, book = page.get_by_role("button", name="目录"), page.get_by_role("navigation", name="全书目录")
    expect(book).to_be_hidden()
    menu.click()
    expect(book).to_be_visible()
    book.get_by_role("link", name="三、主要问题").press("Escape")
    expect(book).to_be_hidden()
    expect(menu).to_be_focused()


def test_day_and_night_are_chosen_once_for_all_pages(page: Page, books: str) -> None:
    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.goto(books + KINDS["cover"])
    day = paper()
    page.emulate_media(color_scheme="dark")
    night = paper()
    assert night != day
    page.get_by_role("button", name="配色：自动").click()
    assert paper() == day
    page.goto(books + KINDS["notebook"])
    assert paper() == day
    page.get_by_role("button", name="配色：浅色").click()
    page.emulate_media(color_scheme="light")
    assert paper() == night


# -- search


@pytest.mark.parametrize(("words", "found"), [("物业服务", "物业服务"), ("gzyy", "改造意愿")])
def test_search_finds_words_and_initials_over_the_whole_book(page: Page, books: str, words: str, found: str) -> None:
    page.goto(books + KINDS["cover"])
    page.keyboard.press("/")
    page.get_by_role("combobox", name="搜索全书").press_sequentially(words)
    options = page.get_by_role("option")
    expect(options.first.locator("mark").first).to_have_text(found)
    first, second = options.nth(0), options.nth(1)
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    file, _, anchor = str(first.get_attribute("href")).partition("#")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: file in url)
    target = page.locator(f"[id='{unquote(anchor.partition(':~:')[0])}']")
    expect(target).to_be_in_viewport()
    assert found in target.inner_text()


def test_search_for_two_words_shows_the_row_that_has_both_and_not_the_head(page: Page, disk: str) -> None:
    page.goto(disk + LONG)
    name = page.locator("#tbl-projects-6 tbody tr").last.locator("td").nth(1).inner_text()
    page.keyboard.press("/")
    for words in (f"小区 {name}", f"{name} 小区"):
        page.get_by_role("combobox").fill(words)
        found = page.get_by_role("option").filter(has_text="项目清单").first
        expect(found.locator("span mark").filter(has_text=name)).to_have_count(1)


def test_search_closes_on_escape_and_says_when_nothing_is_found(page: Page, disk: str) -> None:
    page.goto(disk + KINDS["cover"])
    button = page.get_by_role("button", name="搜索全书")
    button.click()
    box = page.get_by_role("combobox")
    box.fill("火星")
    expect(page.get_by_role("status")).to_have_text("没有找到。")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(button).to_be_focused()


def test_search_finds_a_community_in_the_project_list_and_goes_to_its_row(page: Page, disk: str) -> None:
    page.goto(disk + LONG)
    name = page.locator("#tbl-projects-6 tbody tr").last.locator("td").nth(1).inner_text()
    page.goto(disk + KINDS["cover"])
    page.keyboard.press("/")
    page.get_by_role("combobox").fill(name)
    page.get_by_role("option").filter(has_text="项目清单").first.click()
    page.wait_for_url(lambda url: "12-projects.html" in url)
    expect(page.get_by_role("cell", name=name, exact=True).first).to_be_in_viewport()


# -- tables


def column(page: Page, table: str, number: int) -> list[str]:
    cells = page.locator(f"{table} tbody tr:not([hidden]) > td:nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_table_sorts_numbers_as_numbers_and_returns_to_its_order(page: Page, disk: str, hand: str) -> None:
    page.goto(disk + LONG)
    table, number = "#tbl-projects-2", 5
    head = page.locator(f"{table} th").nth(number - 1)
    before, total = column(page, table, number), page.locator(f"{table} tfoot").inner_text()

    def press() -> None:
        button = head.get_by_role("button")
        button.click() if hand == "mouse" else button.press("Enter")

    press()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert column(page, table, number) == sorted(before, key=float) != before
    press()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert column(page, table, number) == sorted(before, key=float, reverse=True)
    press()
    assert head.get_attribute("aria-sort") is None
    assert column(page, table, number) == before
    assert page.locator(f"{table} tfoot").inner_text() == total


def test_a_table_with_merged_heads_sorts_by_its_lowest(page: Page, disk: str) -> None:
    page.goto(disk + "tacheng/html/09-plan.html")
    assert page.locator("#tbl-plan-years thead button").count() == 0, "parts stay under what they are parts of"
    heads = page.locator("#tbl-plan thead")
    assert heads.locator("th[colspan] button").count() == 0
    heads.locator("tr").last.locator("button").nth(2).click()
    shown = column(page, "#tbl-plan", 4)
    assert shown == sorted(shown, key=float) and len(shown) == 7
    expect(page.locator("#tbl-plan tfoot")).to_contain_text("合计")


def test_a_blank_form_is_left_alone_and_a_long_table_can_be_filtered(page: Page, disk: str) -> None:
    page.goto(disk + KINDS["figures and tables"])
    assert page.locator("#tbl-form-communities button").count() == 0
    page.goto(disk + LONG)
    rows = column(page, "#tbl-projects-2", 2)
    wanted = [name for name in rows if rows[3] in name]
    page.locator("#tbl-projects-2").get_by_role("searchbox", name="筛选").fill(rows[3])
    assert column(page, "#tbl-projects-2", 2) == wanted and 0 < len(wanted) < len(rows)
    expect(page.locator("#tbl-projects-2").get_by_role("status")).to_have_text(
        f"{len(wanted)}行，共{len(rows)}行，合计仍为全部行"
    )
    expect(page.locator("#tbl-projects-2 tfoot")).to_be_visible()


# a head's words with their number of lines, without the unit, which may stand on a line of its own
HEADS = """() => [...document.querySelectorAll("figure:not(.plan-wide) th")].flatMap((head) => {
  const words = document.createTreeWalker(head, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  range.setStart(words, 0);
  range.setEnd(words, words.data.match(/^[^（]*/)[0].length);
  return [[head.textContent, new Set([...range.getClientRects()].map((one) => one.top)).size]];
})"""


@pytest.mark.parametrize("width", [1280, 375])
def test_a_head_breaks_before_its_unit_and_never_within_a_word(page: Page, disk: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(disk + KINDS["wide tables"])
    heads = page.evaluate(HEADS)
    assert len(heads) > 30 and [text for text, lines in heads if lines > 1] == []


# what belongs together and stands in several lines
TORN = """all => all.filter((one) => {
  const lines = new Set([...one.getClientRects()].map((part) => Math.round(part.bottom / 8)));
  return lines.size > 1;
}).map((one) => one.textContent)"""


def test_a_unit_stays_in_one_line_in_prose_and_with_its_number_in_cells(page: Page, disk: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    for kind in ("figures and tables", "wide tables", "cover"):
        page.goto(disk + KINDS[kind])
        kept = page.locator("main .whole, main .quarto-xref")
        assert kept.count() > 3 and kept.evaluate_all(TORN) == []


def test_only_the_longest_lists_stand_in_a_box_which_ends_with_a_row_and_shows_the_total(page: Page, disk: str) -> None:
    page.goto(disk + KINDS["long tables"])  # 20 rows
    box = page.locator("#tbl-projects-1 .plan-scroll")
    assert box.evaluate("e => e.scrollHeight - e.clientHeight") == 0
    page.goto(disk + LONG)
    box = page.locator("#tbl-projects-2 .plan-scroll")
    foot, edge = box.locator("tfoot"), box.bounding_box()
    assert edge and edge["height"] < 0.86 * page.evaluate("innerHeight")
    box.evaluate("e => e.scrollIntoView({ block: 'center' })")
    top = foot.bounding_box()
    bottoms = box.locator("tbody tr").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().bottom)")
    assert top and min(abs(top["y"] - bottom) for bottom in bottoms) < 1.5
    expect(foot).to_be_in_viewport()
    box.evaluate("e => e.scrollTo(0, e.scrollHeight)")
    expect(box).to_have_class("plan-scroll ended")


def test_a_wide_table_is_seen_whole_beside_the_books_contents(page: Page, disk: str) -> None:
    page.goto(disk + "tacheng/html/09-plan.html")
    toc = page.get_by_role("navigation", name="本页内容")
    expect(toc).to_be_visible()
    page.locator("#tbl-plan").scroll_into_view_if_needed()
    assert page.locator("#tbl-plan .plan-scroll").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    expect(toc).to_be_hidden()


@pytest.mark.parametrize("unit", ["yumin", "tacheng"])
def test_lists_can_be_sorted_and_tables_of_unlike_rows_cannot(page: Page, disk: str, unit: str) -> None:
    for name in ("03-current", "09-plan", "10-safeguards"):
        page.goto(f"{disk}{unit}/html/{name}.html")
        for table in page.locator("main figure table").all():
            first = table.locator("th").first.inner_text()
            rows = table.locator("tbody tr").filter(has_text="0").count()
            wanted = first in ("序号", "位次", "县（市）") and rows > 2
            assert (table.locator(".sort").count() > 0) == wanted, (name, first, rows)


def test_on_paper_heads_can_be_repeated_and_a_total_stands_once(page: Page, disk: str) -> None:
    page.goto(disk + LONG)
    page.emulate_media(media="print")
    style = "(e, name) => getComputedStyle(e)[name]"
    table = page.locator("#tbl-projects-2")
    assert table.locator("thead").evaluate(style, "display") == "table-header-group"
    assert table.locator("tfoot").evaluate(style, "display") == "table-row-group"
    assert table.locator(".sort").first.evaluate(style, "display") == "contents"
    box = table.locator(".plan-scroll")
    assert box.evaluate(style, "maxHeight") == "none" and box.evaluate("e => e.scrollHeight <= e.clientHeight")


# -- figures


def test_on_a_phone_a_figure_is_seen_whole_and_opens_in_its_own_size(page: Page, disk: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(disk + KINDS["figures and tables"])
    pictures = [one.bounding_box() for one in page.locator(".plan-fig img").all()]
    assert pictures and all(one and one["x"] >= 0 and 340 < one["width"] <= 375 for one in pictures)
    page.locator("#fig-year-built").get_by_role("button", name="放大").click()
    dialog = page.get_by_role("dialog")
    caption, picture = dialog.get_by_role("heading").bounding_box(), dialog.get_by_role("img").bounding_box()
    assert caption and caption["height"] < 60  # the caption has the dialog's width
    natural = dialog.get_by_role("img").evaluate("e => e.naturalWidth")
    assert picture and natural > 375 and abs(picture["width"] - natural) < 1
    assert dialog.get_by_role("group", name="图，可滚动").evaluate("e => e.scrollWidth > e.clientWidth")
    dialog.get_by_role("button", name="看全图").click()
    fitted = dialog.get_by_role("img").bounding_box()
    assert fitted and 300 < fitted["width"] < 375
    no_violation(page, "figure on a phone")


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_figure_opens_in_full_size_and_closes_where_it_was(page: Page, disk: str, hand: str) -> None:
    page.goto(disk + KINDS["figures and tables"])
    figure = page.locator("#fig-year-built")
    figure.get_by_role("img").click() if hand == "mouse" else figure.get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("建成年份")
    picture = dialog.get_by_role("img")
    narrow = picture.bounding_box()
    dialog.get_by_role("button", name="放大").click() if hand == "mouse" else page.keyboard.press("+")
    wide = picture.bounding_box()
    assert narrow and wide and wide["width"] > 1.4 * narrow["width"]
    dialog.get_by_role("button", name="关闭").click() if hand == "mouse" else page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(figure.get_by_role("button")).to_be_focused()


def test_the_data_of_a_figure_is_a_click_away(page: Page, built: Project, books: str) -> None:
    page.goto(books + KINDS["figures and tables"])
    with page.expect_download() as waiting:
        page.locator("#fig-year-built").get_by_role("link", name="下载数据").click()
    original = built.build / "2020-08" / "yumin" / "chapters" / "03" / "figures" / "year-built.csv"
    assert waiting.value.path().read_bytes() == original.read_bytes()


# -- the portal and the single file


def test_the_portal_sorts_its_units_and_every_link_opens(page: Page, books: str) -> None:
    page.goto(books + "index.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("塔城地区老旧小区改造专项规划")
    page.get_by_role("link", name="裕民县：网页").first.click()
    expect(page).to_have_title("前言 – 裕民县老旧小区改造专项规划")


def test_the_single_file_needs_no_other(page: Page, built: Project, tmp_path: Path) -> None:
    (file,) = render(built.build / "2020-08" / "yumin" / "book", ["html-single"], tmp_path, fonts=find_fonts())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert [unquote(url) for url in asked if not url.startswith("data:")] == [unquote(file.as_uri())]
    assert page.evaluate("[...document.images].length > 8 && [...document.images].every((i) => i.naturalWidth > 0)")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => !document.getElementById("
            "decodeURIComponent(a.hash.slice(1)))).map((a) => a.hash)"
        )
        == ["#"] * page.locator("a[href='#']").count()
    )
    no_violation(page, "single file")
    page.keyboard.press("/")
    page.get_by_role("combobox").fill("cxgl")
    page.get_by_role("option").first.click()
    expect(page.locator("main mark, main :target").first).to_be_in_viewport()
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


# -- where numbers come from


def test_every_printed_number_has_a_past_that_leads_somewhere(page: Page, built: Project, disk: str) -> None:
    folder = built.book / "yumin" / "html"
    pages = html_pages(folder)
    page.goto(disk + KINDS["figures and tables"])
    page.locator("p .fact").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="编号")).to_be_visible()
    trace = page.evaluate("planbookTrace")
    assert set(html_facts(folder)) <= set(trace["facts"])
    assert all((folder / name).is_file() for name in trace["notebooks"].values())
    anchors = {name: set(each.xpath("//@id")) for name, each in pages.items()}
    for id, fact in trace["facts"].items():
        for href, _ in fact["used"]:
            name, _, anchor = href.partition("#")
            assert not anchor or anchor in anchors[name], (id, href)
        for number, ranges in fact["sources"]:
            ends = [[int(end) for end in each.split("-")] for each in ranges.split(",")]
            lines = {str(line) for each in ends for line in range(each[0], each[-1] + 1)}
            assert lines <= set(trace["sheets"][number]["rows"]), (id, number)


def test_a_number_of_the_book_leads_to_its_rows_and_its_calculation(page: Page, books: str) -> None:
    page.goto(books + "yumin/html/09-plan.html")
    page.locator("#tbl-plan-years [data-fact='plan.households']").press("Enter")
    panel = page.get_by_role("dialog")
    rows = panel.get_by_role("row").filter(has=page.get_by_role("cell"))
    said = panel.get_by_role("heading", name="调查表中的").inner_text()
    assert said == f"调查表中的{rows.count()}行" and rows.count() > 5
    shown = sum(int(text) for text in rows.locator("td:nth-child(2)").all_inner_texts())
    assert panel.get_by_role("heading", level=2).inner_text() == f"{shown} 户"
    panel.get_by_role("link", name="查看计算过程").click()
    expect(page).to_have_title("第九章 改造计划：计算过程 – 裕民县老旧小区改造专项规划")
