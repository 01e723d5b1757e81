"""Building, and reading what was built: the texts of the four formats, and the facts they print."""

from __future__ import annotations

import json
import re
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree, html
from pypdfium2 import PdfDocument

from planbook.pipeline import Order, Outcome, build
from planbook.project import Project

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(project: Project, *units: str, **order: Any) -> dict[str, Outcome]:
    """Builds, and holds that nothing went wrong."""
    outcomes = {outcome.unit: outcome for outcome in build(project, Order(units, **order))}
    assert not any(o.fault for o in outcomes.values()), [o.fault for o in outcomes.values()]
    assert not any(o.doubts for o in outcomes.values()), [str(doubt) for o in outcomes.values() for doubt in o.doubts]
    return outcomes


def facts_of(project: Project, unit: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.build / "2020-08" / unit / "facts.json").read_text("utf-8"))
    return found


def squeeze(text: str) -> str:
    """Without white space: lines break elsewhere in every format."""
    return re.sub(r"\s+", "", text)


def html_pages(folder: Path) -> dict[str, html.HtmlElement]:
    return {path.name: html.parse(str(path)).getroot() for path in sorted(folder.glob("*.html"))}


def html_facts(folder: Path) -> dict[str, set[str]]:
    """Every printed fact: its id and the texts it is printed with."""
    out: dict[str, set[str]] = defaultdict(set)
    for page in html_pages(folder).values():
        for span in page.iter("span"):
            if "fact" in (span.get("class") or "").split():
                out[span.get("data-fact")].add(span.text_content())
    return out


def word_body(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))[0]


def word_text(element: etree._Element) -> str:
    """What is printed, with the hyphens that never break."""
    pieces = element.iter(f"{WORD}t", f"{WORD}noBreakHyphen")
    return "".join("-" if piece.tag == f"{WORD}noBreakHyphen" else piece.text or "" for piece in pieces)


def word_facts(path: Path) -> dict[str, set[str]]:
    out: dict[str, set[str]] = defaultdict(set)
    for control in word_body(path).iter(f"{WORD}sdt"):
        tag = control.find(f"{WORD}sdtPr/{WORD}tag").get(f"{WORD}val")
        if not tag.startswith(("fig-", "tbl-")):
            out[tag].add(word_text(control))
    return out


def word_paragraphs(path: Path) -> list[str]:
    """The running text's paragraphs, without tables and lists of contents."""
    out = []
    for paragraph in word_body(path).iterchildren(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        if style is not None and style.get(f"{WORD}val") in ("BodyText", "FirstParagraph"):
            out.append(word_text(paragraph))
    return out


def word_rows(path: Path) -> list[list[str]]:
    """The cells of every table row that is no header."""
    rows = (row for row in word_body(path).iter(f"{WORD}tr") if row.find(f"{WORD}trPr/{WORD}tblHeader") is None)
    return [[word_text(cell) for cell in row.iter(f"{WORD}tc")] for row in rows]


def pdf_text(path: Path) -> str:
    """The PDF's text without running heads and page numbers."""
    pages = []
    for page in PdfDocument(path):
        lines = page.get_textpage().get_text_range().splitlines()
        body = lines[:-1] if re.fullmatch(r"[IVX]+|\d+", lines[-1]) else lines
        pages.append("\n".join(line for line in body if "老旧小区改造专项规划" not in line or "《" in line))
    return "\n".join(pages)


def annex_facts(path: Path) -> dict[str, tuple[object, str]]:
    """Sheet 数据来源: value and unit of every fact."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["数据来源"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] and "编号" in str(row))
    names = [str(cell) for cell in rows[head] if cell is not None]
    at = {name: names.index(name) for name in names}
    id_, value, unit = (next(at[n] for n in names if word in n) for word in ("编号", "数值", "单位"))
    return {str(row[id_]): (row[value], str(row[unit] or "")) for row in rows[head + 1 :] if row[id_]}
