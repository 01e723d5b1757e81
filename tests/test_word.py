"""The Word file as an office meets it: opened by other programs, its fields updated, edited by its styles."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from lxml import etree, html

from planbook.project import Project
from tests.conftest import BOOKS
from tests.documents import WORD, html_pages, squeeze, word_paragraphs, word_text
from tests.office import Office

W = {"w": WORD.strip("{}")}
VAL = f"{WORD}val"


@pytest.fixture(params=BOOKS)
def folder(request: pytest.FixtureRequest, built: Project) -> Path:
    return built.book / str(request.param)


@pytest.fixture
def path(folder: Path) -> Path:
    return next(folder.glob("*.docx"))


def part(path: Path, name: str) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def headings(page: html.HtmlElement) -> list[html.HtmlElement]:
    return list(page.find(".//main").iter("h1", "h2", "h3", "h4"))


def captions(page: html.HtmlElement) -> list[str]:
    return [squeeze(caption.text_content()) for caption in page.iter("figcaption")]


def fields(root: etree._Element) -> list[tuple[list[str], str]]:
    """Code (in words) and shown text of every field, those within others first."""
    found, open_ones = [], []
    for run in root.iter(f"{WORD}r"):
        for kind in run.xpath("w:fldChar/@w:fldCharType", namespaces=W):
            if kind == "begin":
                open_ones.append(["", ""])
            elif kind == "end":
                code, shown = open_ones.pop()
                found.append((code.split(), shown))
        if open_ones:
            open_ones[-1][0] += "".join(run.xpath("w:instrText/text()", namespaces=W))
            open_ones[-1][1] += word_text(run)
    return found


def bookmarks(root: etree._Element) -> dict[str, str]:
    """What each bookmark holds."""
    held = {}
    for start in root.iter(f"{WORD}bookmarkStart"):
        inside = start.xpath(
            "following-sibling::w:r[following-sibling::w:bookmarkEnd/@w:id = $id]",
            id=start.get(f"{WORD}id"),
            namespaces=W,
        )
        held[start.get(f"{WORD}name")] = "".join(word_text(run) for run in inside)
    return held


def printed(page: pypdfium2.PdfPage) -> str:
    """A page's text between its running head and foot."""
    text = page.get_textpage().get_text_bounded(bottom=65, top=page.get_height() - 65)
    return squeeze(text.replace("\u2011", "-"))


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
    assert kinds["PAGEREF"] == len(body.xpath("//w:hyperlink[.//w:tab]", namespaces=W))
    assert not body.xpath("//@w:dirty | //w:br[@w:type='page']", namespaces=W)
    assert not part(path, "settings").xpath("//w:updateFields", namespaces=W)


def test_every_figure_and_table_is_held_by_its_id(path: Path, folder: Path) -> None:
    body = part(path, "document")
    ids = [float.get("id") for page in html_pages(folder / "html").values() for float in page.iter("figure")]
    assert Counter(
        body.xpath("//w:sdtPr/w:tag/@w:val[starts-with(., 'fig-') or starts-with(., 'tbl-')]", namespaces=W)
    ) == Counter(ids)
    assert len(
        body.xpath("//w:sdt[starts-with(w:sdtPr/w:tag/@w:val, 'tbl-')]/w:sdtContent/w:tbl", namespaces=W)
    ) == len(body.xpath("//w:tbl", namespaces=W))
    pictures = body.xpath(
        "//w:sdt[starts-with(w:sdtPr/w:tag/@w:val, 'fig-')]//w:drawing//*[local-name()='docPr']/@descr", namespaces=W
    )
    assert len(pictures) == len(body.xpath("//w:drawing", namespaces=W)) and min(map(len, pictures)) > 5


def test_tables_keep_their_captions_repeat_their_heads_and_break_between_rows(path: Path) -> None:
    keeping = set(part(path, "styles").xpath("//w:style[w:pPr/w:keepNext[not(@w:val='0')]]/@w:styleId", namespaces=W))
    body = part(path, "document")
    tables = body.xpath("//w:tbl", namespaces=W)
    assert len(tables) > 40
    for table in tables:
        above = table.xpath("ancestor::w:sdt/preceding-sibling::w:p[1]/w:pPr/w:pStyle/@w:val", namespaces=W)
        assert above in (["TableCaption"], ["TableUnit"]) and above[0] in keeping
        assert table.xpath("w:tr[1]/w:trPr/w:tblHeader", namespaces=W)
        assert not table.xpath("w:tr[not(w:trPr/w:cantSplit)]", namespaces=W)


def test_fonts_and_language_are_chinese_and_nothing_asks_a_theme(path: Path) -> None:
    styles, settings = part(path, "styles"), part(path, "settings")
    for root in (styles, part(path, "document"), part(path, "numbering")):
        assert not [key for e in root.iter() for key in e.attrib if key.startswith(WORD) and key.endswith("Theme")]
        assert set(root.xpath("//@w:eastAsia", namespaces=W)) <= {"宋体", "黑体", "zh-CN"}
    assert settings.xpath("string(//w:compatSetting[@w:name='compatibilityMode']/@w:val)", namespaces=W) == "15"
    defined = {
        style.get(f"{WORD}styleId"): style.xpath("string(w:name/@w:val)", namespaces=W)
        for style in styles.iter(f"{WORD}style")
    }
    used = set(
        part(path, "document").xpath("//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val", namespaces=W)
    )
    assert used <= set(defined)
    own = {defined[id] for id in used if styles.xpath("//w:style[@w:styleId=$id]/@w:customStyle", id=id, namespaces=W)}
    assert {"图题", "表题", "表格小字", "附录标题 1"} <= own and not [name for name in own if name.isascii()]


def test_other_programs_find_headings_properties_and_turned_pages(path: Path, folder: Path) -> None:
    document = Document(str(path))
    found = {
        level: [
            squeeze(p.text)
            for p in document.paragraphs
            if p.style.name in (f"Heading {level}", f"附录标题 {level}", f"无编号标题 {level}")
        ]
        for level in range(1, 5)
    }
    for level, texts in found.items():
        shown = [
            squeeze(heading.text_content()).removeprefix(
                squeeze(heading.xpath("string(span[@class='header-section-number'])"))
            )
            for page in html_pages(folder / "html").values()
            for heading in headings(page)
            if heading.tag == f"h{level}"
        ]
        assert Counter(texts) == Counter(shown)
    assert document.core_properties.title == path.stem and document.core_properties.language == "zh-CN"
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in document.sections]
    assert any(turned) and not turned[0] and not turned[-1]


def test_libreoffice_numbers_as_the_site_does_when_all_fields_are_updated(
    built: Project, office: Office, tmp_path: Path
) -> None:
    folder = built.book / "yumin"
    path = next(folder.glob("*.docx"))
    pdf = pypdfium2.PdfDocument(office.updated(path, tmp_path / "updated.pdf"))
    texts = [printed(page) for page in pdf]
    text = "".join(texts)
    pages = html_pages(folder / "html")
    for page in pages.values():
        wanted = [squeeze(heading.text_content()) for heading in headings(page)]
        listed = [squeeze(heading.text_content()) for heading in headings(page) if heading.tag in ("h1", "h2")]
        assert all(text.count(words) > 1 for words in listed)
        at = text.rfind(wanted[0])
        for words in wanted:
            at = text.find(words, at)
            assert at >= 0, words
    for words in (words for page in pages.values() for words in captions(page)):
        assert text.count(words) == 2, words
    assert not [words for words in map(squeeze, word_paragraphs(path)) if words not in text]
    blank = [number for number, page in enumerate(texts, 1) if not page]
    assert not blank
    across = [page.get_width() > page.get_height() for page in pdf]
    assert 2 <= sum(across) < 10
