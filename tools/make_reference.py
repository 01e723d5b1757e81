"""Make src/planbook/book/_plan/reference.docx: Pandoc's own, with the styles, lists and running heads of a plan.

    python tools/make_reference.py

Needs python-docx (a development dependency). Style ids stay Pandoc's; the added styles are those that word.lua,
floats.lua, tables.lua, callouts.lua and template.openxml name. The same Pandoc and python-docx give the same bytes.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt, RGBColor, Twips
from word_styles import FACES, HEI, LEVELS, MARKS, NAMES, SONG, Styles, fewer_styles, style_list

from planbook.book.pandoc import find_pandoc
from planbook.book.wordtables import HAIR, PADDING, RULE, TYPE

TARGET = Path(__file__).parent.parent / "src/planbook/book/_plan/reference.docx"
TEXT_WIDTH = {"": 11906 - 2 * 1587, "Wide": 16838 - 2 * 1440}  # twips, of an upright and of a turned A4 page
THICK = (8, "000000")  # the line above and below a table, as HAIR and RULE within
NUMBERED, APPENDIX = 1, 2  # the two multilevel lists
SIZES = (18, 15, 13, 12)  # of headings, points
AROUND = ((0, 25), (14.5, 6), (12, 4), (10.5, 3))  # points above and below them: with their lines, plan.typ's spaces
PITCH = Pt(22)  # of body lines, exact, as in plan.typ: whatever the font, pages break nearly alike
LIST_PITCH = Pt(19)  # of lists of figures and tables, which are long
# What a page's head names: the chapter above, by the style of its title. Front pages have no chapter.
HEADS = {
    "Front": "",
    "Plain": f'STYLEREF "{NAMES["Unnumbered1"]}"',
    "Chapter": "STYLEREF 1",
    "Appendix": f'STYLEREF "{NAMES["Appendix1"]}"',
}


def font(style: Any, size: float, east: str = SONG, bold: bool = False) -> None:
    """Set size (points) and fonts; theme attributes go, for they override the East Asian font."""
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, name in {**FACES, "eastAsia": east}.items():
        fonts.set(qn(f"w:{key}"), name)


def paragraph(
    style: Any, before: float = 0, after: float = 0, line: Any = None, align: Any = None, indent: int = 0, **flags: bool
) -> None:
    """Space in points, `line` in lines (float) or exact (Pt), first-line indent in characters of 12 pt."""
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing, form.alignment = line, align
    if isinstance(line, Length):
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    for flag, value in flags.items():
        setattr(form, flag, value)
    place = style.element.get_or_add_pPr().get_or_add_ind()
    place.set(qn("w:firstLine"), str(240 * indent))
    place.set(qn("w:firstLineChars"), str(100 * indent))


def number_from(style: Any, number: int, level: int) -> None:
    """Bind a paragraph style to a level of a list; number 0 is no list."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:numPr")):
        properties.remove(old)
    properties._insert_numPr(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def add_list(document: Any, number: int, first: str, styles: list[str]) -> None:
    """A multilevel list 第一章 (or 附录一), 一、, （一）, 1、 bound to four heading styles."""
    texts = (first + "　", "%2、", "（%3）", "%4、")
    forms = ("chineseCountingThousand",) * 3 + ("decimal",)
    rows = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{style}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr></w:lvl>'
        for i, (text, form, style) in enumerate(zip(texts, forms, styles, strict=True))
    )
    root = document.part.numbering_part.element
    head = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
    root.insert(0, parse_xml(f"{head}{rows}</w:abstractNum>"))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def border(style: Any, edges: str, size: int = 4, space: int = 4) -> None:
    """Draw `edges` ("top left …") around paragraphs of a style; `size` in eighths of a point."""
    lines = "".join(f'<w:{e} w:val="single" w:sz="{size}" w:space="{space}" w:color="000000"/>' for e in edges.split())
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>"),
        *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"),
    )


def shade(style: Any) -> None:
    style.element.get_or_add_pPr().insert_element_before(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="F2F2F2"/>'),
        *("w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"),
    )


def tab(style: Any, position: int, leader: str = "none", kind: str = "right") -> None:
    style.element.get_or_add_pPr().get_or_add_tabs().append(
        parse_xml(f'<w:tab {nsdecls("w")} w:val="{kind}" w:leader="{leader}" w:pos="{position}"/>')
    )


def body_styles(styles: Styles) -> None:
    font(styles.get("Normal"), 12)
    paragraph(styles.get("Normal"))
    for id_ in ("BodyText", "FirstParagraph"):
        font(styles.by_id[id_], 12)
        paragraph(styles.by_id[id_], line=PITCH, align=ALIGN.JUSTIFY, indent=2)
    font(styles.by_id["Compact"], 12)  # tight lists
    paragraph(styles.by_id["Compact"], line=PITCH)
    font(styles.by_id["FootnoteText"], 9)
    paragraph(styles.by_id["FootnoteText"], line=1.2)
    for id_, face in (("NoteTitle", HEI), ("Note", SONG)):
        style = styles.get(id_)
        font(style, 12, face)
        paragraph(style, 6 if face == HEI else 0, 0 if face == HEI else 6, line=PITCH, keep_with_next=face == HEI)
        border(style, "left", size=18, space=8)
        shade(style)
        style.paragraph_format.left_indent = Pt(12)


def heading_styles(styles: Styles) -> None:
    for level, size, (before, after) in zip(LEVELS, SIZES, AROUND, strict=True):
        heading = styles.by_id[f"Heading{level}"]
        font(heading, size, HEI)
        paragraph(
            heading,
            before=before,
            after=after,
            line=Pt(size + 4),
            align=ALIGN.CENTER if level == 1 else ALIGN.LEFT,
            keep_with_next=True,
            page_break_before=level == 1,
        )
        number_from(heading, NUMBERED, level - 1)
        for name, number in (("Appendix", APPENDIX), ("Unnumbered", 0)):
            other = styles.get(f"{name}{level}", based=f"Heading{level}")
            number_from(other, number, level - 1 if number else 0)
            other.next_paragraph_style = styles.by_id["BodyText"]
    add_list(styles.document, NUMBERED, "第%1章", [f"Heading{n}" for n in LEVELS])
    add_list(styles.document, APPENDIX, "附录%1", [f"Appendix{n}" for n in LEVELS])


def float_styles(styles: Styles) -> None:
    for id_, before, after in (("Caption", 6, 6), ("ImageCaption", 6, 12), ("TableCaption", 14, 6)):
        font(styles.get(id_), 10.5, HEI)
        above = id_.startswith("Table")
        paragraph(styles.get(id_), before, after, line=Pt(14), align=ALIGN.CENTER, keep_with_next=above)
    paragraph(styles.get("CaptionedFigure"), before=14, align=ALIGN.CENTER, keep_with_next=True)
    font(styles.get("TableUnit"), 9)
    paragraph(styles.get("TableUnit"), after=3, line=Pt(12), align=ALIGN.RIGHT, keep_with_next=True)
    font(styles.get("TableNote"), 9)
    paragraph(styles.get("TableNote"), before=3, line=Pt(12))
    font(styles.get("TableEnd"), 1)
    paragraph(styles.get("TableEnd"), after=10, line=Pt(1))  # space that a page's end swallows
    for kind, (size, pitch, space) in TYPE.items():
        for id_, face in (("TableText", SONG), ("TableHead", HEI)):
            style = styles.get(id_ + kind.removeprefix("Table"))
            font(style, size, face)
            paragraph(style, before=space, after=space, line=Pt(pitch))
    for id_, name in MARKS.items():
        same = styles.document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        same.element.set(qn("w:styleId"), id_)
        same.base_style = styles.by_id["Table"]
    table = styles.by_id["Table"].element
    for old in table.findall(qn("w:tblPr")) + table.findall(qn("w:tblStylePr")):
        table.remove(old)
    margins = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("left", "right"))
    table.append(
        parse_xml(
            f'<w:tblPr {nsdecls("w")}><w:jc w:val="center"/>'
            f"<w:tblBorders>{lines(top=THICK, bottom=THICK, insideH=HAIR, insideV=HAIR)}</w:tblBorders>"
            f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        )
    )
    for part, edge in (("firstRow", "bottom"), ("lastRow", "top")):  # the head's rule, and the one above a sum
        table.append(
            parse_xml(
                f'<w:tblStylePr {nsdecls("w")} w:type="{part}"><w:tcPr>'
                f"<w:tcBorders>{lines(**{edge: RULE})}</w:tcBorders></w:tcPr></w:tblStylePr>"
            )
        )


def lines(**edges: tuple[int, str]) -> str:
    """Borders of a table or of its cells."""
    return "".join(
        f'<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
        for edge, (size, color) in edges.items()
    )


def cover_styles(styles: Styles) -> None:
    edition = styles.get("CoverEdition")
    font(edition, 14, HEI)
    paragraph(edition, align=ALIGN.CENTER)
    border(edition, "top left bottom right", space=6)
    font(styles.by_id["Title"], 26, HEI)
    paragraph(styles.by_id["Title"], after=6, line=1.2, align=ALIGN.CENTER, keep_with_next=True)
    font(styles.by_id["Subtitle"], 18, HEI)
    paragraph(styles.by_id["Subtitle"], before=12, align=ALIGN.CENTER)
    note = styles.get("CoverNote")
    font(note, 10.5)
    paragraph(note, line=1.3)
    border(note, "top left bottom right", space=6)
    note.paragraph_format.left_indent = note.paragraph_format.right_indent = Pt(28)
    for name, size, before in (("CoverMaker", 14, 8), ("Date", 16, 24), ("CoverSurvey", 10.5, 14)):
        font(styles.get(name), size)
        paragraph(styles.get(name), before=before, align=ALIGN.CENTER)
    font(styles.get("CoverSpace"), 12)
    paragraph(styles.get("CoverSpace"), line=Pt(60))
    font(styles.get("CoverHeading"), 18, HEI)
    paragraph(styles.get("CoverHeading"), before=60, after=36, align=ALIGN.CENTER, page_break_before=True)
    person = styles.get("CoverPerson")
    font(person, 14)
    paragraph(person, after=12)
    tab(person, 3000, kind="left")
    person.paragraph_format.left_indent, person.paragraph_format.first_line_indent = Pt(150), Pt(-110)


def list_styles(styles: Styles) -> None:
    heading = styles.by_id["TOCHeading"]
    font(heading, 18, HEI)
    paragraph(heading, after=25, line=Pt(22), align=ALIGN.CENTER, page_break_before=True)
    number_from(heading, 0, 0)
    for id_, left in (("TOC1", 0), ("TOC2", 24), ("TableofFigures", 0)):
        style = styles.get(id_)
        font(style, 12, HEI if id_ == "TOC1" else SONG)
        paragraph(style, before=4 if id_ == "TOC1" else 0, line=LIST_PITCH if id_ == "TableofFigures" else PITCH)
        style.paragraph_format.left_indent = Pt(left)
        tab(style, TEXT_WIDTH[""], leader="dot")
    link = styles.by_id["Hyperlink"].font
    link.color.rgb, link.underline = RGBColor(0, 0, 0), False


def simple_field(code: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code.replace(chr(34), "&quot;")} </w:instrText></w:r>'
    return marks[0] + instruction + marks[1] + "<w:r><w:t/></w:r>" + marks[2]


def running_heads(document: Any, styles: Styles) -> None:
    """One head per kind of chapter and turn of the page, one foot; word.lua names them by their relation's id."""
    for name in ("Header", "Footer"):
        font(styles.get(name), 9)
        paragraph(styles.get(name))
        for old in styles.by_id[name].element.pPr.findall(qn("w:tabs")):
            styles.by_id[name].element.pPr.remove(old)
    border(styles.by_id["Header"], "bottom")
    for kind, chapter in HEADS.items():
        for turn, width in TEXT_WIDTH.items():
            inside = simple_field("TITLE")
            if chapter:
                number = "" if kind == "Plain" else simple_field(f"{chapter} \\n")
                inside += "<w:r><w:tab/></w:r>" + number + simple_field(chapter)
            tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
            content = f'<w:p><w:pPr><w:pStyle w:val="Header"/>{tabs}</w:pPr>{inside}</w:p>'
            part(document, "hdr", "header", f"rIdHeader{kind}{turn}", f"header{kind}{turn}", content)
    content = f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="center"/></w:pPr>{simple_field("PAGE")}</w:p>'
    part(document, "ftr", "footer", "rIdFooter", "footer", content)


def part(document: Any, tag: str, kind: str, relation: str, name: str, content: str) -> None:
    content_type = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{tag} {nsdecls("w")}>{content}</w:{tag}>'
    new = Part(PackURI(f"/word/{name}.xml"), content_type, xml.encode(), document.part.package)
    kinds = {"header": RELATIONSHIP_TYPE.HEADER, "footer": RELATIONSHIP_TYPE.FOOTER}
    document.part.rels.add_relationship(kinds[kind], new, relation)


def page(document: Any) -> None:
    """A4; Pandoc takes the width of text and figures from here."""
    section = document.sections[0]
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.left_margin = section.right_margin = Twips(1587)
    section.top_margin = section.bottom_margin = Twips(1440)


def settings(document: Any) -> None:
    """Word 2013 and later without compatibility mode; punctuation may close up."""
    root = document.settings.element
    for old in root.findall(qn("w:characterSpacingControl")):
        old.set(qn("w:val"), "compressPunctuation")
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    root.find(qn("w:characterSpacingControl")).addnext(parse_xml(f"<w:compat {nsdecls('w')}>{mode}</w:compat>"))
    for old in root.findall(qn("w:themeFontLang")):
        old.set(qn("w:eastAsia"), "zh-CN")


def make() -> bytes:
    command = [str(find_pandoc()), "--print-default-data-file", "reference.docx"]
    document = Document(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))
    styles = Styles(document)
    fewer_styles(styles)
    body_styles(styles)
    heading_styles(styles)
    float_styles(styles)
    cover_styles(styles)
    list_styles(styles)
    running_heads(document, styles)
    page(document)
    settings(document)
    style_list(styles)
    made = io.BytesIO()
    document.save(made)
    return packed(made.getvalue())


def packed(document: bytes) -> bytes:
    """The same files under fixed times and in a fixed order; no clock in the properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(make())
    sys.stdout.write(f"{TARGET.name}\n")
