"""Areas in ㎡ where 万㎡ is asked, money in 元 where 万元 is: found by what a household has, and put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from planbook.survey.amounts import factor_of, stored
from planbook.survey.check import Bounds, Row, issue
from planbook.survey.clean import PLACES, plain
from planbook.survey.form import Column
from planbook.survey.issues import Correction, Issue

TIMES = 10000
# of a column as a whole: bare numbers mostly above are in the small unit, mostly below in the large one
DIVIDES = {"area": 100, "investment": 30000, "per_household": 100}
MOST_AREA = Decimal(100)  # 万㎡ of one community, where households do not tell


def column_unit(column: Column, said: str, values: Sequence[object]) -> str:
    """The unit a column's bare numbers are in: what its header says, unless most of them are out of all proportion."""
    divide = DIVIDES.get(column.key)
    numbers = [number for value in values if (number := stored(value)) is not None and number > 0]
    if divide is None or len(numbers) < 3:
        return said
    small = factor_of(said, column.unit) == Decimal(1) / TIMES
    middle = median(numbers)
    if small and middle < divide:
        return column.unit
    if not small and sum(1 for number in numbers if number > divide) >= 0.8 * len(numbers):
        return column.unit.removeprefix("万")
    return said


@dataclass(frozen=True)
class Scaled:
    """Rows with their amounts in the form's units; what was put right, and that it should be looked at."""

    rows: list[Row]
    issues: list[Issue]
    corrections: list[Correction]


def scaled(rows: Sequence[Row], bounds: Bounds) -> Scaled:
    """Rows of communities whose amounts fit a household only when divided by 10000 get them divided."""
    out = Scaled([], [], [])
    for row in rows:
        changed = dict(_wrong(row, bounds))
        for key, value in changed.items():
            cell, header = row.place(key), next(c.header for c in row.sheet.columns if c.key == key)
            message = f"“{header}”填的是“{cell.text}”，像是以{_small(key)}为单位，暂按{value}读取，请核对单位。"
            out.issues.append(issue(cell, "unit-guess", message, value))
            out.corrections.append(Correction(cell.file, cell.sheet, cell.address, cell.text, str(value), "scale"))
        out.rows.append(replace(row, values={**row.values, **changed}) if changed else row)
    return out


def _small(key: str) -> str:
    return "平方米" if key == "area" else "元"


def _wrong(row: Row, bounds: Bounds) -> Iterator[tuple[str, Decimal]]:
    households, checks = row.values.get("households"), bounds.checks
    area, cost, each = (row.values.get(key) for key in ("area", "investment", "per_household"))
    people = Decimal(households) if isinstance(households, int) and households else None
    if isinstance(area, Decimal):
        if people:
            span, has = checks.area_per_household, area * TIMES / people
            if not span.holds(has) and span.holds(has / TIMES):
                yield "area", _divided(area)
        elif area > MOST_AREA and span_of_area(area / TIMES):
            yield "area", _divided(area)
    if isinstance(cost, Decimal) and people:
        span, has = checks.investment_per_household, cost / people
        if not span.holds(has) and span.holds(has / TIMES):
            cost = _divided(cost)
            yield "investment", cost
    if isinstance(each, Decimal):
        span = checks.investment_per_household
        if not span.holds(each) and span.holds(each / TIMES):
            yield "per_household", _divided(each)


def span_of_area(area: Decimal) -> bool:
    return Decimal("0.005") <= area <= MOST_AREA


def _divided(number: Decimal) -> Decimal:
    return plain((number / TIMES).quantize(PLACES, ROUND_HALF_UP))
