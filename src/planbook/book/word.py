"""What Pandoc's DOCX lacks for Word and WPS: tables that fit, what holds together, unique ids, steady properties.

Works on the parts of the package alone, whichever renderer made it; the same input gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count, pairwise

from lxml import etree

from planbook.book.heads import name_chapters
from planbook.book.printed import Printed, Source, add_part, digests, images, said
from planbook.book.wordtables import dress_tables
from planbook.book.wordtext import FIGURE, read_text
from planbook.book.wordxml import Element, first, paragraph_style, text_of, w
from planbook.package import part_bytes

WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMES = {"Compact": "列表文字", "Table": "规划表格"}  # styles that Pandoc finds by its own names for them
LISTS = ("TOC1", "TOC2", "TableofFigures")  # the styles of their entries


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


def _changed(part: bytes, step: Callable[[Element], None]) -> bytes:
    root = etree.fromstring(part)
    step(root)
    return part_bytes(root)


# the text ------------------------------------------------------------------------------------------------


def _document(root: Element, strong: str) -> None:
    _text(root, strong)
    body = root.find(w("body"))
    assert body is not None
    dress_tables(body)
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
    properties = first(run, "rPr")
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
        if paragraph_style(before) not in (*LISTS, "ImageCaption"):
            first(before, "pPr").append(section)
            body.remove(block)


def _keep_together(body: Element) -> None:
    """What announces a list stays with it, notes stay together; what ends a chapter stays whole, or two lines of it
    might be a page."""
    for block, after in pairwise(body.iterchildren(w("p"), w("tbl"))):
        properties = block.find(f"{w('pPr')}[{w('pStyle')}]")
        if properties is None:
            continue
        announces = text_of(block).endswith("：") and after.find(f"{w('pPr')}/{w('numPr')}") is not None
        if announces or paragraph_style(block) == paragraph_style(after) == "TableNote":
            properties.insert(1, etree.Element(w("keepNext")))
        if properties.find(w("sectPr")) is not None:
            properties.insert(1, etree.Element(w("keepLines")))


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
