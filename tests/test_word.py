"""The Word file as an office meets it: opened by other programs, its fields updated, edited by its styles."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from lxml import etree, html

from planbook.project import Project
from tests.conftest import BOOKS
from tests.documents import WORD, html_pages, squeeze, word_paragraphs, word_text
from tests.office import Office

NAMES = {"w": WORD.strip("{}")}
HELD = "//w:sdt[starts-with(w:sdtPr/w:tag/@w:val, 'fig-')]"


@pytest.fixture(params=BOOKS)
def folder(request: pytest.FixtureRequest, built: Project) -> Path:
    return built.book / str(request.param)


@pytest.fixture
def path(folder: Path) -> Path:
    return next(folder.glob("*.docx"))


@cache
def part(path: Path, name: str) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


@cache
def site(folder: Path) -> list[html.HtmlElement]:
    return list(html_pages(folder / "html").values())


def find(root: etree._Element, xpath: str, **values: str) -> Any:
    return root.xpath(xpath, namespaces=NAMES, **values)


def headings(page: html.HtmlElement, *tags: str) -> list[html.HtmlElement]:
    return list(page.find(".//main").iter(*(tags or ("h1", "h2", "h3", "h4"))))


def said(element: html.HtmlElement) -> str:
    return squeeze(element.text_content())


def printed(page: pypdfium2.PdfPage) -> str:
    """A page's text between its running head and foot."""
    text = page.get_textpage().get_text_bounded(bottom=65, top=page.get_height() - 65)
    return squeeze(re.sub("[\u2011\ufffe\x02]", "-", text))  # PDFium's signs for a hyphen at the end of a line


def fields(root: etree._Element) -> list[tuple[list[str], str]]:
    """Code (in words) and shown text of every field, those within others first."""
    found, open_ones = [], []
    for run in root.iter(f"{WORD}r"):
        kind = find(run, "string(w:fldChar/@w:fldCharType)")
        if kind == "begin":
            open_ones.append(["", ""])
        elif kind == "end":
            code, shown = open_ones.pop()
            found.append((code.split(), shown))
        if open_ones:
            open_ones[-1][0] += find(run, "string(w:instrText)")
            open_ones[-1][1] += word_text(run)
    return found


def bookmarks(root: etree._Element) -> dict[str, str]:
    """What each bookmark holds."""
    held = {}
    for start in root.iter(f"{WORD}bookmarkStart"):
        runs = "following-sibling::w:r[following-sibling::w:bookmarkEnd/@w:id = $id]"
        inside = find(start, runs, id=start.get(f"{WORD}id"))
        held[start.get(f"{WORD}name")] = "".join(map(word_text, inside))
    return held


def test_updating_the_fields_changes_no_number(path: Path) -> None:
    body = part(path, "document")
    held, counters, kinds = bookmarks(body), Counter[str](), Counter[str]()
    for code, shown in fields(body):
        kinds[code[0]] += 1
        if code[0] == "REF":
            assert shown == held[code[1]] and "\u00a0" in shown
        elif code[0] == "PAGEREF":
            assert shown and code[1] in held
        elif code[0] == "SEQ":
            counters[code[1]] = 1 if "\\r" in code else counters[code[1]] + 1
            assert shown == str(counters[code[1]])
    assert kinds["TOC"] == 3 and kinds["REF"] > 40 and kinds["SEQ"] > 40
    assert kinds["PAGEREF"] == len(find(body, "//w:hyperlink[.//w:tab]"))
    assert not find(body, "//@w:dirty") and not find(part(path, "settings"), "//w:updateFields")


def test_every_figure_is_held_by_its_id_and_every_table_follows_its_bookmark(path: Path, folder: Path) -> None:
    body = part(path, "document")
    ids = [figure.get("id", "") for page in site(folder) for figure in page.iter("figure")]
    figures, tables = ([id for id in ids if id.startswith(kind)] for kind in ("fig-", "tbl-"))
    assert Counter(find(body, f"{HELD}/w:sdtPr/w:tag/@w:val")) == Counter(figures)
    marks = find(body, "//w:p[w:pPr/w:pStyle/@w:val='TableCaption']/w:bookmarkStart/@w:name")
    assert Counter(marks) == Counter(f"_Ref_{id.replace('-', '_').replace('.', '_')}" for id in tables)
    assert not find(body, "//w:sdt//w:tbl"), "LibreOffice would write its first cell four times over"
    described = find(body, f"{HELD}/w:sdtContent/w:r/w:drawing//*[local-name()='docPr']/@descr")
    assert len(described) == len(find(body, "//w:drawing")) and min(map(len, described)) > 5


def test_tables_keep_their_captions_repeat_their_heads_and_break_between_rows(path: Path) -> None:
    keeping = find(part(path, "styles"), "//w:style[w:pPr/w:keepNext[not(@w:val='0')]]/@w:styleId")
    tables = find(part(path, "document"), "//w:tbl")
    assert len(tables) > 40
    for table in tables:
        above = find(table, "string(preceding-sibling::w:p[1]/w:pPr/w:pStyle/@w:val)")
        assert above in ("TableCaption", "TableUnit") and above in keeping
        assert find(table, "w:tr[1]/w:trPr/w:tblHeader") and not find(table, "w:tr[not(w:trPr/w:cantSplit)]")


def test_heads_break_before_their_units_and_after_years_never_within(path: Path) -> None:
    margin = int(find(part(path, "styles"), "string(//w:style[@w:styleId='Table']//w:tblCellMar/w:left/@w:w)"))
    cells = find(part(path, "document"), "//w:tr[w:trPr/w:tblHeader]/w:tc[not(w:tcPr/w:gridSpan)]")
    years = []
    for cell in cells:
        size = 10.5 if find(cell, "ancestor::w:tbl/w:tblPr/w:tblStyle/@w:val") == ["Table"] else 9
        room = (int(find(cell, "string(w:tcPr/w:tcW/@w:w)")) - 2 * margin) / 20 / size
        lines = find(cell, ".//w:t/text()")
        if unit := re.search("（[^（）]+）$", "".join(lines)):
            assert sum(0.5 if sign.isascii() else 1 for sign in unit[0]) <= room, lines
        if re.match(r"\d{4}年底以", "".join(lines)) and len(lines) > 1:
            years.append(lines)
    assert years and all(re.fullmatch(r"\d{4}年底?", lines[0]) for lines in years)


def test_tables_of_one_kind_have_the_same_columns(path: Path) -> None:
    grids: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for table in find(part(path, "document"), "//w:tbl"):
        kind = find(table, "string(w:tblPr/w:tblStyle/@w:val)")
        heads = "|".join(squeeze(word_text(cell)) for cell in find(table, "w:tr[w:trPr/w:tblHeader]/w:tc"))
        grids.setdefault((kind, heads), set()).add(tuple(find(table, "w:tblGrid/w:gridCol/@w:w")))
    assert all(len(grid) == 1 for grid in grids.values()) and any("建成时间" in heads for _kind, heads in grids)


def test_half_a_page_is_not_left_empty_before_a_high_table(path: Path) -> None:
    """One of few rows, too, if they are high, may break between its first two rows and its last three."""
    tables = find(part(path, "document"), "//w:tbl[count(w:tr) < 13]")
    held = [[bool(find(row, ".//w:keepNext")) for row in find(table, "w:tr")[:-1]] for table in tables]
    broken = [rows for rows in held if not all(rows)]
    assert 0 < len(broken) < len(held)
    assert all(rows[0] and rows[1] and rows[-1] and rows[-2] for rows in broken)


def test_two_annual_forms_of_a_prefecture_share_a_landscape_page(built: Project) -> None:
    path = next((built.book / "tacheng").glob("*.docx"))
    styles, body = part(path, "styles"), part(path, "document")

    def height(style: str, lines: int = 1) -> int:
        names = ("before", "line", "after")
        before, line, after = (int(find(styles, f"number(//w:style[@w:styleId='{style}']//@w:{n})")) for n in names)
        return before + lines * line + after

    forms = find(body, "//w:tbl[w:tblPr/w:tblStyle/@w:val='TableWide']")
    ends = find(body, "//w:sectPr[w:pgSz/@w:orient]")
    assert len(forms) == 8 and len(ends) == 2  # the empty forms of the survey, and those of the plan
    rows = max(len(find(form, "w:tr[not(w:trPr/w:tblHeader)]")) for form in forms)
    form = height("TableHeadWide") + height("TableHeadWide", 2) + rows * height("TableTextWide")
    around = height("TableCaption") + height("TableNote") + height("TableEnd")
    size, margins = find(ends[1], "w:pgSz/@w:h")[0], find(ends[1], "w:pgMar/@w:top | w:pgMar/@w:bottom")
    assert 2 * (around + form) < int(size) - sum(map(int, margins))


def test_what_announces_a_list_stays_with_it_and_what_ends_a_chapter_stays_whole(path: Path) -> None:
    body = part(path, "document")
    lists = find(body, "//w:p[w:pPr/w:numPr][preceding-sibling::*[1][self::w:p[not(w:pPr/w:numPr)]]]")
    above = [find(item, "preceding-sibling::w:p[1]")[0] for item in lists]
    announced = [paragraph for paragraph in above if word_text(paragraph).endswith("：")]
    assert len(announced) > 5 and all(find(paragraph, "w:pPr/w:keepNext") for paragraph in announced)
    ends = find(body, "//w:p[w:r and w:pPr/w:sectPr]")
    assert len(ends) > 8 and all(find(end, "w:pPr/w:keepLines") for end in ends)


def test_tables_are_ruled_above_below_their_heads_and_at_the_end_by_their_style(path: Path) -> None:
    """And open at the sides; the line below the last head's row is the cells' own, too, for LibreOffice."""
    style = find(part(path, "styles"), "//w:style[@w:styleId='Table']")[0]
    weights = {edge: find(style, f"string(w:tblPr/w:tblBorders/w:{edge}/@w:sz)") for edge in ("top", "insideH", "left")}
    below = find(style, "string(w:tblStylePr[@w:type='firstRow']//w:bottom/@w:sz)")
    assert int(weights["top"]) > int(below) > int(weights["insideH"]) and not weights["left"]
    for table in find(part(path, "document"), "//w:tbl"):
        *above, last = find(table, "w:tr[w:trPr/w:tblHeader]")
        assert set(find(last, "w:tc/w:tcPr/w:tcBorders/w:bottom/@w:sz")) == {below}
        assert len(find(last, "w:tc/w:tcPr/w:tcBorders/w:bottom")) == len(find(last, "w:tc"))
        assert all(below not in find(row, "w:tc/w:tcPr/w:tcBorders/w:bottom/@w:sz") for row in above)


def test_fonts_and_language_are_chinese_and_nothing_asks_a_theme(path: Path) -> None:
    styles, document = part(path, "styles"), part(path, "document")
    for root in (styles, document, part(path, "numbering")):
        assert set(find(root, "//@w:eastAsia")) <= {"宋体", "黑体", "zh-CN"}
        assert not find(root, "//@*[contains(local-name(), 'heme')]")
    mode = "string(//w:compatSetting[@w:name='compatibilityMode']/@w:val)"
    assert find(part(path, "settings"), mode) == "15"  # else Word says 兼容模式


def test_an_office_reads_the_names_of_styles_in_chinese(path: Path) -> None:
    styles, document = part(path, "styles"), part(path, "document")
    used = set(find(document, "//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val"))
    assert used <= set(find(styles, "//w:style/@w:styleId"))
    own = {find(styles, "string(//w:style[@w:styleId=$id and @w:customStyle]/w:name/@w:val)", id=id) for id in used}
    assert {"图题", "表题", "表格小字", "附录标题 1"} <= own and not [name for name in own if name and name.isascii()]


def test_other_programs_find_headings_properties_and_turned_pages(path: Path, folder: Path) -> None:
    document = Document(str(path))
    texts = [
        (p.style.name, squeeze(p.text))
        for p in document.paragraphs
        if "eading " in p.style.name or "标题" in p.style.name
    ]
    for level in range(1, 5):
        names = (f"Heading {level}", f"附录标题 {level}", f"无编号标题 {level}")
        shown = [
            heading.xpath("string(text() | span[not(@class='header-section-number')])")
            for page in site(folder)
            for heading in headings(page, f"h{level}")
        ]
        assert Counter(text for name, text in texts if name in names) == Counter(map(squeeze, shown))
    assert document.core_properties.title == path.stem and document.core_properties.language == "zh-CN"
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in document.sections]
    assert any(turned) and not turned[0] and not turned[-1]


def test_libreoffice_numbers_as_the_site_does_when_all_fields_are_updated(
    built: Project, office: Office, tmp_path: Path
) -> None:
    folder = built.book / "yumin"
    path = next(folder.glob("*.docx"))
    pages, words = office.updated(path, tmp_path / "updated.pdf")
    pdf = pypdfium2.PdfDocument(pages)
    texts = [printed(page) for page in pdf]
    assert all(texts) and 1 <= sum(page.get_width() > page.get_height() for page in pdf) < 10
    text = "".join(texts)
    last = "表格和图的数据来源"  # a table that has all captions once more
    body = text[: text.rfind(last) + len(last)]
    for page in site(folder):
        assert all(text.count(said(heading)) > 1 for heading in headings(page, "h1", "h2"))  # in the contents, too
        assert all(body.count(said(caption)) == 2 for caption in page.iter("figcaption"))
        at = text.rfind(said(headings(page)[0]))
        for heading in headings(page):
            at = text.find(said(heading), at)
            assert at >= 0, said(heading)
    read = set(map(squeeze, words.splitlines()))
    assert not [paragraph for paragraph in map(squeeze, word_paragraphs(path)) if paragraph not in read]
