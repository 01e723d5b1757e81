"""Where a line may end on the website: in prose not within a unit, in a cell not before it either, in a title before
its last words. And how wide a phone's columns are: as wide as a column's longest text needs, not as on paper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil, sqrt

from lxml import html

UNITS = (
    "万平方米", "平方米/户", "平方米", "万元/户", "万元", "户/栋", "户", "栋", "个百分点", "个县（市）", "个", "份",
    "行", "项", "分", "件", "条", "处", "年[底度]?", "%", "㎡", "米", "m(?![a-z])",
)  # fmt: skip
UNIT = "|".join(UNITS)
NUMBER = r'<span class="fact"[^>]*>-?\d[^<]*</span>'
FACT = f"{NUMBER}(?:{UNIT})"
# a justified line would be pulled apart by what is longer than a unit
MEASURED = re.compile(f"({NUMBER})({UNIT})")
# within a cell also what is no fact, and a unit in brackets; a tag is passed over
TOGETHER = re.compile(rf"({FACT})|(<[^>]*>)|(\d[\d.,]*(?:{UNIT})|（[^（）<>]{{1,6}}）)")
CELL = re.compile(r"(?<=<td)([^>]*>)(.*?)(?=</td>)", re.S)
TABLE = re.compile(r"<table\b.*?</table>", re.S)
COLUMN = re.compile(r'(<col style="width: [\d.]+%)(?=">)')
TITLE = re.compile(r'(?<=<p class="bar-title">).*?(?=</p>)|(?<=<p class="cover-title" ).*?(?=</p>)', re.S)
FIRST = re.compile(r"(?<=<tr>)<t[dh][^>]*>[^<]*|<th[^>]*>[^<]*")  # the row's name, and heads: no word is torn
CAPTION = re.compile("(?<=</span>\u3000)[^<>的]{2,13}的(?=[^<>]{2,}</figcaption>)")  # breaks after 的
LONG = re.compile("[\u3400-\u9fff]{9,}")
PARTS = re.compile("(?<=[\u3400-\u9fff]{6})(?=老旧小区)|(?<=[\u3400-\u9fff])(?=专项规划)")
ALIGNED = re.compile("right|center")
BRIEF, LEAST, WIDEST = 7.5, 6, 14  # em


def well_broken(page: bytes) -> bytes:
    """The page with what belongs together kept in one line, and its tables' columns measured."""
    text = TABLE.sub(lambda found: _measured(_cells(found[0])), page.decode("utf-8"))
    text = "".join(one if one.startswith("<table") else MEASURED.sub(_unit, one) for one in _apart(text))
    return TITLE.sub(lambda found: title_parts(found[0]), CAPTION.sub(_whole, text)).encode()


def title_parts(title: str) -> str:
    """某县老旧小区改造专项规划, with the places where its line may end."""
    return PARTS.sub("<wbr>", title)


def _apart(text: str) -> list[str]:
    """The tables, and what is between them."""
    return re.split(f"({TABLE.pattern})", text, flags=re.S)


def _whole(found: re.Match[str]) -> str:
    return f'<span class="whole">{found[0]}</span>'


def _unit(found: re.Match[str]) -> str:
    number, unit = found.groups()
    return f'{number}<span class="whole">{unit}</span>' if len(unit) > 1 else found[0]


def _cells(table: str) -> str:
    def kept(found: re.Match[str]) -> str:
        return found[0] if found[2] else _whole(found)

    table = FIRST.sub(lambda cell: LONG.sub(_halved, cell[0]).replace("年底以", "年底<wbr>以"), table)
    return CELL.sub(lambda cell: cell[1] + TOGETHER.sub(kept, cell[2]), table)


def _halved(run: re.Match[str]) -> str:
    """A name of nine signs or more in two parts, what is longer in as many as are of eight at most."""
    size = ceil(len(run[0]) / ceil(len(run[0]) / 8))
    return "<wbr>".join(run[0][at : at + size] for at in range(0, len(run[0]), size))


def _measured(table: str) -> str:
    """`--em` for each column of words, in em; a column without is as narrow as its figures and its head allow."""
    count = len(COLUMN.findall(table))
    if not count:
        return table
    rows = html.fragment_fromstring(table).xpath("./tbody/tr | ./tfoot/tr")
    widths = iter([_em([row[column] for row in rows if len(row) == count]) for column in range(count)])
    return COLUMN.sub(lambda found: found[0] + (f"; --em: {em}" if (em := next(widths)) else ""), table)


def _em(cells: Sequence[html.HtmlElement]) -> int:
    words = [cell.text_content().strip("\n ") for cell in cells if not ALIGNED.search(cell.get("style") or "")]
    return ceil(max((_room(sum(1 if sign > "\u2e7f" else 0.6 for sign in text)) for text in words), default=0))


def _room(length: float) -> float:
    """How wide a text of so many em should be: in one line, in two, or with a third as many lines as signs in each."""
    if length <= BRIEF:
        return length
    return length / 2 if length <= 2 * LEAST else min(WIDEST, max(LEAST, 1.6 * sqrt(length)))
