"""How pages are set: what params ask for, what they conform to, and that tables break well."""

from __future__ import annotations

import itertools
import re
import shutil
import sys
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import typst

from planbook.book.folder import read_book
from planbook.book.pandoc import render
from planbook.book.pdf import typeset
from planbook.errors import PlanbookError
from planbook.fonts import SERIF, SystemFont, find_fonts
from planbook.project import Project
from tests.book.sample_book import PLAN
from tests.documents import made
from tests.small import empty

CM = 72 / 2.54
CONFIG = """project: {type: book}
book: {title: 甲县规划, date: 2021-03-01, chapters: [index.qmd]}
filters: [_plan/shortcodes.lua, _plan/cjk.lua, _plan/callouts.lua, _plan/numbers.lua, _plan/facts.lua]
"""


def one_chapter(folder: Path, text: str, config: str = "") -> Path:
    shutil.copytree(PLAN, folder / "_plan")
    (folder / "_quarto.yml").write_text(CONFIG + config, "utf-8")
    (folder / "index.qmd").write_text(text, "utf-8")
    return folder


def printed(folder: Path, out: Path) -> Path:
    (file,) = render(folder, ["pdf"], empty(out), fonts=find_fonts())
    return file


def faces(file: Path) -> set[str]:
    fonts = (font for page in pypdf.PdfReader(file).pages for font in page["/Resources"].get("/Font", {}).values())
    return {font["/BaseFont"].split("+")[-1].removesuffix("-Identity-H") for font in fonts}


def lines(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of each line of text, from the top of the page."""
    text = page.get_textpage()
    boxes = [text.get_rect(at) for at in range(text.count_rects())]
    return sorted(boxes, key=lambda box: -box[1])


def squeezed(text: str) -> str:
    """Without blanks, lines as they are: a cell's line ends where it ends."""
    return re.sub("[ \u00a0]", "", text)


def standards(file: Path) -> set[str]:
    """What a PDF says of itself in its XMP: PDF/A part and conformance, PDF/UA part."""
    said = pypdf.PdfReader(file).trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
    archive = re.search(r"<pdfaid:part>(\d)</pdfaid:part><pdfaid:conformance>(\w)", said)
    access = re.search(r"<pdfuaid:part>(\d)", said)
    return {f"a-{archive[1]}{archive[2].lower()}" if archive else "", f"ua-{access[1]}" if access else ""} - {""}


def test_pages_are_set_as_params_ask(tmp_path: Path) -> None:
    asked = (
        "plan: {typography: {latin: Libertinus Serif, size: 14pt, line: 28pt, left: 3.5cm, right: 4cm, top: 3.7cm}}\n"
    )
    text = "# 总则 {#sec-general .unnumbered}\n\n" + "改造从摸清家底开始" * 40 + "，2021年。\n"
    file = printed(one_chapter(tmp_path / "book", text, asked), tmp_path / "out")
    document = pypdfium2.PdfDocument(file)
    page = document[len(document) - 1]
    body = [box for box in lines(page) if box[2] - box[0] > 8 * CM]
    assert min(box[0] for box in body) == pytest.approx(3.5 * CM, abs=2)
    assert max(box[2] for box in body) == pytest.approx(page.get_width() - 4 * CM, abs=8)
    apart = {round(above[1] - below[1]) for above, below in itertools.pairwise(body[2:])}
    assert max(apart) == 28
    assert "LibertinusSerif-Regular" in faces(file)


def test_a_font_of_this_machine_is_used_from_its_file(tmp_path: Path) -> None:
    """Any file will do for one: here it is the wheel's, under the name that is inside."""
    book = one_chapter(tmp_path / "book", "# 总则 {#sec-general}\n\n改造。\n")
    ours = find_fonts()
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copyfile(ours.sans, alone / ours.sans.name)
    fonts = type(ours)(alone / ours.sans.name, alone / "none.otf", (SystemFont(SERIF, (ours.serif,)),))
    source = b'#import "_plan/plan.typ": *\n#show: plan.with(title: [x])\n= One\n\xe6\x94\xb9'
    pdf = tmp_path / "made.pdf"
    pdf.write_bytes(typeset(source, read_book(book), fonts).pdf)
    assert any(face.startswith("NotoSerifSC") for face in faces(pdf))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_typst_that_the_system_stops_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = one_chapter(tmp_path / "book", "# 总则 {#sec-general}\n\n改造。\n")
    killed = tmp_path / "killed.py"
    killed.write_text("import os\nos.kill(os.getpid(), 9)\n", "utf-8")
    monkeypatch.setattr("planbook.book.pdf.PROCESS", killed)
    with pytest.raises(PlanbookError, match="甲县规划: Typst was stopped from outside") as caught:
        printed(book, tmp_path / "out")
    assert "memory" in caught.value.cure
    assert not (book / "index.typ").exists()


def typed(folder: Path, body: str) -> list[str]:
    """The pages' text of a body written in Typst itself."""
    shutil.copytree(PLAN, folder / "_plan")
    head = '#import "_plan/plan.typ": *\n#show: plan.with(title: [x])\n= 一\n#pagebreak()\n'
    (folder / "main.typ").write_text(head + body, "utf-8")
    folders = list(find_fonts().folders)
    pdf = typst.compile(str(folder / "main.typ"), font_paths=typst.Fonts(False, font_paths=folders))
    assert isinstance(pdf, bytes)
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def long_table(name: str, rows: int, foot: str = "") -> str:
    cells = "".join(f"[{row}], [小区]," for row in range(rows))
    return (
        f'#planfloat("tbl", "tbl-{name}", "表", "{name}", keep: false, [清单])[#plantable("tbl-{name}", "表 {name}", '
        f"columns: (50%, 50%), table.header([序号], [名称]), {cells}{foot})]\n#pagebreak(weak: true)\n"
    )


@pytest.mark.parametrize("foot", ["", "table.footer([合计], [1])"])
def test_no_row_of_a_long_table_is_alone_on_a_page(tmp_path: Path, foot: str) -> None:
    """For every length there is around a page's end."""
    pages = typed(tmp_path, "".join(long_table(str(n), n, foot) for n in range(28, 42)))
    left = [page.count("小区") + page.count("合计") for page in pages if "续表" in page]
    assert left
    assert min(left) >= 3


def test_no_long_table_begins_with_one_row(tmp_path: Path) -> None:
    """However much of the page is taken before it."""
    taken = range(540, 660, 8)
    pages = typed(tmp_path, "".join(f"文\n#v({height}pt)\n{long_table(str(height), 30)}" for height in taken))
    begun = [page.count("小区") for page in pages if "清单" in page and "序号" in page]
    assert len(begun) == len(taken)
    assert 2 in begun  # no more is asked of a page than two
    assert min(begun) == 2


def test_columns_share_their_width_so_that_rows_get_low_and_what_is_short_stays_whole(tmp_path: Path) -> None:
    """Rows of five lines under the widths that the author gave, of three where the text has what others leave."""
    cells = f"<td>2019年12月30日</td><td>116916.02万元</td><td>{'改造内容' * 14}</td>"
    head = '<colgroup><col style="width: 40%"><col style="width: 30%"><col style="width: 30%"></colgroup>'
    table = f"<table>{head}<tbody>{f'<tr>{cells}</tr>' * 14}</tbody></table>"
    text = f"# 总则 {{#sec-general}}\n\n::: {{#tbl-a .small}}\n```{{=html}}\n{table}\n```\n\n题注\n:::\n"
    pages = pypdfium2.PdfDocument(printed(one_chapter(tmp_path / "book", text), tmp_path / "out"))
    said = squeezed(pages[len(pages) - 1].get_textpage().get_text_range())
    assert said.count("2019年12月30日") == said.count("116916.02万元") == 14


def test_a_list_of_tables_never_ends_a_few_lines_into_a_page(tmp_path: Path) -> None:
    """For every length there is around a page's end."""
    for count in range(26, 36):
        tables = "".join(f'#planfloat("tbl", "tbl-{n}", "表", "{n}", [清单])[]\n' for n in range(count))
        pages = typed(tmp_path / str(count), tables)
        lengths = [page.count("清单") for page in pages if "表目录" in page]
        assert sum(lengths) == count
        assert lengths[1:] == [] or lengths[-1] >= 5, lengths


def chapters_of(folder: Path, lengths: range, end: str) -> list[str]:
    """The pages of a book of chapters, each of so many short paragraphs and an end."""
    book = one_chapter(folder / "book", "# 前言 {#sec-preface .unnumbered}\n\n改造。\n")
    names = [f"{length:02}.qmd" for length in lengths]
    config = (book / "_quarto.yml").read_text("utf-8")
    (book / "_quarto.yml").write_text(config.replace("index.qmd", f"index.qmd, {', '.join(names)}"), "utf-8")
    for name in names:
        text = f"# 章 {{#sec-{name[:2]}}}\n\n" + "正文。\n\n" * int(name[:2]) + end
        (book / name).write_text(text, "utf-8")
    return [page.extract_text() for page in pypdf.PdfReader(printed(book, folder / "out")).pages]


def test_the_last_lines_of_a_chapter_are_not_alone(tmp_path: Path) -> None:
    """For every length around a page's end."""
    pages = chapters_of(tmp_path, range(24, 32), "结尾" * 80 + "。\n")
    assert {sum("结尾" in line for line in page.splitlines()) for page in pages} == {0, 5}


def test_a_short_last_paragraph_takes_the_one_before_along(tmp_path: Path) -> None:
    pages = chapters_of(tmp_path, range(24, 32), "倒数" * 60 + "。\n\n" + "结尾" * 30 + "。\n")
    ends = [page for page in pages if "结尾" in page]
    assert len(ends) == 8
    assert all("倒数" in page for page in ends)


def test_what_announces_a_list_is_on_its_page(tmp_path: Path) -> None:
    text = "# 总则 {#sec-general}\n\n" + "".join(
        f"## 节{n} {{#sec-{n}}}\n\n第{n}节按以下办法办理：\n\n1. 先办第一件。\n2. 再办第二件。\n\n" for n in range(40)
    )
    file = printed(one_chapter(tmp_path / "book", text), tmp_path / "out")
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    body = [page for page in pages if "先办第一件" in page]
    assert len(body) > 5
    assert all(page.count("办理：") == page.count("先办第一件") for page in body)


def test_how_pages_are_set_renders_anew_and_calculates_nothing(again: Project) -> None:
    with (again.params / "yumin.yml").open("a", encoding="utf-8") as file:
        file.write("typography: {latin: Libertinus Serif, line: 24磅}\n")
    outcome = made(again, "yumin", formats=("pdf",), pdf_standard=("ua-1", "a-2b"))["yumin"]
    assert outcome.ran == ()
    (pdf,) = (again.book / "yumin").glob("*.pdf")
    assert standards(pdf) == {"ua-1", "a-2b"}
    assert pypdf.PdfReader(pdf).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "LibertinusSerif-Regular" in faces(pdf)


def test_a_book_conforms_to_ua_unless_told_otherwise(built: Project, tmp_path: Path) -> None:
    (pdf,) = (built.book / "yumin").glob("*.pdf")
    assert standards(pdf) == {"ua-1"}
    archive = one_chapter(
        tmp_path / "book", "# 总则 {#sec-general}\n\n改造。\n", "format: {typst: {pdf-standard: [a-2b]}}\n"
    )
    assert standards(printed(archive, tmp_path / "out")) == {"a-2b"}
