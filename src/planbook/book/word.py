"""What Pandoc's DOCX lacks for Word and WPS: table widths, rows that hold together, unique ids, steady properties.

Works on the parts of the package alone, whichever renderer made it; the same input gives the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count, pairwise

from lxml import etree

from planbook.book.heads import name_chapters
from planbook.book.printed import Printed, Source, add_part, digests, images, said
from planbook.book.wordtext import FIGURE, read_text
from planbook.package import part_bytes

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
SHORT = 12  # rows below the head of a table that stays on one page; as in _plan/floats.lua
HIGH = 295  # points, beyond which it may break however few its rows: else half a page would be empty before it
FIRST, LAST = 2, 3  # rows that one which may break has at least where it begins and where it ends
# Type of cells by the table's style: size, line, space above and below, all in points
TYPE = {"Table": (10.5, 13.65, 2.3), "TableSmall": (9, 11.7, 2.5), "TableWide": (9, 11.7, 1.4)}
PADDING = 60  # twips between a cell's side and its text
# Lines within a table and below its head, eighths of a point and colour; as in _plan/plan.typ
HAIR, RULE = (2, "969696"), (4, "000000")
NAMES = {"Compact": "列表文字", "Table": "规划表格"}  # styles that Pandoc finds by its own names for them
LISTS = ("TOC1", "TOC2", "TableofFigures")  # the styles of their entries
Element = etree._Element


def finish(
    raw: bytes, *, title: str, author: str, epoch: int, strong: str = "黑体", source: Source | None = None
) -> bytes:
    """The package in its final form.

    epoch: the document's date in seconds, the only time it bears.
    strong: the face of what is emphasised.
    source: what it was made of, kept in it with what it says (planbook.book.printed).
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    document = etree.fromstring(parts["word/document.xml"])
    _document(document, strong)
    name_chapters(document, parts, title)
    parts["word/document.xml"] = part_bytes(document)
    for name, step in (("word/footnotes.xml", partial(_text, strong=strong)), ("word/styles.xml", _styles)):
        parts[name] = _changed(parts[name], step)
    parts["docProps/core.xml"] = _core_properties(title, author, epoch)
    parts["docProps/app.xml"] = _app_properties()
    _drop_part(parts, "docProps/custom.xml")
    if source:
        _keep_text(parts, source)
    return packed(parts)


def _keep_text(parts: dict[str, bytes], source: Source) -> None:
    body = etree.fromstring(parts["word/document.xml"]).find(w("body"))
    assert body is not None
    text = read_text(body)
    add_part(parts, Printed(source, *said(text), digests(text, images(parts))))


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def _changed(part: bytes, step: Callable[[Element], None]) -> bytes:
    root = etree.fromstring(part)
    step(root)
    return part_bytes(root)


# the text ------------------------------------------------------------------------------------------------


def _document(root: Element, strong: str) -> None:
    _text(root, strong)
    body = root.find(w("body"))
    assert body is not None
    for table, width in _tables(body):
        _fit(table, width)
        _style_cells(table)
        _rule(table)
        _hold_together(table)
    _end_sections(body)
    _keep_together(body)
    _own_bookmarks(root)
    for inline in root.iter(f"{{{WP}}}inline"):  # without distances LibreOffice and WPS shift wide pictures
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
    for number, picture in enumerate(root.iter(f"{{{WP}}}docPr"), start=1):
        picture.set("id", str(number))
        picture.set("name", _figure(picture) or f"图片 {number}")
        if "title" in picture.attrib:
            del picture.attrib["title"]


def _figure(picture: Element) -> str:
    """figures/year-built.png → fig-year-built: the name under which a figure is found again."""
    drawing = picture.getparent()
    inner = next(drawing.iter(f"{PIC}cNvPr"), None) if drawing is not None else None
    found = re.fullmatch(r"figures/(.+)\.png", inner.get("descr", "")) if inner is not None else None
    return FIGURE + found[1] if found else ""


def _text(root: Element, strong: str) -> None:
    """The styles and faces of the text; hidden content controls are declared as an extension."""
    for style in root.iter(w("pStyle")):  # a paragraph after a heading is as any other
        if style.get(w("val")) == "FirstParagraph":
            style.set(w("val"), "BodyText")
    for run in root.iter(w("r")):
        bold = run.find(f"{w('rPr')}/{w('b')}")
        chinese = any(not (text.text or "").isascii() for text in run.iter(w("t")))
        if chinese:  # quotes and dashes beside Latin letters are Chinese ones, too
            _fonts(run).set(w("hint"), "eastAsia")
        if chinese and bold is not None:  # strong is 黑体, as in the PDF: 宋体 has no bold of its own
            _fonts(run).set(w("eastAsia"), strong)
            _drop(bold)
            _drop(run.find(f"{w('rPr')}/{w('bCs')}"))
    etree.cleanup_namespaces(root, top_nsmap={"mc": MC, "w15": W15}, keep_ns_prefixes=["mc", "w15"])
    root.set(f"{{{MC}}}Ignorable", "w15")


def _fonts(run: Element) -> Element:
    properties = _first(run, "rPr")
    fonts = properties.find(w("rFonts"))
    if fonts is None:
        fonts = etree.Element(w("rFonts"))
        properties.insert(1 if properties.find(w("rStyle")) is not None else 0, fonts)
    return fonts


def _drop(element: Element | None) -> None:
    parent = element.getparent() if element is not None else None
    if element is not None and parent is not None:
        parent.remove(element)


def _styles(styles: Element) -> None:
    """Word knows zh-CN, not Pandoc's zh-Hans; the styles that Pandoc finds by their names get Chinese ones."""
    for language in styles.iter(w("lang")):
        language.attrib.update({w("val"): "en-US", w("eastAsia"): "zh-CN", w("bidi"): "ar-SA"})
    for style in styles.findall(w("style")):
        id_, name = style.get(w("styleId"), ""), style.find(w("name"))
        if id_ == "FirstParagraph":
            styles.remove(style)
        elif id_ in NAMES and name is not None:
            name.set(w("val"), NAMES[id_])


def _own_bookmarks(root: Element) -> None:
    """Keep our bookmarks (what fields point to), drop those Pandoc sets around every section; ids from 1."""
    numbers = count(1)
    kept: dict[str, str] = {}
    for mark in list(root.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        parent, old = mark.getparent(), mark.get(w("id"), "")
        assert parent is not None
        if mark.tag == w("bookmarkStart") and mark.get(w("name"), "").startswith("_Ref_"):
            kept[old] = str(next(numbers))
        if old in kept:
            mark.set(w("id"), kept[old])
        else:
            parent.remove(mark)


def _end_sections(body: Element) -> None:
    """A section ends with its last paragraph, not with an empty one that might stand alone on a page; but where that
    paragraph is an entry of a list, which Word makes anew, or a figure's caption, whose number LibreOffice would lose
    in references when it updates them, the empty one stays."""
    for block in body.findall(w("p")):
        section, before = block.find(f"{w('pPr')}/{w('sectPr')}"), block.getprevious()
        if section is None or len(block) > 1 or before is None or before.tag != w("p"):
            continue
        if _paragraph_style(before) not in (*LISTS, "ImageCaption"):
            _first(before, "pPr").append(section)
            body.remove(block)


def _keep_together(body: Element) -> None:
    """What announces a list stays with it, notes stay together; what ends a chapter stays whole, or two lines of it
    might be a page."""
    for block, after in pairwise(body.iterchildren(w("p"), w("tbl"))):
        properties = block.find(f"{w('pPr')}[{w('pStyle')}]")
        if properties is None:
            continue
        announces = _said(block).endswith("：") and after.find(f"{w('pPr')}/{w('numPr')}") is not None
        if announces or _paragraph_style(block) == _paragraph_style(after) == "TableNote":
            properties.insert(1, etree.Element(w("keepNext")))
        if properties.find(w("sectPr")) is not None:
            properties.insert(1, etree.Element(w("keepLines")))


def _paragraph_style(block: Element | None) -> str:
    style = block.find(f"{w('pPr')}/{w('pStyle')}") if block is not None else None
    return style.get(w("val"), "") if style is not None else ""


def _said(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(w("t")))


# tables --------------------------------------------------------------------------------------------------


def _tables(body: Element) -> Iterator[tuple[Element, int]]:
    """Every table of the body with the width between the margins of its page, in twips."""
    width = 0
    for block in reversed(body):
        section = block if block.tag == w("sectPr") else block.find(f"{w('pPr')}/{w('sectPr')}")
        if section is not None:
            size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
            assert size is not None and margins is not None
            width = int(size.get(w("w"), "0")) - int(margins.get(w("left"), "0")) - int(margins.get(w("right"), "0"))
        for table in block.iter(w("tbl")):
            yield table, width


def _fit(table: Element, width: int) -> None:
    """Fixed layout; grid and cells in twips that add up to the table's share of the page."""
    properties, grid = table.find(w("tblPr")), table.find(w("tblGrid"))
    assert properties is not None and grid is not None
    total = properties.find(w("tblW"))
    assert total is not None
    if total.get(w("type")) == "pct":
        width = width * int(total.get(w("w"), "5000")) // 5000
    total.set(w("type"), "dxa")
    total.set(w("w"), str(width))
    columns = _scaled([int(column.get(w("w"), "1")) for column in grid], width)
    for column, share in zip(grid, columns, strict=True):
        column.set(w("w"), str(share))
    for row in table.iter(w("tr")):
        at = 0
        for cell in row.iter(w("tc")):
            inner = _first(cell, "tcPr")
            span = inner.find(w("gridSpan"))
            wide = int(span.get(w("val"), "1")) if span is not None else 1
            if span is not None and wide == 1:
                inner.remove(span)
            own = etree.Element(w("tcW"), {w("w"): str(sum(columns[at : at + wide])), w("type"): "dxa"})
            inner.insert(0, own)
            etree.SubElement(inner, w("vAlign"), {w("val"): "center"})
            at += wide


def _scaled(shares: list[int], width: int) -> list[int]:
    """Whole numbers in the proportion of `shares` that sum to `width`."""
    edges = [0]
    for index in range(len(shares)):
        edges.append(round(width * sum(shares[: index + 1]) / sum(shares)))
    return [right - left for left, right in pairwise(edges)]


def _hold_together(table: Element) -> None:
    """No row breaks across pages, a short table neither, nor do its notes leave it; a longer one has FIRST and LAST
    rows at its ends. (Its last row is not held to its notes: LibreOffice would then never break the table.)"""
    rows = table.findall(w("tr"))
    heads = len([row for row in rows if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None])
    noted = _paragraph_style(table.getnext()) == "TableNote"
    short = len(rows) - heads <= SHORT and sum(_height(row, *TYPE[_kind(table)]) for row in rows) <= HIGH
    for above, row in enumerate(rows):
        _first(row, "trPr").insert(0, etree.Element(w("cantSplit")))
        below = len(rows) - above - 1
        if (short and (below or noted)) or (below and (above < heads + FIRST - 1 or below < LAST)):
            for paragraph in row.iter(w("p")):
                _first(paragraph, "pPr").insert(1, etree.Element(w("keepNext")))


def _height(row: Element, size: float, line: float, space: float) -> float:
    """About how high a row is, in points: as its cell with the most lines."""
    lines = 1
    for cell in row.findall(w("tc")):
        width = cell.find(f"{w('tcPr')}/{w('tcW')}")
        assert width is not None  # of _fit
        room = (int(width.get(w("w"), "0")) - 2 * PADDING) / 20 / size
        ems = sum(0.5 if sign.isascii() else 1 for sign in _said(cell))
        lines = max(lines, math.ceil(ems / room))
    return lines * line + 2 * space


def _kind(table: Element) -> str:
    """The table's style, by which its cells have theirs."""
    style = table.find(f"{w('tblPr')}/{w('tblStyle')}")
    return style.get(w("val"), "") if style is not None else ""


def _style_cells(table: Element) -> None:
    """Table text and table heads in paragraph styles of their own, small ones in small tables; totals have theirs."""
    suffix = _kind(table).removeprefix("Table")
    for row in table.iter(w("tr")):
        head = row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        for paragraph in row.iter(w("p")):
            properties = _first(paragraph, "pPr")
            style = properties.find(w("pStyle"))
            if style is None:
                style = etree.Element(w("pStyle"))
                properties.insert(0, style)
            if not style.get(w("val"), "").startswith("Table"):
                style.set(w("val"), ("TableHead" if head else "TableText") + suffix)


def _rule(table: Element) -> None:
    """The lines below a head and above a foot; the table's style has them, too, but LibreOffice does not draw those,
    and Word draws its head's below the first of two rows."""
    rows, look = table.findall(w("tr")), table.find(f"{w('tblPr')}/{w('tblLook')}")
    heads = [row for row in rows if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None]
    for row in heads:
        _line(row, "bottom", RULE if row is heads[-1] else HAIR)
    if look is not None and look.get(w("lastRow")) == "1":
        _line(rows[-1], "top", RULE)


def _line(row: Element, edge: str, line: tuple[int, str]) -> None:
    for properties in row.iterfind(f"{w('tc')}/{w('tcPr')}"):
        borders = etree.Element(w("tcBorders"))
        weight = {w("val"): "single", w("sz"): str(line[0]), w("space"): "0", w("color"): line[1]}
        etree.SubElement(borders, w(edge), weight)
        last = properties.find(w("vAlign"))
        assert last is not None  # of _fit
        last.addprevious(borders)


def _first(parent: Element, name: str) -> Element:
    """The properties element a parent begins with, made if missing."""
    found = parent.find(w(name))
    if found is None:
        found = etree.Element(w(name))
        parent.insert(0, found)
    return found


# the package ---------------------------------------------------------------------------------------------


def _core_properties(title: str, author: str, epoch: int) -> bytes:
    spaces = {
        "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }
    root = etree.Element(f"{{{spaces['cp']}}}coreProperties", nsmap=spaces)
    for name, text in (("title", title), ("creator", author), ("language", "zh-CN")):
        etree.SubElement(root, f"{{{spaces['dc']}}}{name}").text = text
    for name in ("created", "modified"):
        time = etree.SubElement(root, f"{{{spaces['dcterms']}}}{name}", {f"{{{spaces['xsi']}}}type": "dcterms:W3CDTF"})
        time.text = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return part_bytes(root)


def _app_properties() -> bytes:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    content = f'<Properties xmlns="{space}"><Application>planbook</Application></Properties>'
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content.encode()


def _drop_part(parts: dict[str, bytes], name: str) -> None:
    """Take a part out of the package, with its content type and the relation that leads to it."""
    if parts.pop(name, None) is None:
        return
    for index, key, target in (("[Content_Types].xml", "PartName", "/" + name), ("_rels/.rels", "Target", name)):

        def without(root: Element, key: str = key, target: str = target) -> None:
            for entry in [entry for entry in root if entry.get(key) == target]:
                root.remove(entry)

        parts[index] = _changed(parts[index], without)


def packed(parts: dict[str, bytes]) -> bytes:
    """The content types first, then by name; fixed times, so that the same parts are the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 0, 0
            package.writestr(entry, parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
