"""A number opens a panel with its past, by mouse and by keyboard: the sample book with a trace of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from planbook.book.pandoc import render
from planbook.fonts import find_fonts
from planbook.project import Project
from tests.book.sample_book import write_book
from tests.pages import no_violation

ROWS = 70


def fact(**about: Any) -> dict[str, Any]:
    usual = {"display": "1", "unit": "户", "how": "", "status": "有效", "count": 0, "column": "", "notebook": "02"}
    return {**usual, "sources": [], "of": [], "given": [], "used": [], **about}


TRACE = {
    "columns": {"households": ["户数", "户"]},
    "sheets": [
        {
            "file": "甲市老旧小区摸底调查表.xlsx",
            "sheet": "2000年底以前",
            "rows": {str(5 + n): [f"<b>{n}号楼</b>", {"households": [f"G{5 + n}", str(600 + n)]}] for n in range(ROWS)},
        }
    ],
    "notebooks": {"02": "notebooks/02-needs.html"},
    "facts": {
        "plan.households": fact(
            display="48,715", how="全部小区（70行）的户数之和", column="households", count=ROWS,
            sources=[[0, "5-7,9,8,10-74"]], used=[["03-targets.html#sec-annual", "二、分年安排"]],
        ),
        "plan.area": fact(
            display="423.6", unit="万平方米", how="全部小区的面积之和", of=["plan.households", "plan.count"],
            given=["参数 targets.2021"],
        ),
        "plan.count": fact(display="2", unit="个", how="甲市的小区的个数", count=2, sources=[[0, "5-6"]]),
        "project.1.households": fact(display="未调查", unit="", how="幸福里的户数", status="未调查"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panel")
    book = write_book(folder / "book")
    script = f"window.planbookTrace={json.dumps(TRACE, ensure_ascii=False)};\n"
    (book / "trace.js").write_text(script, "utf-8")
    render(book, ["html"], folder, fonts=find_fonts())
    return folder / "html"


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_number_shows_its_formula_its_rows_and_where_else_it_stands(page: Page, site: Path, hand: str) -> None:
    page.goto((site / "02-needs.html").as_uri())
    number = page.locator("p .fact").first
    number.click() if hand == "mouse" else number.press(" ")
    panel = page.get_by_role("dialog", name="48,715 户")
    expect(panel).to_contain_text("plan.households")
    expect(panel.locator(".panel-name")).to_have_text("全部小区的户数")
    expect(panel).to_contain_text("全部小区（70行）的户数之和")
    expect(panel.get_by_role("heading", name="调查表中的70行")).to_be_visible()
    expect(panel.get_by_role("table", name="甲市老旧小区摸底调查表.xlsx，工作表“2000年底以前”")).to_be_visible()
    assert panel.get_by_role("row").nth(4).get_by_role("cell").all_inner_texts() == ["<b>4号楼</b>", "604", "G9"]
    assert panel.get_by_role("row").count() == 1 + 50
    panel.get_by_role("button", name="显示全部70行").click()
    assert panel.get_by_role("row").count() == 1 + ROWS
    assert panel.get_by_role("link", name="计算过程").get_attribute("href") == "notebooks/02-needs.html"
    assert panel.get_by_role("link", name="二、分年安排").get_attribute("href") == "03-targets.html#sec-annual"
    panel.get_by_role("button", name="关闭").click() if hand == "mouse" else page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(number).to_be_focused()


def test_the_panel_leads_to_the_numbers_behind_a_number_and_back(page: Page, site: Path) -> None:
    page.goto((site / "02-needs.html").as_uri())
    page.locator("p .fact").nth(1).press("Enter")
    expect(page.get_by_role("dialog", name="423.6 万平方米")).to_contain_text("参数 targets.2021")
    no_violation(page, "panel")
    page.get_by_role("dialog").get_by_role("button", name="48,715 户").press("Enter")
    expect(page.get_by_role("dialog", name="48,715 户")).to_be_visible()
    page.get_by_role("button", name="返回").press("Enter")
    expect(page.get_by_role("dialog", name="423.6 万平方米")).to_be_visible()
    expect(page.get_by_role("button", name="返回")).to_be_hidden()
    page.emulate_media(color_scheme="dark")
    no_violation(page, "panel by night")


def test_a_share_is_named_by_its_part_and_its_whole(page: Page, built: Project) -> None:
    page.goto((built.book / "yumin" / "html" / "02-general.html").as_uri())
    page.locator("p [data-fact='scope.in.households-share']").first.press("Enter")
    name = page.locator(".panel-name")
    expect(name).to_have_text("纳入改造范围的小区的户数占摸底调查的小区的户数的比例")


def test_counted_rows_have_no_column_of_values_and_what_was_said_is_not_repeated(page: Page, site: Path) -> None:
    page.goto((site / "02-needs.html").as_uri())
    page.locator("p .fact").nth(1).press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", name="算法")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="2 个").press("Enter")
    panel = page.get_by_role("dialog", name="2 个")
    assert panel.get_by_role("columnheader").all_inner_texts() == ["名称", "位置"]
    assert panel.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts() == ["<b>0号楼</b>", "第5行"]
    expect(panel.get_by_text("甲市的小区的个数")).to_have_count(1)
    expect(panel.get_by_role("heading", name="算法")).to_have_count(0)
    expect(panel.get_by_role("link", name="查看计算过程")).to_be_visible()


def test_a_table_is_one_stop_and_arrows_lead_through_its_numbers(page: Page, site: Path) -> None:
    page.goto((site / "04-list.html").as_uri())
    numbers = page.locator("#tbl-projects .fact")
    assert numbers.count() > 100
    assert page.locator("#tbl-projects .fact[tabindex='0']").count() == 1
    numbers.first.focus()
    page.keyboard.press("ArrowDown")
    expect(numbers.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="未调查")
    expect(panel).to_contain_text("幸福里的户数")
    page.keyboard.press("Escape")
    numbers.nth(2).click()
    expect(page.get_by_role("dialog")).to_contain_text("没有记录出处")


def test_without_its_data_the_panel_says_so(page: Page, complaints: list[str], site: Path, tmp_path: Path) -> None:
    for file in site.rglob("*"):
        if file.is_file() and file.name != "trace.js":
            copy = tmp_path / file.relative_to(site)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    page.goto((tmp_path / "02-needs.html").as_uri())
    page.locator("p .fact").first.click()
    expect(page.get_by_role("dialog", name="查不到出处")).to_contain_text("trace.js 不在网页旁边")
    assert complaints == ["Failed to load resource: net::ERR_FILE_NOT_FOUND"]
    complaints.clear()
