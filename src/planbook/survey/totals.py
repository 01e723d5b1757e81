"""Sums that a workbook states, checked against its rows: subtotals of a table, and the annual form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from planbook.survey import form
from planbook.survey.body import Body, Total
from planbook.survey.check import Bounds, Row, issue, row_issue
from planbook.survey.form import Column
from planbook.survey.headers import COLUMNS, Kind
from planbook.survey.issues import Issue

DECIDING = ("plan_year", "year_built", "funded_year", "name", "county")  # on which year and part a row counts
NOT_SUMMED = ("per_household",)
# whose doubts are an amount's, too: of two that contradict each other, one cell is named and the other may be wrong
DOUBTED_BY = {
    "households": ("households", "buildings"),
    "buildings": ("buildings", "households"),
    "investment": ("investment", "per_household"),
}
MOST_TIMES = 3  # of the largest amount of a community, that one which cannot be read may be
ANYTHING = Decimal(10**9)
MOST_DOUBTED = 8  # rows whose doubts may explain a difference: 2 to the power of it are tried

Places = set[tuple[str, str, str]]  # (file, sheet, cell)
Doubted = Mapping[int, frozenset[str]]  # id of a row → keys of its doubted cells; rows without doubts are not there


def subtotals(kind: Kind, body: Body, bounds: Bounds) -> Iterator[Issue]:
    """A total is right when it is the sum of all rows, of those since the total above it, or until the one below."""
    columns = [c for c in COLUMNS[kind] if c.kind in ("decimal", "count") and c.key not in NOT_SUMMED]
    ends = [total.above for total in body.totals]
    for place, total in enumerate(body.totals):
        start = max([0, *(end for end in ends[:place] if end < total.above)])
        stop = next((end for end in ends[place + 1 :] if end > total.above), len(body.rows))
        parts = [body.rows, body.rows[start : total.above], body.rows[total.above : stop], body.rows[: total.above]]
        wrong = [list(_wrong(total, columns, part, bounds)) for part in parts if part]
        for column, value, right in min(wrong, key=len, default=[]):
            message = f"合计行“{column.header}”填{value}，按各行相加应为{right}，请核对。"
            yield issue(total.cells[column.key], "subtotal", message, value)


def _wrong(
    total: Total, columns: Sequence[Column], rows: Sequence[Row], bounds: Bounds
) -> Iterator[tuple[Column, Decimal, Decimal]]:
    for column in columns:
        said = total.values.get(column.key)
        values = [row.values.get(column.key) for row in rows]
        unread = any(v is None and not row.place(column.key).blank for v, row in zip(values, rows, strict=True))
        if isinstance(said, int | Decimal) and not unread:
            right = sum((Decimal(v) for v in values if isinstance(v, int | Decimal)), Decimal(0))
            if abs(right - said) > (bounds.checks.total_tolerance if column.kind == "decimal" else 0):
                yield column, Decimal(said), right


def annual_form(rows: Sequence[Row], bounds: Bounds, doubted: Places) -> Iterator[Issue]:
    """The annual form says the sums of the communities that are planned for the year and may be.

    `doubted`: cells with an issue. Where a doubted row explains a difference, nothing is said: its own cell says it.
    """
    seen: dict[int, Row] = {}
    communities = [row for row in rows if row.sheet.key in form.COMMUNITY_SHEETS]
    unsure = _doubted(communities, doubted)
    for row in (row for row in rows if row.sheet.key == "annual"):
        year = row.values.get("year")
        if not isinstance(year, int):
            continue
        first = seen.setdefault(year, row)
        if first is not row:
            message = f"{year}年度已填在第{first.number}行，请删去重复的一行，或更正年度。"
            yield row_issue(row, "year", "annual-repeat", message)
        elif communities:
            yield from _year(row, year, communities, bounds, unsure)


def nothing_planned(rows: Sequence[Row], bounds: Bounds) -> Places:
    """Cells of the annual form that are blank where nothing is planned: that is no answer left out."""
    communities = [row for row in rows if row.sheet.key in form.COMMUNITY_SHEETS]
    found: Places = set()
    for row in (row for row in rows if row.sheet.key == "annual"):
        members = [c for c in communities if c.values.get("plan_year") == row.values.get("year")]
        idle = [part for part, _head in form.PARTS if not any(_in_part(c, part, bounds) for c in members)]
        for key in (f"{key}_{part}" for key, _group, _unit in form.MEASURES for part in idle):
            cell = row.cells.get(key)
            if members and cell and cell.blank:
                found.add((cell.file, cell.sheet, cell.address))
    return found


def _doubted(rows: Sequence[Row], places: Places) -> Doubted:
    lines = {(file, sheet, cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for file, sheet, cell in places}
    found = {}
    for row in rows:
        place = row.place("name")
        if (place.file, place.sheet, str(row.number)) in lines:
            found[id(row)] = frozenset(k for k, c in row.cells.items() if (c.file, c.sheet, c.address) in places)
    return found


def _year(row: Row, year: int, communities: Sequence[Row], bounds: Bounds, doubted: Doubted) -> Iterator[Issue]:
    members = [c for c in communities if c.values.get("plan_year") == year]
    eligible = [c for c in members if _eligible(c, bounds)]
    unsure = [c for c in communities if _unsure(c, doubted, DECIDING)][:MOST_DOUBTED]
    wrong = False
    for key, group, _unit in form.MEASURES:
        vague = [c for c in [*members, *unsure] if _unsure(c, doubted, DOUBTED_BY.get(key, (key,)))]
        most = MOST_TIMES * max(_value(c, key) for c in communities) or ANYTHING
        for part, head in form.PARTS:
            said = row.values.get(f"{key}_{part}")
            if not isinstance(said, int | Decimal):
                continue
            right, every = (_sum(rows, key, part, bounds) for rows in (eligible, members))
            shifts = _shifts(unsure, eligible, key, part, bounds)
            leeway = bounds.checks.total_tolerance if isinstance(said, Decimal) else Decimal(0)
            here = [c for c in vague if _in_part(c, part, bounds)]
            less, more = leeway + sum((_value(c, key) for c in here), Decimal(0)), leeway + most * len(here)
            if not any(-less <= said - total - shift <= more for total in (right, every) for shift in shifts):
                wrong = True
                message = f"{group}“{head}”填{said}，按{year}年度各小区相加应为{right}，请核对本表或各小区。"
                yield row_issue(row, f"{key}_{part}", "annual-form", message)
    if not wrong:
        yield from _parts(row, bounds)


def _shifts(unsure: Sequence[Row], eligible: Sequence[Row], key: str, part: str, bounds: Bounds) -> set[Decimal]:
    """By how much the sum may be off because rows that are in doubt may belong elsewhere."""
    counted = [row for row in eligible if _in_part(row, part, bounds)]
    shifts = {Decimal(0)}
    for row in unsure:
        amount = _value(row, key)
        shifts |= {shift - amount if row in counted else shift + amount for shift in shifts}
    return shifts


def _parts(row: Row, bounds: Bounds) -> Iterator[Issue]:
    """before + after = total."""
    for key, group, _unit in form.MEASURES:
        before, after, total = (row.values.get(f"{key}_{part}") for part, _head in form.PARTS)
        if isinstance(before, int | Decimal) and isinstance(after, int | Decimal) and isinstance(total, int | Decimal):
            both = Decimal(before) + Decimal(after)
            if abs(both - total) > (bounds.checks.total_tolerance if isinstance(total, Decimal) else 0):
                message = f"{group}两部分之和为{both}，与合计{total}不符，请核对。"
                yield row_issue(row, f"{key}_total", "annual-part", message)


def _eligible(row: Row, bounds: Bounds) -> bool:
    year = row.values.get("year_built")
    late = isinstance(year, int) and year > bounds.built_latest
    return not late and row.values.get("funded_year") not in bounds.funded_years


def _unsure(row: Row, doubted: Doubted, keys: Sequence[str]) -> bool:
    return not doubted.get(id(row), frozenset()).isdisjoint(keys)


def _in_part(row: Row, part: str, bounds: Bounds) -> bool:
    year = row.values.get("year_built")
    before = year <= bounds.built_before if isinstance(year, int) else row.sheet.key != "after"
    return part == "total" or (part == "before") == before


def _value(row: Row, key: str) -> Decimal:
    value = 1 if key == "communities" else row.values.get(key)
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _sum(rows: Sequence[Row], key: str, part: str, bounds: Bounds) -> Decimal:
    return sum((_value(row, key) for row in rows if _in_part(row, part, bounds)), Decimal(0))
