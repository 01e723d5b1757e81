"""What a difference is called. `_` is gettext: in the user's language on the terminal, in Chinese in a document."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from planbook.analysis.rules import VERDICTS
from planbook.book.record import EARLIER
from planbook.book.trace import OTHERS
from planbook.compare.causes import Cause, Edit
from planbook.compare.facts import FactChange, said
from planbook.compare.grids import GridChange
from planbook.compare.narrative import Said
from planbook.compare.rows import Pair
from planbook.compare.thresholds import Severity
from planbook.params import Params
from planbook.report.facts import COLUMN_NAMES
from planbook.survey import form

Words = Callable[[str], str]

LABELS = {column.key: column.label for column in (*form.WILLINGNESS_COLUMNS, *form.COMMUNITY_COLUMNS)}
CODES = {
    "code": "编号", "category": "改造类别", "subitem": "子项", "item": "改造内容", "tier": "档次", "title": "名称",
    "number": "文号", "requirement": "要求", "source": "出处", "gist": "主要内容", "year": "年度",
}  # fmt: skip

POINTS = "个百分点"
SHARES = ("%", POINTS)


def column_name(key: str) -> str:
    """A column as documents call it."""
    known = COLUMN_NAMES.get(key, ("", ""))[0]
    return LABELS.get(key) or known or CODES.get(key) or OTHERS.get(key, key)


def cause(one: Cause, _: Words) -> str:
    """One line: what happened to whom."""
    where = f"{one.county}{one.subject}" if one.county not in ("", one.subject) else one.subject
    heads = {
        "round": _("the survey round"),
        "county-lost": _("{where} is not in this round; its {count} communities are gone"),
        "county-came": _("{where} is new in this round, with {count} communities"),
        "community-gone": _("{where} is gone"),
        "community-came": _("{where} is new"),
        "community-renamed": _("{where} has another name"),
        "row-changed": _("{where} was filled in otherwise"),
        "row-gone": _("{where}: the row is gone from {table}"),
        "row-came": _("{where}: a new row of {table}"),
        "item-gone": _("{where} is gone from {table}"),
        "item-came": _("{where} is new in {table}"),
        "item-changed": _("{where} of {table} reads otherwise"),
        "parameter": _("the parameter {where}"),
        "together": _("several of these together"),
        "sentence": _("{where}: {count} sentences were written otherwise"),
        "method": _("notebooks, styles or planbook itself"),
    }
    title = Params.name_of(one.subject) if one.what == "parameter" else ""
    where = f"{title}（{one.subject}）" if title else where
    head = heads[one.what].format(where=where, count=one.rows, table=table_name(one.table, _))
    told = "；".join(edit(each) for each in one.edits[:4]) + ("……" if len(one.edits) > 4 else "")
    return f"{head}：{told}" if told else head


def edit(one: Edit) -> str:
    if not (one.before or one.after):
        return one.key
    name = "" if one.key in ("round",) or "." in one.key else column_name(one.key)
    return f"{name} {one.before or '—'} → {one.after or '—'}".strip()


def table_name(table: str, _: Words) -> str:
    if table.startswith(EARLIER):
        return _("{table} of the earlier round").format(table=table_name(table.removeprefix(EARLIER), _))
    return {
        "communities": _("the list of communities"), "annual": _("the annual plan"),
        "willingness": _("the questionnaire"), "catalogue": _("the catalogue"), "policies": _("the policies"),
        "standards": _("the standards"),
    }.get(table, table)  # fmt: skip


def fact_values(change: FactChange) -> tuple[str, str]:
    return said(change.before) or "—", said(change.after) or "—"


def amount(change: FactChange) -> str:
    """+1, −0.03: as exact as it matters; of two percentages the points between them."""
    if change.difference is None:
        return ""
    return signed(change.difference) + (POINTS if change.fact["unit"] in SHARES else "")


def percent(change: FactChange) -> str:
    """Of the old value; of a percentage nobody wants a percentage."""
    found = change.percent
    return "" if found is None or change.fact["unit"] in SHARES else f"{signed(found)}%"


def signed(value: Decimal) -> str:
    """With its sign, and two places or as many more as it takes to show any."""
    places = 2 if abs(value) >= Decimal("0.01") or not value else 4
    text = format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"+{text}" if value > 0 else text.replace("-", "−")


def reason(pair: Pair, _: Words, *, place: bool = True) -> str:
    """A row behind a change, and what of it; where, if `place`."""
    row = pair.row
    who = f"{row.county}{row.called}"
    if not pair.before:
        return _("{who}, new: {place}").format(who=who, place=row.place())
    if not pair.after:
        return _("{who}, gone: {place}").format(who=who, place=row.place())
    told = "；".join(
        f"{column_name(key)} {pair.before.values.get(key, '') or '—'} → {pair.after.values.get(key, '') or '—'}"
        for key in pair.columns
    )
    where = f"（{row.place(pair.columns[0] if len(pair.columns) == 1 else '')}）" if place else ""
    return f"{who} {told}{where}" if told else who


def severity(one: Severity, _: Words) -> str:
    return {"loss": _("loss"), "major": _("major"), "minor": _("minor"), "slight": _("slight")}[one]


def sentence(one: Said, _: Words) -> str:
    return {
        "moved": _("its numbers changed"), "follows": _("follows the data"), "rewritten": _("rewritten"),
        "added": _("added"), "removed": _("removed"),
    }[one]  # fmt: skip


def verdict(one: str) -> str:
    return next((name for key, name in VERDICTS.items() if key == one), "—")


def grid_notes(change: GridChange, _: Words) -> list[str]:
    """What came and went in a table, cells apart."""
    out = []
    for names, words in (
        (change.rows_gone, _("rows gone: {names}")), (change.rows_come, _("new rows: {names}")),
        (change.columns_gone, _("columns gone: {names}")), (change.columns_come, _("new columns: {names}")),
    ):  # fmt: skip
        if names:
            more = f"（+{len(names) - 8}）" if len(names) > 8 else ""
            out.append(words.format(names="、".join(names[:8]) + more))
    if change.kind != "changed":
        out.append(_("appeared") if change.kind == "appeared" else _("disappeared"))
    if change.reordered:
        out.append(_("the rows stand in another order"))
    return out
