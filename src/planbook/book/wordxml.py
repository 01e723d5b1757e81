"""The few words of WordprocessingML that all steps on a Word file need."""

from __future__ import annotations

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Element = etree._Element


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def first(parent: Element, name: str) -> Element:
    """The properties element a parent begins with, made if missing."""
    found = parent.find(w(name))
    if found is None:
        found = etree.Element(w(name))
        parent.insert(0, found)
    return found


def paragraph_style(block: Element | None) -> str:
    """The id of a paragraph's style; nothing for one of the default style, or for what is no paragraph."""
    style = block.find(f"{w('pPr')}/{w('pStyle')}") if block is not None else None
    return style.get(w("val"), "") if style is not None else ""


def text_of(element: Element) -> str:
    """The text within an element."""
    return "".join(text.text or "" for text in element.iter(w("t")))
