"""The search over a book: its sections, figures and tables as text, and the same text in initials of pinyin.

The index is a script that assigns a variable, because a page on disk may not fetch a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import html

HAN = re.compile("[\u3400-\u9fff]+")
VARIABLE = "planbookSearch"
APART = ("figure", "section")  # entries of their own
CELL, ROW = "\x1f", "\x1e"
BREAKS = {"td": CELL, "th": CELL, "tr": ROW} | dict.fromkeys(
    ("p", "li", "div", "h1", "h2", "h3", "h4", "figcaption", "dt", "dd"), " "
)

Entry = tuple[str, str, str, str, str, str]


def search_index(pages: Mapping[str, bytes]) -> bytes:
    """The script for a book's pages (name → content, in the order of the book).

    One entry for each section, figure and table: page, anchor, title, chapter, text and its initials. The text
    begins with the title and a line's end, a table has a line for each row and a tab between cells; the initials have
    one letter for each of its characters, in lower case.
    """
    entries = [entry for name, content in pages.items() for entry in _entries(name, content)]
    return f"window.{VARIABLE}={json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def initials(text: str) -> str:
    """幸福里3号A → xfl3ha: the first letter of each character's reading in its phrase; other signs as they are."""
    return HAN.sub(lambda run: _read(run[0]), text.lower())


@lru_cache(1 << 16)
def _read(run: str) -> str:
    """The initials of Chinese signs in a row; a book says most rows of them many times over."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a third of a second, and only the website needs it

    return "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))


def _entries(page: str, content: bytes) -> Iterator[Entry]:
    main = html.document_fromstring(content.decode("utf-8")).find(".//main")
    chapter = ""
    for element in main.iter(*APART) if main is not None else ():
        anchor = element.get("id") or ""
        head = element.find("figcaption") if element.tag == "figure" else element.find(f"./{_heading(element)}")
        if not anchor or head is None:
            continue
        title = _text(head)
        if element.tag == "section" and "level1" in (element.get("class") or ""):
            chapter = title
        text = f"{title}\n{_text(element, without=head)}"
        yield page, anchor, title, "" if title == chapter else chapter, text, initials(text)


def _heading(section: html.HtmlElement) -> str:
    return next((str(child.tag) for child in section if child.tag in ("h1", "h2", "h3", "h4")), "h1")


def _text(element: html.HtmlElement, without: html.HtmlElement | None = None) -> str:
    """What an element says itself, without the sections, figures and tools in it: in one line, but a table's rows."""
    lines = (line.split(CELL) for line in "".join(_pieces(element, without)).split(ROW))
    said = ("\t".join(" ".join(cell.split()) for cell in line).rstrip("\t") for line in lines)
    return "\n".join(filter(None, said))


def _pieces(element: html.HtmlElement, without: html.HtmlElement | None) -> Iterator[str]:
    if element.tag == "table":
        yield ROW
    yield element.text or ""
    for child in element:
        skipped = child is without or child.tag in APART or child.get("class") in ("plan-tools", "page-source", "turn")
        if isinstance(child.tag, str) and not skipped:
            yield from _pieces(child, None)
        yield BREAKS.get(child.tag, "") * int(
            child.get("colspan", "1") if child.tag == "td" else 1
        )  # below their heads
        yield child.tail or ""
