"""The embedded renderer on a small book: what a reader finds in the pages, the PDF and the Word file."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from lxml import etree, html
from sample_book import PLAN, PROJECTS, write_book

from planbook.book.folder import read_book
from planbook.book.pandoc import render
from planbook.compare.parity import compare, compare_places
from planbook.compare.rendered import find_books, read_rendered
from planbook.errors import InputError
from planbook.fonts import find_fonts
from tests.documents import word_text
from tests.small import empty

TITLE = "和布克赛尔蒙古自治县老旧小区改造专项规划"
W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
VAL = f"{{{W['w']}}}val"
CAPTIONS = {
    "图 2-1": "老旧小区建成年代分布",
    "图 2-2": "居民出资意愿",
    "表 2-1": "各县（市）老旧小区面积与户数",
    "表 3-1": "年度改造任务",
    "表 4-1": "改造项目一览",
    "附表 1-1": "常用指标",
}
CHAPTERS = (
    "前言",
    "第一章　总则",
    "第二章　改造对象与需求",
    "第三章　目标与任务",
    "第四章　项目清单",
    "附录一　名词解释",
)
WORD_PARTS = (
    "document",
    "styles",
    "numbering",
    "settings",
    "footnotes",
    "head2",
    "head5",
    "footer",
)
# the order the schema wants, of what we and Pandoc write
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs spacing ind "
    "contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing kern position sz szCs u shd vertAlign lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders vAlign",
    "sectPr": "headerReference footerReference footnotePr type pgSz pgMar pgNumType cols",
    "sdtPr": "rPr alias tag id appearance",
}
NBSP = "\u00a0"


@dataclass(frozen=True)
class Made:
    """The sample, rendered in all formats."""

    book: Path
    out: Path
    written: list[Path]

    def page(self, name: str) -> Any:
        return html.parse(str(self.out / "html" / name)).getroot()

    @property
    def pdf(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(self.out / f"{TITLE}.pdf")

    def part(self, name: str) -> Any:
        with zipfile.ZipFile(self.out / f"{TITLE}.docx") as package:
            return etree.fromstring(package.read(name))

    @property
    def body(self) -> Any:
        return self.part("word/document.xml")[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    book = write_book(folder / "book")
    return Made(book, folder / "out", render(book, ["html", "pdf", "docx"], empty(folder / "out"), fonts=find_fonts()))


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def styled(body: Any, *styles: str) -> list[str]:
    found = body.xpath("./w:p[w:pPr/w:pStyle]", namespaces=W)
    return [word_text(p) for p in found if p.find("w:pPr/w:pStyle", W).get(VAL) in styles]


def test_render_returns_every_file_it_wrote_and_leaves_the_book_folder_alone(made: Made) -> None:
    assert sorted(made.written) == sorted(path for path in made.out.rglob("*") if path.is_file())
    assert not (made.book / "index.typ").exists()
    assert (made.out / "html" / "index.html") in made.written


# html -----------------------------------------------------------------------------------------------------


def test_every_page_names_all_chapters_and_its_own_sections(made: Made) -> None:
    page = made.page("03-targets.html")
    assert page.get("lang") == "zh-Hans"
    assert [words(a) for a in page.xpath("//nav[@class='book']/ol/li/a")] == [" ".join(c.split()) for c in CHAPTERS]
    (here,) = page.xpath("//nav[@class='book']//a[@aria-current='page']")
    assert words(here) == "第三章 目标与任务"
    assert [words(a) for a in here.xpath("following-sibling::ol/li/a")] == ["一、总体目标", "二、分年安排"]
    assert page.xpath("//a[@rel='prev']/@href") == ["02-needs.html"]
    assert page.xpath("//a[@rel='next']/@href") == ["04-list.html"]
    assert page.findtext(".//title") == f"第三章　目标与任务 – {TITLE}"


def test_every_link_and_file_of_the_site_is_there(made: Made) -> None:
    site = made.out / "html"
    ids = {path.name: set(made.page(path.name).xpath("//@id")) for path in site.glob("*.html")}
    for name in ids:
        for target in made.page(name).xpath("//@href | //@src"):
            file, _, anchor = str(target).partition("#")
            assert (site / (file or name)).is_file(), target
            assert not anchor or anchor in ids[file or name], target
    assert not re.search("https?://", "".join(path.read_text("utf-8") for path in site.rglob("*.*ss")))


def test_the_front_page_shows_cover_and_notes_and_the_others_do_not(made: Made) -> None:
    (cover,) = made.page("index.html").xpath("//header[@class='cover']")
    assert [words(line) for line in cover.xpath(".//p[@class='cover-title']/span")] == [
        "和布克赛尔蒙古自治县",
        "老旧小区改造专项规划",
    ]
    assert (
        words(cover.xpath(".//*[@role='note']")[0])
        == "本书由示例数据生成，仅供演示，不得用于审批。 参数改动：targets.2021=35"
    )
    for expected in (
        "征求意见稿",
        "（2021—2025年）",
        "2020年12月",
        "2020年8月摸底调查",
        "某某规划设计研究院有限公司",
        "张三",
    ):
        assert expected in words(cover)
    assert not made.page("01-general.html").xpath("//header[@class='cover']")


def test_figures_are_svg_with_alternative_text_under_their_number(made: Made) -> None:
    (figure,) = made.page("02-needs.html").xpath("//figure[@id='fig-year-built']")
    assert figure.xpath(".//img/@src") == ["figures/year-built.svg"]
    assert "1990年代最多" in figure.xpath(".//img/@alt")[0]
    assert words(figure.find("figcaption")) == "图 2-1 老旧小区建成年代分布"
    assert [child.tag for child in figure][-1] == "figcaption"


def test_a_table_keeps_caption_unit_merged_heads_facts_and_notes_in_order(made: Made) -> None:
    (figure,) = made.page("02-needs.html").xpath("//figure[@id='tbl-county']")
    assert [(child.tag, child.get("class")) for child in figure] == [
        ("figcaption", None),
        ("div", "plan-unit"),
        ("div", "plan-scroll"),
        ("div", "plan-note"),
        ("div", "plan-note"),
    ]
    assert figure.xpath(".//thead/tr[1]/th/@colspan") == ["3", "3"]
    assert figure.xpath(".//thead/tr[1]/th/@rowspan") == ["2"]
    assert figure.xpath(".//tfoot//span[@class='fact']/@data-fact") == ["plan.households"]
    assert {"plan-wide", "plan-small"} <= set(figure.get("class").split())


def test_facts_in_prose_and_cells_carry_their_id(made: Made) -> None:
    prose = made.page("02-needs.html").xpath("//p//span[@class='fact']")
    assert [(s.get("data-fact"), s.text) for s in prose] == [("plan.households", "48,715"), ("plan.area", "423.6")]
    cells = made.page("04-list.html").xpath("//td/span[@class='fact']")
    assert [cell.get("data-fact") for cell in cells] == [f"project.{n}.households" for n in range(1, PROJECTS + 1)]


# pdf ------------------------------------------------------------------------------------------------------


def test_the_pdf_has_bookmarks_roman_and_arabic_pages_and_names_itself(made: Made) -> None:
    pdf = made.pdf
    titles = [item.title for item in pdf.outline if not isinstance(item, list)]
    assert titles == ["目　录", "图目录", "表目录", *CHAPTERS]
    front = pdf.page_labels.index("1")
    assert pdf.page_labels[:front] == ["", "", "I", "II", "III"]
    assert pdf.page_labels[front:] == [str(n) for n in range(1, len(pdf.pages) - front + 1)]
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == (TITLE, "某某规划设计研究院有限公司")
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]


def test_the_pdf_prints_cover_heads_and_every_caption(made: Made) -> None:
    pages = [page.extract_text() for page in made.pdf.pages]
    for expected in ("征求意见稿", "和布克赛尔蒙古自治县", "参数改动：targets.2021=35", "数据来源：2020年8月摸底调查"):
        assert expected in squeezed(pages[0])
    assert "卫十五" in squeezed(pages[1])
    whole = squeezed("".join(pages[5:]))
    for label, caption in CAPTIONS.items():
        assert squeezed(label + caption) in whole
    assert all(squeezed(TITLE) in squeezed(page) for page in pages[2:])
    assert "第四章项目清单" in squeezed(pages[-3])  # the running head far from the chapter's first page


def test_a_long_table_repeats_its_head_and_says_that_it_goes_on(made: Made) -> None:
    pages = [squeezed(page.extract_text()) for page in made.pdf.pages]
    listed = [page for page in pages if "小区名称" in page]
    assert len(listed) >= 3
    assert "续表" not in listed[0]
    assert all("续表4-1" in page for page in listed[1:])
    assert sum("合计12060132.60" in page for page in listed) == 1


def test_survey_text_is_text_in_every_format(made: Made) -> None:
    pdf = squeezed("".join(page.extract_text() for page in made.pdf.pages))
    site = [words(cell) for cell in made.page("04-list.html").iter("td")]
    word = [word_text(cell) for cell in made.body.iter(f"{{{W['w']}}}tc")]
    for name in ("幸福里1~3号楼、5~7号楼*甲*区", "1. 新华路住宅楼", "- 老楼"):
        assert f"甲市{squeezed(name)}" in pdf
        assert name in site
        assert name in word


def test_every_pdf_page_is_inked_and_the_wide_table_alone_is_turned(made: Made) -> None:
    document = pypdfium2.PdfDocument(made.out / f"{TITLE}.pdf")
    turned = [number for number, page in enumerate(document) if page.get_width() > page.get_height()]
    assert len(turned) == 1
    assert "表2-1" in squeezed(made.pdf.pages[turned[0]].extract_text())
    for page in document:
        pixels = page.render(scale=0.5, grayscale=True).to_numpy()
        inked = (pixels < 128).mean()
        assert 0.001 < inked < 0.3
        assert pixels[:, :8].min() > 200  # nothing runs into the margin
        assert pixels[:, -8:].min() > 200
    document.close()


def test_the_pdf_uses_our_fonts_only(made: Made) -> None:
    names = set()
    for page in made.pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font["/BaseFont"].split("+")[-1].split("-")[0])
    assert names == {"NotoSansSC", "NotoSerifSC"}


# docx -----------------------------------------------------------------------------------------------------


def test_word_headings_are_real_and_appendices_count_apart(made: Made) -> None:
    assert styled(made.body, "Heading1") == ["总则", "改造对象与需求", "目标与任务", "项目清单"]
    assert styled(made.body, "Unnumbered1") == ["前言"]
    assert styled(made.body, "Appendix1") == ["名词解释"]
    assert styled(made.body, "Heading4") == ["自治区文件", "地区文件"]
    numbering = made.part("word/numbering.xml")
    for style, number in (("Heading1", "第%1章　"), ("Heading3", "（%3）"), ("Appendix1", "附录%1　")):
        assert numbering.xpath(f"//w:lvl[w:pStyle/@w:val='{style}']/w:lvlText/@w:val", namespaces=W) == [number]


def test_word_captions_and_references_are_fields_to_bookmarks(made: Made) -> None:
    captions = styled(made.body, "ImageCaption", "TableCaption")
    assert captions == [
        f"{label.replace(' ', NBSP)}　{CAPTIONS[label]}"
        for label in ("图 2-1", "表 2-1", "图 2-2", "表 3-1", "表 4-1", "附表 1-1")
    ]
    codes = [code.strip() for code in made.body.xpath(".//w:instrText/text()", namespaces=W)]
    assert sum(code.startswith("SEQ ") for code in codes) == len(CAPTIONS)
    names = made.body.xpath(".//w:bookmarkStart/@w:name", namespaces=W)
    assert len(names) == len(set(names))
    targets = {code.split()[1] for code in codes if code.startswith(("REF", "PAGEREF"))}
    anchors = set(made.body.xpath(".//w:hyperlink/@w:anchor", namespaces=W))
    assert targets
    assert targets | anchors <= set(names)
    assert "REF _Ref_tbl_annual \\h" in codes


def test_the_page_numbers_in_words_lists_are_those_of_the_pdf(made: Made) -> None:
    labels = made.pdf.page_labels
    printed = {
        squeezed(item.title): labels[made.pdf.get_destination_page_number(item)] for item in flat(made.pdf.outline)
    }
    texts = [squeezed(page.extract_text()) for page in made.pdf.pages]
    found = {}
    for style in ("TOC1", "TOC2", "TableofFigures"):
        for p in made.body.xpath(f"./w:p[w:pPr/w:pStyle/@w:val='{style}']", namespaces=W):
            *title, number = p.xpath(".//w:t/text()", namespaces=W)
            found[squeezed("".join(title))] = number
    assert len(found) == 20
    for title, number in found.items():
        if title[0] in "图表附" and title[:3] != "附录一":
            assert title in texts[labels.index(number)]
        else:
            assert printed[title] == number


def test_word_sections_number_turn_and_name_their_pages(made: Made) -> None:
    sections = made.body.xpath(".//w:sectPr", namespaces=W)
    targets = {entry.get("Id"): entry.get("Target") for entry in made.part("word/_rels/document.xml.rels")}
    heads = [s.xpath("string(w:headerReference/@r:id)", namespaces={**W, "r": REL}) for s in sections]
    said = [word_text(made.part(f"word/{targets[id]}")).removeprefix(TITLE) if id else None for id in heads]
    second = "第二章　改造对象与需求"
    others = ["第三章　目标与任务", "第四章　项目清单", "附录一　名词解释"]
    assert said == [None, "", "前言", "第一章　总则", second, second, second, *others]
    turned = [s.xpath("string(w:pgSz/@w:orient)", namespaces=W) for s in sections]
    assert [at for at, turn in enumerate(turned) if turn == "landscape"] == [5]
    starts = [s.xpath("string(w:pgNumType/@w:start)", namespaces=W) for s in sections]
    assert starts == ["", "1", "1", *[""] * 7]


def test_word_tables_fill_the_page_repeat_heads_and_keep_rows_whole(made: Made) -> None:
    county, annual, projects, terms = made.body.xpath("./w:tbl", namespaces=W)
    for table, width in ((county, 13958), (annual, 8732), (projects, 8732), (terms, 8732)):
        grid = [int(w) for w in table.xpath("w:tblGrid/w:gridCol/@w:w", namespaces=W)]
        assert sum(grid) == width
        assert table.xpath("w:tblLayout/@w:type | w:tblPr/w:tblLayout/@w:type", namespaces=W) == ["fixed"]
        for row in table.findall("w:tr", W):
            assert sum(int(w) for w in row.xpath("w:tc/w:tcPr/w:tcW/@w:w", namespaces=W)) == width
            assert row.find("w:trPr/w:cantSplit", W) is not None
    assert len(county.xpath("w:tr[w:trPr/w:tblHeader]", namespaces=W)) == 2
    assert county.xpath("w:tr[1]/w:tc/w:tcPr/w:gridSpan/@w:val", namespaces=W) == ["3", "3"]
    assert county.xpath(".//w:vMerge/@w:val", namespaces=W) == ["restart", "continue"]
    held = [bool(row.xpath(".//w:keepNext", namespaces=W)) for row in projects.findall("w:tr", W)]
    assert held == [True] * 2 + [False] * (PROJECTS - 3) + [True] * 2 + [False]  # two rows begin it, three end it
    shares = [int(w) / 8732 for w in projects.xpath("w:tblGrid/w:gridCol/@w:w", namespaces=W)]
    assert shares == pytest.approx([0.08, 0.14, 0.34, 0.12, 0.12, 0.20], abs=0.001)
    styles = {s.get(VAL) for s in projects.iter(f"{{{W['w']}}}pStyle")}
    assert styles == {"TableTextSmall", "TableHeadSmall"}
    assert {s.get(VAL) for s in county.iter(f"{{{W['w']}}}pStyle")} == {"TableTextWide", "TableHeadWide"}
    last = projects.findall("w:tr", W)[-1]
    assert last.xpath("w:tc[normalize-space()]/w:p/w:pPr/w:pStyle/@w:val", namespaces=W) == ["TableHeadSmall"] * 3
    assert projects.xpath("w:tr[2]/w:tc/w:p/w:pPr/w:jc/@w:val", namespaces=W) == ["center", "right", "right"]


def test_word_units_stand_above_and_notes_below_a_table(made: Made) -> None:
    (at,) = (block for block in made.body if word_text(block) == "单位：万平方米、户")
    around = [at.getprevious(), at, *list(at.itersiblings())[1:3]]
    assert [block.find("w:pPr/w:pStyle", W).get(VAL) for block in around] == [
        "TableCaption",
        "TableUnit",
        "TableNote",
        "TableNote",
    ]
    assert at.getnext().tag == f"{{{W['w']}}}tbl"
    assert word_text(around[-1]) == "资料来源：2020年8月摸底调查（示例）。"


def test_word_facts_and_figures_are_hidden_content_controls_with_their_id(made: Made) -> None:
    controls = made.body.xpath(".//w:sdt", namespaces=W)
    tags = [control.xpath("string(w:sdtPr/w:tag/@w:val)", namespaces=W) for control in controls]
    assert tags.count("plan.households") == 3
    assert f"project.{PROJECTS}.households" in tags
    ids = [control.xpath("string(w:sdtPr/w:id/@w:val)", namespaces=W) for control in controls]
    assert len(ids) == len(set(ids)) == 4 + PROJECTS + sum(id.startswith("fig-") for id in tags)
    around = dict(zip(tags, controls, strict=True))
    assert around["fig-year-built"].xpath("name(w:sdtContent/w:r/w:drawing)", namespaces=W) == "w:drawing"
    assert "tbl-annual" not in around, "LibreOffice damages a table in a control"
    hidden = made.body.xpath(".//w:sdtPr/*[local-name()='appearance']/@*[local-name()='val']", namespaces=W)
    assert set(hidden) == {"hidden"}
    assert made.body.getparent().xpath("string(@*[local-name()='Ignorable'])") == "w15"


def test_word_strong_text_is_set_in_hei(made: Made) -> None:
    fonts = made.body.xpath(
        ".//w:r[normalize-space()='抗震' or normalize-space()='结构安全']/w:rPr/w:rFonts", namespaces=W
    )
    assert [font.get(f"{{{W['w']}}}eastAsia") for font in fonts] == ["黑体", "黑体"]
    assert not made.body.xpath(".//w:rPr/w:b", namespaces=W)


def test_word_pictures_are_ours_as_wide_as_said_with_alternative_text(made: Made) -> None:
    with zipfile.ZipFile(made.out / f"{TITLE}.docx") as package:
        pictures = {hashlib.sha256(package.read(n)).digest() for n in package.namelist() if "/media/" in n}
    assert pictures == {
        hashlib.sha256((made.book / f"figures/{n}.png").read_bytes()).digest() for n in ("willing", "year-built")
    }
    shown = made.body.xpath(".//*[local-name()='docPr']")
    assert [p.get("id") for p in shown] == ["1", "2"]
    assert "1990年代最多" in shown[0].get("descr")
    width = int(made.body.xpath("string(.//*[local-name()='extent']/@cx)"))
    assert width / 635 == pytest.approx(0.8 * 8732, rel=0.01)


@pytest.mark.parametrize("part", WORD_PARTS)
def test_word_properties_stand_in_the_order_of_the_schema(made: Made, part: str) -> None:
    root = made.part(f"word/{part}.xml")
    for name, order in ORDERS.items():
        known = order.split()
        for properties in root.iter(f"{{{W['w']}}}{name}"):
            places = [known.index(etree.QName(child).localname) for child in properties]
            assert all(left <= right for left, right in pairwise(places)), etree.tostring(properties)


def test_word_speaks_chinese_and_bears_the_books_date_only(made: Made) -> None:
    core = made.part("docProps/core.xml")
    times = core.xpath("//*[local-name()='created' or local-name()='modified']/text()")
    assert times == ["2020-12-01T00:00:00Z"] * 2
    assert core.xpath("string(//*[local-name()='creator'])") == "某某规划设计研究院有限公司"
    lang = made.part("word/styles.xml").xpath("//w:docDefaults//w:lang/@w:eastAsia", namespaces=W)
    assert lang == ["zh-CN"]
    fonts = made.part("word/styles.xml").xpath("//w:style[@w:styleId='Heading1']//w:rFonts", namespaces=W)[0]
    assert {etree.QName(key).localname: value for key, value in fonts.attrib.items()} == {
        "ascii": "Times New Roman",
        "hAnsi": "Times New Roman",
        "eastAsia": "黑体",
        "cs": "Times New Roman",
    }
    with zipfile.ZipFile(made.out / f"{TITLE}.docx") as package:
        assert "docProps/custom.xml" not in package.namelist()
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if b"updateFields" in package.read(name)]


# everything -----------------------------------------------------------------------------------------------


def test_site_word_file_and_pdf_show_the_same(made: Made) -> None:
    books = {form: read_rendered(path, form) for form, path in find_books(made.out).items()}
    in_word, in_pdf = compare(books["html"], books["docx"]), compare(books["html"], books["pdf"])
    assert not in_word.differences and not in_pdf.differences
    told = {"heading": 22, "text": 34, "footnote": 2, "caption": 6, "row": PROJECTS + 15, "figure": 2}
    assert in_pdf.compared == told
    assert in_word.compared == {**told, "reference": 16, "fact": PROJECTS + 4}


PLANTED = {
    "01-general.qmd": [("## 编制目的", "## 编制意图"), ("年度安排以当年下达的计划为准", "年度安排以计划为准")],
    "02-needs.qmd": [("1990年代最多", "最多"), (">120.5<", ">120.6<"), ("居民出资意愿](", "出资意愿](")],
    "03-targets.qmd": [("征求居民意见", "征求意见")],
}


def test_what_is_planted_in_the_chapters_is_found_between_pdf_and_site(made: Made, tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(made.book, book)
    for name, edits in PLANTED.items():
        text = (book / name).read_text("utf-8")
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (book / name).write_text(text, "utf-8")
    render(book, ["pdf"], empty(tmp_path / "out"), fonts=find_fonts())
    (parity,) = compare_places(made.out / "html", tmp_path / "out")
    assert [one.kind for one in parity.differences] == ["heading", "text", "footnote", "caption", "row", "figure"]
    shown = [pair for edits in PLANTED.values() for pair in edits]
    for one in parity.differences:
        assert any(one.after.replace(new.strip("#<>]( "), old.strip("#<>]( ")) == one.before for old, new in shown), one


def test_the_same_book_elsewhere_gives_the_same_bytes(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LUA_PATH", "/nowhere/?.lua")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    book = tmp_path / "另一个 folder" / "book"
    shutil.copytree(made.book, book)
    out = empty(tmp_path / "输 出")
    render(book, ["docx", "pdf", "html"], out, fonts=find_fonts())
    assert digests(out) == digests(made.out)


def test_a_plain_book_without_period_people_or_notes_renders_and_no_number_leaves_its_column(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(PLAN, book / "_plan")
    table = (
        '<table><colgroup><col style="width: 97%"><col style="width: 3%"></colgroup><tbody>'
        '<tr><td>投资</td><td style="text-align: right">106428.62</td></tr></tbody></table>'
    )
    text = f"# 前言 {{#sec-a .unnumbered}}\n\n正文。\n\n::: {{#tbl-a}}\n```{{=html}}\n{table}\n```\n\n题注\n:::\n"
    (book / "index.qmd").write_text(text, "utf-8")
    (book / "_quarto.yml").write_text(
        "book: {title: 'A/B：规划', chapters: [index.qmd]}\nlang: zh\nfilters:\n"
        + "".join(f"  - _plan/{name}.lua\n" for name in ("shortcodes", "cjk", "callouts", "numbers", "facts")),
        "utf-8",
    )
    render(book, ["html", "pdf", "docx"], empty(tmp_path / "out"), fonts=find_fonts())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["A_B：规划.docx", "A_B：规划.pdf", "html"]
    pdf = pypdf.PdfReader(tmp_path / "out" / "A_B：规划.pdf")
    assert pdf.page_labels == ["", "I", "II", "1"]
    with zipfile.ZipFile(tmp_path / "out" / "A_B：规划.docx") as package:
        grid = etree.fromstring(package.read("word/document.xml")).xpath("//w:gridCol/@w:w", namespaces=W)
    assert int(grid[1]) > 1000  # nine digits of 10.5 pt do not run out of a column said to be 13 points wide


def test_what_only_the_parser_sees_is_refused_with_its_chapter(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    (book / "01-general.qmd").write_text("# 总则 {#sec-general}\n\n面积 ~~甲~~ 乙。\n\n## 甲 {#sec-purpose}\n", "utf-8")
    with pytest.raises(InputError, match=r"01-general.qmd: struck-out text is not in the dialect: “甲”"):
        render(book, ["html"], empty(tmp_path / "out"), fonts=find_fonts())


def test_settings_outside_the_dialect_name_the_key(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    config = book / "_quarto.yml"
    config.write_text(config.read_text("utf-8").replace("  edition:", "  editon:"), "utf-8")
    with pytest.raises(InputError, match=r"_quarto.yml: outside the dialect: plan.editon"):
        read_book(book)


REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def flat(outline: Any) -> list[Any]:
    return [one for item in outline for one in (flat(item) if isinstance(item, list) else [item])]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
