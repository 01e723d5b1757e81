"""The appendix 数据来源: what the chapters before it print, and where each number comes from.

The annex has the same by id and row by row; here formulas are in full, but for the rows, which are counted beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from planbook.book.narrative import Markdown, Published, table_block
from planbook.book.places import LISTING, Place, Places, caption_numbers, facts_drawn, find_places, section_numbers
from planbook.book.sources import all_sources, merged, reference_name, spans
from planbook.report.rows import numbers_in
from planbook.report.tables import Head, Table

BRIEF = 24  # characters of row numbers; longer lists are counted
LINE = 12  # characters of a sheet and its rows that the last column holds in one line
COUNTED = re.compile(r"（\d+行）")  # in a formula; the last column counts them, too
FACTS = (
    Head("序号", key="number", align="center", width=6),
    Head("数值", key="value", align="left", width=13),  # of all units, and names: no column of figures to line up
    Head("所在章节", key="section", align="left", width=21),
    Head("计算方法", key="how", align="left", width=36),
    Head("数据所在的行", key="rows", align="left", width=24),
)
AUDIT, BREAKERS = "audit", "注：规则检查用到列入计划的全部小区、年度计划表和改造内容目录，所列的是不符合规则的行。"
ITEMS = (
    Head("编号", key="number", align="left", width=11),
    Head("表名、图名", key="name", align="left", width=31),
    Head("所在章节", key="section", align="left", width=23),
    Head("数据（个）", key="count", width=10),
    Head("数据所在的行", key="rows", align="left", width=25),
)


class Provenance:
    """`texts`: assembled chapters by file name, filled as the book is assembled; `appendices`: which are such."""

    def __init__(self, texts: Mapping[str, str], published: Published, appendices: Collection[str] = ()) -> None:
        self._texts, self._published, self._appendices = texts, published, appendices

    @property
    def count(self) -> int:
        """How many lines the list of facts has."""
        return len(_alike(self._published.facts, self._places().in_text))

    def _said(self, sources: Iterable[Mapping[str, Any]]) -> str:
        """A book of several workbooks names the one that has all the rows."""
        facts = self._published.facts.values()
        books = {Path(s["file"]).stem for fact in facts for s in fact["sources"] if s.get("sheet")}
        return rows_said(sources, named=len(books) > 1)

    def _places(self) -> Places:
        return find_places(self._texts, self._published.figures)

    def facts(self) -> Markdown:
        """The facts of running text, in its order; those that are one number to a reader are one line."""
        places, facts = self._places(), self._published.facts
        names = section_numbers(self._texts, self._appendices)
        rows, groups = [], _alike(facts, places.in_text)
        for number, ids in enumerate(groups, 1):
            fact = facts[ids[0]]
            sections = _sections(names, (place for id in ids for place in places.facts[id] if not place.within))
            rows.append((str(number), fact["display"], sections, _method(fact), self._said(all_sources(facts, ids[0]))))
        table = Table(LISTING, "正文数据的来源", FACTS, tuple(rows), small=True).as_dict()
        for row, (id, *_others) in zip(table["body"], groups, strict=True):
            row[1] |= {"fact": id, "unit": facts[id]["unit"]}
        return table_block(table)

    def items(self) -> Markdown:
        """Tables that hold data, then figures, each in the order of the book."""
        places, published = self._places(), self._published
        numbers = caption_numbers(self._texts, self._appendices)
        sections = section_numbers(self._texts, self._appendices)
        rows = []
        for kind, label, found in (("tables", "tbl", places.tables), ("figures", "fig", places.figures)):
            for id, where in found.items():
                item = getattr(published, kind).get(id)
                sources, count = _behind(published, item) if item else ([], 0)
                if count:
                    name = numbers[f"{label}-{id}"]
                    rows.append((name, item["caption"], _sections(sections, where), str(count), self._said(sources)))
        notes = (BREAKERS,) if AUDIT in places.tables else ()
        return table_block(
            Table("sources-items", "表格和图的数据来源", ITEMS, tuple(rows), notes=notes, small=True).as_dict()
        )


def _sections(names: Mapping[tuple[str, str, str], str], places: Iterable[Place]) -> str:
    """The first section, and how many there are: who looks a number up comes from where he read it first."""
    first, *others = dict.fromkeys(places)
    name = names.get((first.file, first.section, first.anchor), first.section)
    return name + (f"等{len(others) + 1}处" if others else "")


def _method(fact: Mapping[str, Any]) -> str:
    return COUNTED.sub("", fact["how"])


def _alike(facts: Mapping[str, Mapping[str, Any]], ids: Iterable[str]) -> list[list[str]]:
    """Facts that print the same, were computed in the same way and rest on the same rows, together."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id in ids:
        fact = facts[id]
        groups[fact["display"], fact["unit"], _method(fact), repr(merged(all_sources(facts, id)))].append(id)
    return list(groups.values())


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


def rows_said(sources: Iterable[Mapping[str, Any]], named: bool = False) -> str:
    """2000年底以前第5、6行 where one workbook has few rows; else how many rows, of which sheet or of how many, in how
    many workbooks. Each sheet has its own line, the workbooks have theirs; one that is `named` stands above."""
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
    listed = [_of_sheet(sheet, rows) for sheet, by in sheets.items() for rows in by.values()]
    if len(files) == 1 and len("；".join(listed)) <= BRIEF:
        said = "\n".join([*(Path(file).stem for file in files if named), *listed])
    else:
        count = sum(len(numbers_in(rows)) for by in sheets.values() for rows in by.values())
        of = f"{len(sheets)}张工作表" if len(sheets) > 1 else "".join(sheets)
        said = f"{of}{count}行" if count else ""
        said += f"\n（{len(files)}个工作簿）" if len(files) > 1 else ""
    return "\n".join(filter(None, (said, *others))) or "—"


def _of_sheet(sheet: str, rows: str) -> str:
    said = f"第{spans(rows)}行"
    return f"{sheet}{said}" if len(sheet + said) <= LINE else f"{sheet}\n{said}"
