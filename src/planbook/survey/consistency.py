"""Rules that look at more than one cell of a county's rows. Their codes are declared in `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from planbook.survey import form
from planbook.survey.check import Bounds, Row, row_issue
from planbook.survey.issues import Issue
from planbook.survey.names import similar
from planbook.survey.text import squeezed

Rows = Sequence[Row]
Rule = Callable[[Rows, Bounds], Iterable[Issue]]
AREA_TIMES = 10000  # ㎡ of a 万㎡
LEEWAY = Decimal("0.02")  # of the per-household column, as a share


def _communities(rows: Rows) -> list[Row]:
    return [row for row in rows if row.sheet.key in form.COMMUNITY_SHEETS]


def _number(row: Row, key: str) -> Decimal | None:
    value = row.values.get(key)
    return Decimal(value) if isinstance(value, int | Decimal) else None


def year_sheet(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """Built by the end of 2000 stands on the first sheet, later on the second; historic ones on the third."""
    names: dict[str, str] = {key: form.sheet(key).name for key in form.COMMUNITY_SHEETS}
    for row in _communities(rows):
        year = row.values.get("year_built")
        if isinstance(year, int) and row.sheet.key in ("before", "after"):
            fitting = "before" if year <= form.LAST_BEFORE else "after"
            if fitting != row.sheet.key:
                message = f"{year}年建成的小区应填在“{names[fitting]}”表，请将本行移到该表，或更正建成时间。"
                yield row_issue(row, "year_built", "year-sheet", message)


def scope(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """Built too late for the plan; funded already; planned outside the period."""
    for row in _communities(rows):
        year, planned, funded = (row.values.get(key) for key in ("year_built", "plan_year", "funded_year"))
        if isinstance(year, int) and year > bounds.built_latest:
            late = f"{year}年建成，晚于{bounds.built_latest}年，不在改造范围"
            if planned is not None:
                yield row_issue(row, "year_built", "too-late", f"{late}，却填了计划改造年度，请核对。")
            else:
                yield row_issue(row, "year_built", "out-of-scope", f"{late}，只登记、不列入计划。")
        if planned is not None and funded in bounds.funded_years:
            message = f"本小区已列入{funded}年中央补助，不得重复列入{planned}年度计划，请核对。"
            yield row_issue(row, "plan_year", "funded-twice", message)
        if isinstance(planned, int) and not bounds.first <= planned <= bounds.last:
            message = f"计划改造年度{planned}年不在规划期{bounds.first}—{bounds.last}年内，请核对。"
            yield row_issue(row, "plan_year", "plan-period", message)


def density(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """Households of a building and area of a household; the cell that both speak against is named."""
    for row in _communities(rows):
        households, buildings, area = (_number(row, key) for key in ("households", "buildings", "area"))
        each, space = _crowding(row, bounds)
        if each is not None:
            key = "buildings" if space is None else "households"
            message = f"{households}户、{buildings}栋，平均每栋{each:.1f}户，请核对户数与楼栋数是否填错或填反。"
            yield row_issue(row, key, "density", message)
            if space is not None and bounds.checks.households_per_building.holds(1 / each):
                yield row_issue(row, "buildings", "density", message)
        elif space is not None:
            message = f"面积{area}万平方米、{households}户，户均{space:.1f}平方米，请核对面积及其单位、户数。"
            yield row_issue(row, "area", "area", message)


def _crowding(row: Row, bounds: Bounds) -> tuple[Decimal | None, Decimal | None]:
    """Households of a building and ㎡ of a household, each None where it is likely or cannot be told."""
    households, buildings, area = (_number(row, key) for key in ("households", "buildings", "area"))
    each = households / buildings if households and buildings else None
    space = area * AREA_TIMES / households if area and households else None
    return (
        None if each is None or bounds.checks.households_per_building.holds(each) else each,
        None if space is None or bounds.checks.area_per_household.holds(space) else space,
    )


def money(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """Investment of a household, and the column that says it."""
    span, tolerance = bounds.checks.investment_per_household, bounds.checks.per_household_tolerance
    for row in _communities(rows):
        if None not in _crowding(row, bounds):
            continue  # its households are wrong, and said to be
        cost, households, said = (_number(row, key) for key in ("investment", "households", "per_household"))
        each = cost / households if cost and households else None
        if each is not None and said is not None and abs(each - said) > max(tolerance, each * LEEWAY):
            message = f"总投资{cost}万元÷{households}户＝{each:.2f}万元，与所填{said}万元不符，请核对。"
            wrong = "investment" if not span.holds(each) and span.holds(said) else "per_household"
            yield row_issue(row, wrong, "per-household", message)
        elif each is not None and not span.holds(each):
            message = f"总投资{cost}万元、{households}户，户均{each:.2f}万元，请核对投资额及其单位。"
            yield row_issue(row, "investment", "cost", message)
        elif each is None and cost and (most := _most_households(row, bounds)) and cost > most * span.most:
            message = f"总投资{cost}万元，按楼栋数或面积至多{most:.0f}户，请核对投资额及其单位。"
            yield row_issue(row, "investment", "cost", message)
        elif each is None and said is not None and not span.holds(said):
            yield row_issue(row, "per_household", "cost", f"户均改造资金{said}万元，请核对数额及其单位。")


def _most_households(row: Row, bounds: Bounds) -> Decimal | None:
    """How many households a community whose own number cannot be read has at the most; None: nothing tells."""
    buildings, area = _number(row, "buildings"), _number(row, "area")
    by_buildings = buildings * bounds.checks.households_per_building.most if buildings else None
    by_area = area * AREA_TIMES / bounds.checks.area_per_household.least if area else None
    return min((most for most in (by_buildings, by_area) if most), default=None)


def duplicates(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """A community stands once on the three sheets together, and once on the questionnaire's."""
    seen: dict[tuple[bool, str], Row] = {}
    for row in rows:
        name = row.values.get("name")
        if not name:
            continue
        first = seen.setdefault((row.sheet.key == "willingness", squeezed(str(name))), row)
        if first is not row:
            place = first.place("name")
            message = f"本小区已填在“{place.sheet}”表第{first.number}行，请删去重复的一行，或更正小区名称。"
            yield row_issue(row, "name", "duplicate", message)


def near_duplicates(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    for row, first in similar([row for row in _communities(rows) if row.values.get("name")], bounds):
        message = (
            f"与“{first.place('name').sheet}”表第{first.number}行的“{first.values['name']}”几乎相同，"
            "请核对是否为同一小区；如是，请删去一行。"
        )
        yield row_issue(row, "name", "similar-name", message)


def unknown_communities(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """The questionnaire is about communities of the three sheets."""
    communities = _communities(rows)
    known = {squeezed(str(row.values["name"])) for row in communities if row.values.get("name")}
    asked = [row for row in rows if row.sheet.key == "willingness" and row.values.get("name")]
    strange = [row for row in asked if squeezed(str(row.values["name"])) not in known]
    unnamed = len(communities) - len(known)  # without a name, or with another's: these say so themselves
    if known and len(strange) > unnamed:
        for row in strange:
            name = row.values["name"]
            message = f"摸底调研情况表中没有“{name}”，请使两表的小区名称一致，或补填该小区。"
            yield row_issue(row, "name", "unknown-community", message)


def questionnaire(rows: Rows, bounds: Bounds) -> Iterator[Issue]:
    """returned ≤ sent; willing + neutral + unwilling = returned; willing_to_pay ≤ returned."""
    for row in rows:
        if row.sheet.key != "willingness":
            continue
        numbers = {key: value for key, value in row.values.items() if isinstance(value, int)}
        sent, returned, paying = (numbers.get(key) for key in ("sent", "returned", "willing_to_pay"))
        answers = [numbers[key] for key in ("willing", "neutral", "unwilling") if key in numbers]
        if returned is None:
            continue
        if sent is not None and returned > sent:
            message = f"收回问卷{returned}份多于发放的{sent}份，请核对。"
            yield row_issue(row, "returned", "questionnaire", message)
        if len(answers) == 3 and sum(answers) != returned:
            message = f"愿意、无所谓、不愿意合计{sum(answers)}份，与收回的{returned}份不等，请核对。"
            yield row_issue(row, "returned", "questionnaire", message)
        if paying is not None and paying > returned:
            message = f"愿意出资{paying}份多于收回的{returned}份，请核对。"
            yield row_issue(row, "willing_to_pay", "questionnaire", message)


# over all rows of one county, in this order
ROW_RULES: tuple[Rule, ...] = (
    year_sheet,
    scope,
    density,
    money,
    duplicates,
    near_duplicates,
    unknown_communities,
    questionnaire,
)
