"""Where the book's numbers come from, as the annex lists it (数据来源) and as an appendix of the document prints it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from planbook.book.grids import BLANK, NUMBER, REFERENCES
from planbook.book.places import Place
from planbook.book.sheets import Cell, Grid, Sheet, number_form, plain_header
from planbook.report.facts import MISSING
from planbook.report.rows import numbers_in, ranges
from planbook.survey.store import Survey
from planbook.trace.build import behind
from planbook.trace.received import addresses

SHEET, PROJECTS = "数据来源", "小区清单"
STATUS = {"ok": "有效", **MISSING}
HEADS = ("编号", "数值", "单位", "计算方法", "状态", "所在章节", "由何计算", "调查表位置", "小区清单", "小区清单各行")
MOST_NAMED, MOST_LOCATED = 12, 200  # facts that one rests on, named one by one; characters of rows in workbooks
LONGEST = 1000  # characters of a cell; an address list beyond is cut, and said to be

Facts = Mapping[str, Mapping[str, Any]]
Listed = Mapping[tuple[str, str, int], int]


def rows_listed(survey: Survey, first: int) -> Listed:
    """A community's address in its workbook → its row on the sheet 小区清单, whose body begins at `first`."""
    frame = survey.communities
    places = zip(frame["file"], frame["sheet"], frame["row"], strict=True)
    return {(file, sheet, int(row)): first + at for at, (file, sheet, row) in enumerate(places)}


def sources_sheet(
    facts: Facts, places: Mapping[str, Sequence[Place]], listed: Listed, counties: Sequence[str]
) -> Sheet:
    """All facts of the book, each with its formula, its rows in the workbooks, and a link to those in 小区清单; ids
    that name one of `counties` are in the plan's order."""
    body = [_row(id, facts, places.get(id, ()), listed) for id in sorted(facts, key=_order(counties))]
    grid = Grid(SHEET, plain_header(*HEADS), body, filter=True)
    about = "书中全部数据：计算方法、所在章节、调查表位置；点击“小区清单”一栏转到该表"
    return Sheet(SHEET, about, [grid] if body else [], "规划正文没有发布数据，本页没有内容。")


def _order(counties: Sequence[str]) -> Callable[[str], list[tuple[int, str]]]:
    """By the parts of an id, letter by letter, but counties in this order."""
    ranks = {county: rank for rank, county in enumerate(counties)}
    return lambda id: [(ranks.get(part, -1), part) for part in id.split(".")]


def _row(id: str, facts: Facts, places: Sequence[Place], listed: Listed) -> list[Cell]:
    fact, sources = facts[id], all_sources(facts, id)
    rows = sorted({listed[address] for address in addresses(sources) if address in listed})
    link = f"{PROJECTS}!A{rows[0]}" if rows else ""
    of = list(dict.fromkeys(fact["of"]))
    named = "、".join(of[:MOST_NAMED]) + (f"等{len(of)}项" if len(of) > MOST_NAMED else "")
    first = f"首行{rows[0]}，共{len(rows)}行" if len(rows) > 1 else f"第{rows[0]}行" if rows else BLANK
    at = spans(ranges(rows)).replace("、", "、 ")  # a line of numbers breaks nowhere but at a space
    sections = "；".join(dict.fromkeys(place.section for place in places))
    return [
        Cell(id), _amount(fact), Cell(fact["unit"], "center"), Cell(fact["how"]),
        Cell(STATUS[fact["status"]], "center"), Cell(sections or BLANK), Cell(named or BLANK),
        Cell(_located(sources, listed) or BLANK), Cell(first, link=link), Cell(_cut(at) or BLANK),
    ]  # fmt: skip


def _located(sources: Sequence[Mapping[str, Any]], listed: Listed) -> str:
    """The rows in the workbooks, in the order of 小区清单, a file's name once for all its sheets. A long list of rows
    that 小区清单 has, too, is left to it."""
    order = {file: row for (file, _sheet, _row), row in reversed(list(listed.items()))}
    out, files = [], [""]
    for place in sorted(merged(sources), key=lambda place: order.get(place.get("file", ""), math.inf)):
        file = f"{place['file']} " if "rows" in place else ""
        out.append(said(place).removeprefix(file if file == files[-1] else ""))
        files.append(file)
    whole, books = "；".join(out), list(dict.fromkeys(filter(None, files)))
    if not books or len(whole) <= MOST_LOCATED or not all(address in listed for address in addresses(sources)):
        return _cut(whole)
    return books[0].strip() + (f"等{len(books)}个文件" if len(books) > 1 else "") + f"，各行见{PROJECTS}的“调查表位置”"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……"


def _amount(fact: Mapping[str, Any]) -> Cell:
    """A fact's exact value, shown as it is printed; names and missing values are text."""
    printed = fact["display"]
    if fact["status"] != "ok" or not fact["unit"] or not NUMBER.fullmatch(printed):
        return Cell(printed, "right")
    value = fact["value"] if isinstance(fact["value"], int) else Decimal(fact["value"])
    return Cell(value, "right", number_form(len(printed.partition(".")[2])))


def all_sources(facts: Facts, id: str) -> list[Mapping[str, Any]]:
    """The sources of a fact and of all it was computed from."""
    return [source for one in behind(facts, [id]) for source in facts[one]["sources"]]


def merged(sources: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each sheet once, with all its rows."""
    rows: dict[tuple[str, str], set[int]] = {}
    others: dict[str, dict[str, Any]] = {}
    for source in sources:
        if "rows" in source:
            rows.setdefault((source["file"], source["sheet"]), set()).update(numbers_in(source["rows"]))
        else:
            others[said(source)] = dict(source)
    by_sheet = [{"file": f, "sheet": s, "rows": ranges(sorted(found))} for (f, s), found in sorted(rows.items())]
    return [*by_sheet, *others.values()]


def spans(rows: str) -> str:
    """5-9,12 → 5至9、12"""
    return rows.replace("-", "至").replace(",", "、")


def reference_name(source: Mapping[str, Any]) -> str:
    """What a reference table is called in documents; empty for a workbook of the survey."""
    return REFERENCES.get(str(source.get("file", "")).rpartition("/")[2], "")


def said(source: Mapping[str, Any]) -> str:
    """甲县.xlsx 2000年底以前 第5至9、12行"""
    if "params" in source:
        return f"规划参数 {source['params']}"
    place = f"第{spans(source['rows'])}行" if "rows" in source else source["cells"].replace(",", "、")
    return " ".join(filter(None, (reference_name(source) or source["file"], source["sheet"], place)))
