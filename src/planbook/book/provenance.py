"""The appendix 数据来源: what the chapters before it print, and where each number comes from.

The annex has the same by id and row by row; here formulas are in full, but for the rows, which are counted beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from planbook.book.narrative import Markdown, Published, table_block
from planbook.book.places import LISTING, Place, Places, facts_drawn, find_places
from planbook.book.sources import all_sources, merged, reference_name
from planbook.report.rows import numbers_in
from planbook.report.tables import Head, Table

BRIEF = 24  # characters of row numbers; longer lists are counted
COUNTED = re.compile(r"（\d+行）")  # in a formula; the last column counts them, too
FACTS = (
    Head("序号", key="number", align="center", width=7),
    Head("数值", key="value", align="left", width=14),  # of all units, and names: no column of figures to line up
    Head("所在章节", key="section", align="left", width=17),
    Head("计算方法", key="how", align="left", width=39),
    Head("数据所在的行", key="rows", align="left", width=23),
)
ITEMS = (
    Head("序号", key="number", align="center", width=7),
    Head("表名、图名", key="name", align="left", width=33),
    Head("所在章节", key="section", align="left", width=22),
    Head("数据（个）", key="count", width=10),
    Head("数据所在的行", key="rows", align="left", width=28),
)


class Provenance:
    """`texts`: assembled chapters by file name, filled as the book is assembled."""

    def __init__(self, texts: Mapping[str, str], published: Published) -> None:
        self._texts, self._published = texts, published

    @property
    def count(self) -> int:
        """How many different facts running text prints."""
        return len(self._places().in_text())

    def _places(self) -> Places:
        return find_places(self._texts, self._published.figures)

    def facts(self) -> Markdown:
        """The facts of running text, in the order of the book."""
        places, facts = self._places(), self._published.facts
        rows, ids = [], places.in_text()
        for number, id in enumerate(ids, 1):
            fact = facts[id]
            sections = _sections(place for place in places.facts[id] if not place.within)
            where = rows_said(all_sources(facts, id))
            rows.append((str(number), fact["display"], sections, COUNTED.sub("", fact["how"]), where))
        table = Table(LISTING, "正文数据的来源", FACTS, tuple(rows), small=True).as_dict()
        for row, id in zip(table["body"], ids, strict=True):
            row[1] |= {"fact": id, "unit": facts[id]["unit"]}
        return table_block(table)

    def items(self) -> Markdown:
        """Tables and figures that hold data, in the order of the book."""
        places, published = self._places(), self._published
        rows = []
        for kind, found in (("tables", places.tables), ("figures", places.figures)):
            for id, where in found.items():
                item = getattr(published, kind).get(id)
                sources, count = _behind(published, item) if item else ([], 0)
                if count:
                    rows.append((item["caption"], _sections(where), str(count), rows_said(sources)))
        numbered = tuple((str(number), *row) for number, row in enumerate(rows, 1))
        return table_block(Table("sources-items", "表格和图的数据来源", ITEMS, numbered, small=True).as_dict())


def _sections(places: Iterable[Place]) -> str:
    """The first section, and how many there are: who looks a number up comes from where he read it first."""
    names = list(dict.fromkeys(place.section for place in places))
    return names[0] + (f"等{len(names)}处" if len(names) > 1 else "")


def _behind(published: Published, item: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], int]:
    """The sources of a table's or a figure's cells, and how many of them hold data."""
    if "data" in item:
        ids = facts_drawn(item)
        return [source for id in ids for source in all_sources(published.facts, id)], len(ids)
    cells = [cell for row in (*item["body"], item["foot"] or ()) for cell in row]
    ids = [cell["fact"] for cell in cells if "fact" in cell]
    shown = [cell["source"] for cell in cells if "source" in cell]
    sources = [source for id in dict.fromkeys(ids) for source in all_sources(published.facts, id)]
    return [*sources, *shown], len(ids) + len(shown)


def rows_said(sources: Iterable[Mapping[str, Any]]) -> str:
    """2000年底以前第5、6行 where one workbook has few rows; else how many rows, of which sheet or of how many, in how
    many workbooks."""
    sheets: dict[str, dict[str, str]] = defaultdict(dict)
    others: dict[str, None] = {}
    for source in merged(sources):
        if "params" in source:
            others["规划参数"] = None
        elif name := reference_name(source):
            others[f"{name}{len(numbers_in(source['rows']))}行"] = None
        elif "rows" in source:
            round = source["file"].rpartition("/")[0]  # of the round compared with
            sheet = f"{source['sheet']}（{round}）" if round else source["sheet"]
            sheets[sheet][source["file"]] = source["rows"]
        else:
            others["核对记录"] = None
    files = {file for rows in sheets.values() for file in rows}
    listed = "；".join(f"{s}第{rows.replace(',', '、')}行" for s, by in sheets.items() for rows in by.values())
    if len(files) == 1 and len(listed) <= BRIEF:
        said = listed
    else:
        count = sum(len(numbers_in(rows)) for by in sheets.values() for rows in by.values())
        of = f"{len(sheets)}张工作表" if len(sheets) > 1 else "".join(sheets)
        said = f"{of}{count}行" if count else ""
        said += f"（{len(files)}个工作簿）" if len(files) > 1 else ""
    return "；".join(filter(None, (said, *others))) or "—"
