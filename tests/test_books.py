"""What a reader of the four formats sees: the prefecture's book and a county's, built for real."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pypdfium2
import pytest
import yaml
from lxml import html
from openpyxl.utils import range_boundaries

from planbook.params import load_params, unit_ids
from planbook.project import Project
from tests.conftest import BOOKS, ROOT
from tests.documents import (
    annex_facts,
    facts_of,
    html_facts,
    html_pages,
    pdf_text,
    squeeze,
    word_facts,
    word_paragraphs,
    word_rows,
)
from tests.office import Office

TITLES = {"tacheng": "塔城地区老旧小区改造专项规划", "yumin": "裕民县老旧小区改造专项规划"}


@pytest.fixture(params=BOOKS)
def unit(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def book(project: Project, unit: str, suffix: str) -> Path:
    return project.book / unit / f"{TITLES[unit]}{suffix}"


# -- the same numbers everywhere


def test_a_number_is_found_in_the_appendix_with_the_measure_word_that_text_gives_it(built: Project, unit: str) -> None:
    facts, found = facts_of(built, unit), {}
    for chapter in sorted(built.build.glob(f"*/{unit}/book/*.qmd")):
        for id, after in re.findall(r'\]\{\.fact fact="([^"]+)"\}(.*?)(?=\[|$)', chapter.read_text("utf-8"), re.M):
            found.setdefault(id, after)
    measured = {id: after for id, after in found.items() if facts[id]["unit"] and not after.startswith("—")}
    assert len(measured) > 200
    assert not {id: after for id, after in measured.items() if not after.startswith(facts[id]["unit"].split("/")[0])}


def test_every_printed_fact_is_the_fact_in_html_word_and_the_annex(built: Project, unit: str) -> None:
    facts = facts_of(built, unit)
    printed = html_facts(built.book / unit / "html")
    assert len(printed) > 300
    assert {id: {facts[id]["display"]} for id in printed if facts[id]["status"] == "ok"} == {
        id: texts for id, texts in printed.items() if facts[id]["status"] == "ok"
    }
    assert word_facts(book(built, unit, ".docx")) == printed
    annex = annex_facts(book(built, unit, ".xlsx"))
    assert set(annex) == set(facts)
    for id, fact in facts.items():
        if fact["status"] == "ok" and fact["unit"]:
            assert Decimal(str(annex[id][0])) == pytest.approx(Decimal(str(fact["value"])), rel=Decimal("1e-12")), id


def test_the_pdf_says_word_for_word_what_the_word_file_says(built: Project, unit: str) -> None:
    text = squeeze(pdf_text(book(built, unit, ".pdf")))
    paragraphs = [squeeze(p) for p in word_paragraphs(book(built, unit, ".docx"))]
    assert len(paragraphs) > 40
    missing = [p for p in paragraphs if p not in text]
    assert not missing


def test_the_pdfs_tables_say_row_for_row_what_words_say(built: Project, unit: str) -> None:
    text = squeeze(pdf_text(book(built, unit, ".pdf"))).replace("−", "-")  # Typst sets a minus for a hyphen
    rows = [row for row in word_rows(book(built, unit, ".docx")) if all(len(cell) <= 10 for cell in row)]  # on one line
    figures = [squeeze("".join(row)).replace("−", "-") for row in rows if any(re.search(r"\d", cell) for cell in row)]
    assert len(figures) > 200
    assert not [row for row in figures if row not in text]


def test_libreoffice_computes_what_the_annex_has_stored(built: Project, office: Office, tmp_path: Path) -> None:
    path = book(built, "yumin", ".xlsx")
    anew = openpyxl.load_workbook(office.recalculated(path, tmp_path), data_only=True)
    stored, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    live = [(sheet.title, cell.coordinate) for sheet in formulas for row in sheet.iter_rows() for cell in row
            if str(cell.value).startswith("=")]  # fmt: skip
    assert len(live) > 50
    for sheet, address in live:
        was, now = stored[sheet][address].value, anew[sheet][address].value
        assert now == pytest.approx(was, rel=1e-9), (sheet, address)


def test_the_published_five_year_total_is_met(built: Project) -> None:
    facts = facts_of(built, "tacheng")
    shown = {key: facts[f"plan.{key}"]["display"] for key in ("communities", "buildings", "households", "area")}
    assert shown == {"communities": "380", "buildings": "1587", "households": "48715", "area": "431.91"}


def test_the_counties_add_up_to_the_prefecture(built: Project) -> None:
    facts = facts_of(built, "tacheng")
    for measure in ("area", "households", "buildings", "communities", "investment"):
        parts = [
            f
            for id, f in facts.items()
            if re.fullmatch(rf"plan\.[a-z]+\.{measure}", id) and id.split(".")[1] not in ("before", "after")
        ]
        assert len(parts) == 7
        assert sum(Decimal(str(f["value"])) for f in parts) == Decimal(str(facts[f"plan.{measure}"]["value"]))
    assert facts["plan.yumin.households"]["value"] == facts_of(built, "yumin")["plan.households"]["value"]


def test_a_countys_own_rules_bear_its_name(built: Project) -> None:
    for unit, name, level in (("yumin", "裕民县", "县"), ("tacheng", "县（市）", "县（市）")):
        rows = word_rows(book(built, unit, ".docx"))
        assert any(row[1:] == [f"{name}相关规定和文件", "—", level] for row in rows)


# -- the whole outline, with something under every heading

OUTLINE = yaml.safe_load((Path(__file__).parent / "data" / "outline.yml").read_text("utf-8"))
HEADING = re.compile(r"^(#{1,4}) (.*?)(?: *\{[^}]*\})?$|^\*\*([^*]+)\*\*")


def chapter_texts(project: Project, unit: str) -> dict[str, str]:
    folder = project.build / "2020-08" / unit / "book"
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.qmd"))}


def sections(text: str) -> list[tuple[int, str, str]]:
    """(level, heading, what stands directly under it); bold lead-ins count as level 5."""
    out: list[tuple[int, str, str]] = []
    for line in text.splitlines():
        if found := HEADING.match(line):
            out.append((len(found[1]) if found[1] else 5, found[2] or found[3], line if found[3] else ""))
        elif out:
            level, title, body = out[-1]
            out[-1] = (level, title, f"{body}\n{line}")
    return out


def test_every_heading_of_the_outline_is_there_in_its_order_and_edition(built: Project, unit: str) -> None:
    texts = chapter_texts(built, unit)
    for name, wanted in OUTLINE.items():
        headings = [title for _, title, _ in sections(texts[name])]
        at = 0
        for title in wanted:
            only_prefecture = isinstance(title, dict)
            words = title["prefecture"] if only_prefecture else title
            if only_prefecture and unit != "tacheng":
                assert words not in headings[at:] or words == "改造内容", (name, words)
                continue
            found = next((i for i, heading in enumerate(headings[at:], at) if words in heading), None)
            assert found is not None, (name, words, headings)
            at = found + 1


def test_no_section_is_thin(built: Project, unit: str) -> None:
    """150 characters, or a table, a figure or a list that says it better; an appendix may say that there is nothing."""
    thin = []
    for name, text in chapter_texts(built, unit).items():
        if name == "appendix-survey.qmd":
            continue
        parts = sections(text)
        for at, (level, title, body) in enumerate(parts):
            leaf = at + 1 == len(parts) or parts[at + 1][0] <= level
            shown = re.search(r"^(:::|!\[|- |\d+\. )", body, re.M)
            if leaf and level < 5 and not shown and len(narrative(body)) < 150:
                thin.append((name, title, len(narrative(body))))
    assert not thin


NUMERALS = "一二三四五六七八九十"


def places(text: str, chapter: int) -> set[str]:
    """A chapter and its sections by the numbers that readers cite: 第九章, 第九章第一节, 第九章第一节（四）."""
    out = {whole := f"第{NUMERALS[chapter - 1]}章"}
    section = below = 0
    for level, _, _ in sections(text):
        if level == 2:
            section, below = section + 1, 0
            out.add(f"{whole}第{NUMERALS[section - 1]}节")
        elif level == 3:
            below += 1
            out.add(f"{whole}第{NUMERALS[section - 1]}节（{NUMERALS[below - 1]}）")
    return out


def test_every_rule_rests_on_a_section_that_is_there(built: Project, unit: str) -> None:
    texts = chapter_texts(built, unit)
    there = set().union(*(places(texts[name], number) for number, name in enumerate(OUTLINE, 1)))
    (table,) = re.findall(r"::: \{#tbl-audit.*?^:::$", texts["09-plan.qmd"], flags=re.S | re.M)
    cited = {row[2].text_content() for row in html.fromstring(table).xpath("//tbody/tr")}
    assert len(cited) > 8 and cited <= there


def narrative(text: str) -> str:
    """A chapter's running text: no tables, figures, headings and markup."""
    text = re.sub(r"^:::.*?^:::$", "", text, flags=re.S | re.M)
    return re.sub(r"\{[^}]*\}|[#*\[\]()`\\]|^!.*$|\s", "", text, flags=re.M)


def test_the_prefectures_narrative_is_a_whole_plan(built: Project) -> None:
    texts = chapter_texts(built, "tacheng").values()
    assert 20_000 < sum(len(re.findall(r"[\u4e00-\u9fff]", narrative(text))) for text in texts) < 30_000


def test_there_are_figures_and_tables_of_many_kinds_each_with_alt_and_caption(built: Project) -> None:
    figures, tables = 0, 0
    for path in sorted((built.build / "2020-08" / "tacheng" / "chapters").glob("*/chapter.json")):
        chapter = json.loads(path.read_text("utf-8"))
        assert all(f["alt"] and f["caption"] for f in chapter["figures"].values())
        figures, tables = figures + len(chapter["figures"]), tables + len(chapter["tables"])
    assert figures >= 15 and tables >= 20


def test_the_pictures_are_delivered_under_the_numbers_of_the_book(built: Project, unit: str) -> None:
    captions = []
    for page in html_pages(built.book / unit / "html").values():
        for caption in page.iter("figcaption"):
            words = " ".join(caption.text_content().split())
            if words.startswith("图 "):
                captions.append(words)
    stems = {" ".join(p.stem.split()) for p in (built.book / unit / "figures").glob("*.svg")}
    assert stems == {re.sub(r"^图 ", "图", words) for words in captions}
    assert {p.suffix for p in (built.book / unit / "figures").iterdir()} == {".svg", ".png", ".csv"}


def test_a_countys_book_names_no_other_county_and_the_chapters_no_place_at_all(built: Project) -> None:
    params = Project(ROOT)
    names = {unit: load_params(params, unit).unit.name for unit in unit_ids(params)}
    others = [name for unit, name in names.items() if unit not in ("yumin", "tacheng")]
    for name, text in chapter_texts(built, "yumin").items():
        assert not [other for other in others if other in text], name
    for path in [*ROOT.glob("chapters/*.qmd"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("src/**/*.py")]:
        words = path.read_text("utf-8")
        assert not [name for name in names.values() if name in words], path.name


def test_the_portal_leads_to_every_book(built: Project) -> None:
    page = html.parse(str(built.book / "index.html")).getroot()
    links = {unquote(link) for *_, link, _ in page.iterlinks() if not link.startswith(("#", "data:"))}
    assert all((built.book / link).is_file() for link in links)
    assert len([link for link in links if link.endswith((".pdf", ".docx", ".xlsx", "html/index.html"))]) == 8
    assert "48715" in page.text_content()


# -- nothing wrong on a page


def test_nothing_of_the_machinery_shows(built: Project, unit: str) -> None:
    folder = built.book / unit
    texts = {name: page.find(".//main").text_content() for name, page in html_pages(folder / "html").items()}
    texts["pdf"] = pdf_text(book(built, unit, ".pdf"))
    for name, text in texts.items():
        assert not re.search(r"\{\{|\{%|\}\}|\bnan\b|\bNone\b|NaN|Undefined|\?\?|@(fig|tbl|sec)-|\]\{", text), name
        assert not re.search(r"共0个|有0个|的0个|0个小区中", text), name


def test_no_line_of_the_pdf_ends_within_a_unit(built: Project, unit: str) -> None:
    lines = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(book(built, unit, ".pdf")))
    assert "万平方米" in lines and not re.search(r"[万亿]\s平方米|平\s+方|方\s+米", lines)


def test_html_links_and_pictures_are_there_and_none_is_of_the_network(built: Project, unit: str) -> None:
    folder = built.book / unit / "html"
    pages = {path: html.parse(str(path)).getroot() for path in sorted(folder.rglob("*.html"))}
    assert len(pages) > 20 and all(path.stat().st_size < 400_000 for path in pages)
    anchors = {path: {e.get("id") for e in page.iter() if e.get("id")} for path, page in pages.items()}
    for path, page in pages.items():
        for element, _attribute, link, _position in page.iterlinks():
            if link == "data:,":  # no icon: browsers would ask for one
                continue
            assert "//" not in link, (path.name, link)
            name, _, anchor = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), (path.name, link)
            if anchor and element.tag == "a":
                assert anchor in anchors[target], (path.name, link)
        for image in page.iter("img"):
            assert len(image.get("alt") or "") > 5, path.name


def test_no_page_of_the_pdf_is_blank_and_wide_tables_fill_their_pages(built: Project, unit: str) -> None:
    document = pypdfium2.PdfDocument(book(built, unit, ".pdf"))
    across = 0
    for number in range(len(document)):
        page = document[number]
        grey = page.render(scale=0.4).to_numpy().mean(axis=2)
        assert (grey < 200).mean() > 0.002, f"page {number + 1} is blank"
        if page.get_width() > page.get_height():
            across += 1
            inked = (grey[: int(0.85 * len(grey))] < 200).any(axis=1)  # without the page's number
            assert inked[-len(grey) // 5 :].any(), f"much of page {number + 1} is blank"
    assert across == (4 if unit == "tacheng" else 1)
    outline = [item.get_title() for item in document.get_toc()]
    assert any(title.endswith("城镇老旧小区改造计划") for title in outline)


def test_the_cover_says_the_rows_are_synthetic(built: Project, unit: str) -> None:
    said = "小区与数字均为虚构"
    cover = pypdfium2.PdfDocument(book(built, unit, ".pdf"))[0].get_textpage().get_text_range()
    assert said in squeeze(cover)
    index = html_pages(built.book / unit / "html")["index.html"]
    assert said in index.text_content()
    contents = openpyxl.load_workbook(book(built, unit, ".xlsx"), read_only=True)["目录"]
    assert any(said in str(cell.value) for row in contents for cell in row)


def test_the_annual_form_has_live_sums_with_cached_values(built: Project) -> None:
    def cells(*, data_only: bool) -> dict[tuple[int, int], str]:
        path = book(built, "tacheng", ".xlsx")
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=data_only)["五年计划"]
        return {(cell.row, cell.column): str(cell.value) for row in sheet for cell in row if cell.value is not None}

    formulas, values = cells(data_only=False), cells(data_only=True)
    live = {at: text for at, text in formulas.items() if text.startswith("=SUM(")}
    assert len(live) >= 15
    for at, text in live.items():
        found = re.fullmatch(r"=SUM\((\w+:\w+)\)", text)
        assert found, text
        left, top, right, bottom = range_boundaries(found[1])
        total = sum(Decimal(values[r, c]) for r in range(top, bottom + 1) for c in range(left, right + 1))
        assert Decimal(values[at]) == pytest.approx(total, rel=Decimal("1e-9"))
