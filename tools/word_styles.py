"""The styles of the Word file: which there are, what an office reads as their names, and what holds for all of them."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
FACES = {"ascii": LATIN, "hAnsi": LATIN, "eastAsia": SONG, "cs": LATIN}
LEVELS = (1, 2, 3, 4)
# Own styles: ids as the filters' Word code and book/word.py know them, names as an office reads them in its list of
# styles and as filters ask for them. Word and WPS translate the names of their own styles (heading 1 is 标题 1).
NAMES = {
    "ImageCaption": "图题", "TableCaption": "表题", "CaptionedFigure": "图片", "TableUnit": "表格单位",
    "TableText": "表格文字", "TableHead": "表头文字", "TableTextSmall": "表格小字", "TableHeadSmall": "表头小字",
    "TableTextWide": "横页表格文字", "TableHeadWide": "横页表头文字", "TableNote": "表注",
    "NoteTitle": "提示标题", "Note": "提示",
    **{f"Appendix{level}": f"附录标题 {level}" for level in LEVELS},
    **{f"Unnumbered{level}": f"无编号标题 {level}" for level in LEVELS},
    "CoverEdition": "封面稿次", "CoverNote": "封面说明", "CoverMaker": "封面单位", "CoverSurvey": "封面数据来源",
    "CoverHeading": "责任页标题", "CoverPerson": "责任页人员", "CoverSpace": "封面间距", "TableEnd": "表后间距",
}  # fmt: skip
MARKS = {"TableSmall": "规划表格小字", "TableWide": "规划表格横页"}  # as Table: what differs is the type in their cells
SPACERS = ("CoverSpace", "TableEnd")  # of no use to a writer
BUILTIN = {
    "TOC1": "toc 1", "TOC2": "toc 2", "TableofFigures": "table of figures", "Header": "header", "Footer": "footer",
}  # fmt: skip
RENAMED = {"Caption": "caption", "FootnoteText": "footnote text", "FootnoteReference": "footnote reference"}
# Pandoc's, for what no chapter may hold, and the character styles beside its paragraph styles
UNUSED = (
    *("Author", "AbstractTitle", "Abstract", "Bibliography", "DefinitionTerm", "Definition", "FootnoteBlockText"),
    *("TitleChar", "SubtitleChar", "BodyTextChar", "SectionNumber", "Figure", "VerbatimChar"),
    *(f"Heading{level}Char" for level in range(1, 10)), *(f"Heading{level}" for level in range(5, 10)),
)  # fmt: skip
FONTS = {SONG: "SimSun", HEI: "SimHei", LATIN: ""}  # with the names that systems without Chinese ones know


class Styles:
    """The document's paragraph styles by id, made where they are missing."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.by_id = {style.style_id: style for style in document.styles}

    def get(self, id_: str, based: str = "Normal") -> Any:
        if id_ not in self.by_id:
            name = BUILTIN.get(id_) or NAMES[id_]
            new = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=id_ in BUILTIN)
            new.element.set(qn("w:styleId"), id_)
            new.base_style = self.by_id[based]
            self.by_id[id_] = new
        return self.by_id[id_]


def fewer_styles(styles: Styles) -> None:
    """Away with what no chapter can use, and with the links to it."""
    for id_ in UNUSED:
        styles.by_id[id_].element.getparent().remove(styles.by_id.pop(id_).element)
    for style in styles.by_id.values():
        for link in style.element.findall(qn("w:link")):
            style.element.remove(link)
        base = style.element.find(qn("w:basedOn"))
        if base is not None and base.get(qn("w:val")) in UNUSED:
            default = "Normal" if style.type == WD_STYLE_TYPE.PARAGRAPH else "DefaultParagraphFont"
            base.set(qn("w:val"), default)
    for id_, name in {**RENAMED, **{id_: NAMES[id_] for id_ in NAMES if id_ in styles.by_id}}.items():
        styles.by_id[id_].element.find(qn("w:name")).set(qn("w:val"), name)


def style_list(styles: Styles) -> None:
    """What holds for all styles, when the last one is there."""
    ranks(styles)
    without_theme(styles.document)
    defaults(styles.document)
    normal_table(styles.document)
    font_table(styles.document)


def ranks(styles: Styles) -> None:
    """The list of styles shows those of a plan, in the order of use, and no others until someone asks for them."""
    order = {
        "Normal": 1,
        "BodyText": 1,
        "Compact": 2,
        "Caption": 35,
        **dict.fromkeys(BUILTIN, 39),
        **{id_: n for n, id_ in enumerate(NAMES, 40)},
    }
    for id_, style in styles.by_id.items():
        style.hidden = id_ in (*SPACERS, "DefaultParagraphFont")
        style.priority = order.get(id_, style.priority)
        style.quick_style = id_ not in SPACERS and (id_ in NAMES or style.quick_style)
    latent = styles.document.styles.element.find(qn("w:latentStyles"))
    for key, value in (("UIPriority", "99"), ("SemiHidden", "1"), ("UnhideWhenUsed", "1")):
        latent.set(qn(f"w:def{key}"), value)


def defaults(document: Any) -> None:
    """Chinese first, for the spelling check and line breaks of Word; fonts that Windows and Office for Mac have."""
    run = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in run.findall(qn("w:lang")) + run.findall(qn("w:rFonts")):
        run.remove(old)
    fonts = "".join(f' w:{key}="{name}"' for key, name in FACES.items())
    run.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')}{fonts}/>"))
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def without_theme(document: Any) -> None:
    """A theme's font or colour would beat the one that is named beside it."""
    for element in list(document.styles.element.iter(qn("w:rFonts"), qn("w:color"))):
        for key in [key for key in element.attrib if "heme" in key]:
            del element.attrib[key]
        if not element.attrib:
            element.getparent().remove(element)


def normal_table(document: Any) -> None:
    """The style all tables rest on, which Pandoc's document names and lacks."""
    margins = '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    style = (
        f'<w:style {nsdecls("w")} w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f'<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )
    document.styles.element.append(parse_xml(style))


def font_table(document: Any) -> None:
    rows = "".join(
        f'<w:font w:name="{name}">'
        + (f'<w:altName w:val="{other}"/><w:charset w:val="86"/>' if other else '<w:charset w:val="00"/>')
        + "</w:font>"
        for name, other in FONTS.items()
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{rows}</w:fonts>'
    (table,) = (part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    table._blob = xml.encode()
