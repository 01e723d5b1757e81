"""Reference data: the catalogue of what may be renovated, the policy register and the renovation standards.

Three CSV files in data/. A file's faults are all reported at once (planbook.csvfile).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planbook.csvfile import Column, Table, nearest, read_table
from planbook.project import Project
from planbook.words import _

CATEGORIES = (("基础类", "J", "basic"), ("完善类", "W", "improve"), ("提升类", "T", "enhance"))
TIERS = ("必选", "优选", "可选")
DECISIONS = "决策部署"  # narrated in chapter 1
LISTS = ("法律法规", "政策标准")  # the numbered lists of chapter 2
LEVELS = ("党中央", "国务院", "国家部门", "自治区")
KINDS = ("会议", "讲话", "文件", "法律", "标准", "其他")
SCOPES = ("国家", "自治区", "县（市）")
STRICTNESS = ("应", "宜", "可")

ID = Column("id", unique=True, pattern="[a-z0-9]+(-[a-z0-9]+)*", example="guobanfa-2020-23")
CATEGORY = Column("category", words=tuple(name for name, _prefix, _key in CATEGORIES))

CATALOGUE = (
    Column("code", unique=True, pattern=r"[JWT]\d{2}", example="J01"),
    CATEGORY,
    Column("subitem"),
    Column("item", unique=True),
    Column("tier", words=TIERS),
    Column("assumed", "flag", absent=True),
)
POLICIES = (
    ID,
    Column("section", "list", words=(DECISIONS, *LISTS)),
    Column("level", required=False, words=LEVELS),
    Column("kind", words=KINDS),
    Column("date", "date", required=False),
    Column("issuer", required=False),
    Column("title", pattern="[^《].*", example="政府工作报告"),
    Column("number", required=False, unique=True),
    Column("gist", required=False),
    Column("order", "whole", required=False),
    Column("status", required=False),
    Column("scope", words=SCOPES),
    Column("note", required=False),
)
STANDARDS = (
    ID,
    CATEGORY,
    Column("subitem"),
    Column("item", required=False),
    Column("codes", "list"),
    Column("requirement"),
    Column("value", required=False),
    Column("unit", required=False),
    Column("strictness", words=STRICTNESS),
    Column("source", required=False),
    Column("assumed", "flag"),
    Column("historic", "flag", absent=True),
)

Report = Callable[[Path], None]


@dataclass(frozen=True, eq=False)
class Reference:
    """The three tables. Each row has `file`, `sheet` ("") and `row`, too; an empty cell is "", never missing.

    catalogue: code, category, subitem, item, tier; assumed (bool).
    policies:  id, level, kind, issuer, title (without 《》), number, gist, status, scope, note;
               section (tuple of words); date ("", YYYY, YYYY-MM or YYYY-MM-DD: as exact as it is known);
               order (Int64: position in its list of chapter 2, missing for what stands in chapter 1 alone).
    standards: id, category, subitem, item ("" where several are concerned), requirement ({} where value and unit
               stand in it), value, unit, strictness, source; codes (tuple of catalogue codes); assumed (bool: no
               source of the plan states it); historic (bool: says what protection of historic buildings demands).
    """

    catalogue: pd.DataFrame
    policies: pd.DataFrame
    standards: pd.DataFrame

    def item_name(self, code: str) -> str:
        """J05 → 排水. KeyError if the catalogue has no such code."""
        found = self.catalogue.loc[self.catalogue["code"] == code, "item"]
        if found.empty:
            raise KeyError(code)
        return str(found.iloc[0])


def load_reference(project: Project, report: Report = lambda path: None) -> Reference:
    """The project's reference data; `report` is told of every file looked for. InputError lists a file's faults."""
    catalogue = _read(project, "catalogue.csv", CATALOGUE, report)
    _check_catalogue(catalogue)
    items = catalogue.frame()
    policies = _read(project, "policies.csv", POLICIES, report)
    _check_policies(policies)
    register = policies.frame()
    standards = _read(project, "standards.csv", STANDARDS, report)
    _check_standards(standards, items, register)
    return Reference(items, register, standards.frame())


def _read(project: Project, name: str, columns: tuple[Column, ...], report: Report) -> Table:
    path = project.data / name
    report(path)
    return read_table(path, path.relative_to(project.root).as_posix(), columns)


def _check_catalogue(table: Table) -> None:
    prefixes = {name: prefix for name, prefix, _key in CATEGORIES}
    for record, code in table.filled("code"):
        category = record["category"]
        if category and code[0] != prefixes[category]:
            message = _("{code} is not a code of {category}").format(code=code, category=category)
            cure = _("codes of {category} begin with {prefix}").format(category=category, prefix=prefixes[category])
            table.fault(record["row"], "code", message, cure)


def _check_policies(table: Table) -> None:
    """What chapter 1 narrates needs a level and a gist; what chapter 2 lists a place of its own in its list."""
    taken: dict[tuple[str, int], int] = {}
    for record, sections in table.filled("section"):
        row, order = record["row"], record["order"]
        lists = [name for name in LISTS if name in sections]
        for column in ("level", "gist") if DECISIONS in sections else ():
            if record[column] == "":
                table.fault(row, column, _("empty"), _("{section} needs it").format(section=DECISIONS))
        if order == "" and lists:
            table.fault(row, "order", _("empty"), _("give its position in the list {list}").format(list=lists[0]))
        elif order and not lists:
            table.fault(row, "order", _("in no list of chapter 2"), _("empty it, or add the list to section"))
        for name in lists if order else ():
            if (name, order) in taken:
                message = _("{value} stands in row {row}, too").format(value=order, row=taken[name, order])
                table.fault(row, "order", message, _("give each entry of {list} its own").format(list=name))
            taken.setdefault((name, order), row)


def _check_standards(table: Table, catalogue: pd.DataFrame, policies: pd.DataFrame) -> None:
    """Codes are the catalogue's, under its own names; a source is a document of the register."""
    items = {str(item["code"]): item for item in catalogue.to_dict("records")}
    for record, codes in table.filled("codes"):
        for code in codes:
            if code in items:
                _check_names(table, record, items[code], ("category", "subitem"))
            else:
                message = _("the catalogue has no {code}").format(code=code)
                table.fault(record["row"], "codes", message, _("see the codes in data/catalogue.csv"))
        if len(codes) == 1 and codes[0] in items:
            _check_names(table, record, items[codes[0]], ("item",))
        elif len(codes) > 1 and record["item"]:
            cure = _("leave item empty where a requirement concerns several")
            table.fault(record["row"], "item", _("one item, but {n} codes").format(n=len(codes)), cure)
    sources = _source_names(policies)
    for record in table.records:
        source = record["source"]
        if source and source not in sources:
            message = _("data/policies.csv has no document {title}").format(title=source)
            table.fault(record["row"], "source", message, nearest(source, sources))
        elif source == "" and record["assumed"] is False:
            table.fault(record["row"], "source", _("empty"), _("name the document, or set assumed to true"))


def _check_names(table: Table, record: dict[str, Any], item: dict[Any, Any], columns: tuple[str, ...]) -> None:
    for column in columns:
        if record[column] and record[column] != item[column]:
            message = _("{code} stands under {name} in the catalogue").format(code=item["code"], name=item[column])
            table.fault(record["row"], column, message, _("did you mean {near}?").format(near=item[column]))


def _source_names(policies: pd.DataFrame) -> list[str]:
    """How a source may be named: title, title（status）or number."""
    names: list[str] = []
    for document in policies.to_dict("records"):
        status = f"{document['title']}（{document['status']}）" if document["status"] else ""
        names += [name for name in (document["title"], status, document["number"]) if name]
    return names
