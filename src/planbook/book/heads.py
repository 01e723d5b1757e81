"""Running heads of the Word file that name their chapter before anything computes their fields.

Word fills in a head as it lays out pages; viewers, mail programs and older LibreOffice show what the file holds. So
each chapter gets copies of the reference document's heads, with the title, the chapter's number and its name in place.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from planbook.package import part_bytes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TITLES = ("Heading1", "Appendix1", "Unnumbered1")  # paragraph styles of chapters' titles
RELATIONS, TYPES = "word/_rels/document.xml.rels", "[Content_Types].xml"
Element = etree._Element


def name_chapters(document: Element, parts: dict[str, bytes], title: str) -> None:
    """Gives every section's head to its own chapter; `document` and `parts` are changed in place.

    A section belongs to one chapter: the last whose title stands in or before it.
    """
    relations, types = etree.fromstring(parts[RELATIONS]), etree.fromstring(parts[TYPES])
    patterns = {one.get("Id", ""): one for one in relations if one.get("Type", "").endswith("/header")}
    names = {f"/word/{pattern.get('Target')}" for pattern in patterns.values()}
    kinds = {kind.get("PartName", ""): kind for kind in types if kind.get("PartName") in names}
    given: dict[tuple[str, str], str] = {}
    for reference, chapter in _references(document):
        pattern = patterns[reference.get(R_ID, "")]
        name = f"/word/{pattern.get('Target')}"
        number = len(given) + 1
        if (name, chapter) not in given:
            given[name, chapter] = f"rIdHead{number}"
            _add_like(pattern, Id=f"rIdHead{number}", Target=f"head{number}.xml")
            _add_like(kinds[name], PartName=f"/word/head{number}.xml")
            parts[f"word/head{number}.xml"] = _filled(parts[name[1:]], title, chapter)
        reference.set(R_ID, given[name, chapter])
    for pattern in patterns.values():
        relations.remove(pattern)
    for name, kind in kinds.items():
        types.remove(kind)
        del parts[name[1:]]
    parts[RELATIONS], parts[TYPES] = part_bytes(relations), part_bytes(types)


def _add_like(entry: Element, **changes: str) -> None:
    parent = entry.getparent()
    assert parent is not None
    etree.SubElement(parent, entry.tag, {str(key): str(value) for key, value in entry.items()} | changes)


def _references(document: Element) -> Iterator[tuple[Element, str]]:
    """Every reference of a section to its head, with the chapter as the contents name it: 第一章　概述."""
    listed = {
        link.get(f"{W}anchor", ""): "".join(text.text or "" for text in link[0].iter(f"{W}t"))
        for link in document.iter(f"{W}hyperlink")
        if _style(link.getparent()) == "TOC1"
    }
    chapter = ""
    for block in document[0]:
        if _style(block) in TITLES:
            marks = [mark.get(f"{W}name", "") for mark in block.iter(f"{W}bookmarkStart")]
            chapter = next(listed[mark] for mark in marks if mark in listed)
        section = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            yield from ((reference, chapter) for reference in section.iter(f"{W}headerReference"))


def _style(paragraph: Element | None) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle") if paragraph is not None else None
    return style.get(f"{W}val", "") if style is not None else ""


def _filled(part: bytes, title: str, chapter: str) -> bytes:
    """The head with its fields' results in place: the title, a chapter's number if it shows one, its name."""
    head = etree.fromstring(part)
    codes = [(code.text or "").strip() for code in head.iter(f"{W}instrText")]
    number, gap, name = chapter.partition("　") if any(code.endswith("\\n") for code in codes) else ("", "", chapter)
    code = ""
    for mark in head.iter(f"{W}instrText", f"{W}t"):
        if mark.tag == f"{W}instrText":
            code = (mark.text or "").strip()
        else:
            mark.text = title if code == "TITLE" else number + gap if code.endswith("\\n") else name
    return part_bytes(head)
