"""What one cell says: a reader for each kind of column, from a cell's stored value to a typed one.

Well-formed cells are read verbatim; the few automatic mends are named in MENDS, and whatever cannot be read comes back
as a doubt, with no value. Rules across cells are in `check`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from planbook.survey.form import ITEM_NAMES, ITEMS, Column, Kind
from planbook.survey.workbook import Cell

# rule of a Correction → what was done, as the appendix of corrections says it
MENDS = {
    "blank": "去掉首尾空格和换行",
    "alias": "县（市）曾用名、简称按现名读取",
    "places": "四舍五入保留四位小数",
    "repeat": "重复填写的序号只计一次",
}
FIRST_YEAR = 1900
LAST_PLAN_YEAR = 2100
PLACES = Decimal("0.0001")

# category → number as written on the form → code; name of an item → code
CODES = {category: {str(i): f"{category}{i:02}" for i in range(1, len(names) + 1)} for category, names in ITEMS.items()}
NAMED = {name: code for code, name in ITEM_NAMES.items()}


@dataclass(frozen=True)
class County:
    """How the reader knows a county: unit id, name as in params, code of the division, other and former names."""

    id: str
    name: str
    code: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Context:
    """What reading a cell needs to know beside the cell: whose workbook it is, the survey's year (None: not known)."""

    county: County
    surveyed: int | None = None


@dataclass(frozen=True)
class Doubt:
    """Why a cell cannot be used: a code of check.RULES and one Chinese sentence that says what to do."""

    code: str
    message: str


@dataclass(frozen=True)
class Reading:
    """A cell's value (None: blank or unusable; lists of codes: ()), the mend it took, the doubt that prevented it."""

    value: object = None
    mend: str = ""
    doubt: Doubt | None = None


def read(cell: Cell, column: Column, context: Context) -> Reading:
    """The cell's value as its column's kind wants it: str, int, Decimal (at most 4 places) or a tuple of codes."""
    empty = () if column.kind in ("items", "concerns") else None
    if cell.flaw:
        reading = _flawed(cell, column)
    elif not cell.blank:
        reading = READERS[column.kind](cell, column, context)
    elif column.required:
        reading = _doubt("missing", f"请填写“{column.header}”。")
    else:
        reading = Reading(empty)
    return Reading(empty, doubt=reading.doubt) if reading.doubt else reading


def _doubt(code: str, message: str) -> Reading:
    return Reading(doubt=Doubt(code, message))


def _flawed(cell: Cell, column: Column) -> Reading:
    if cell.flaw == "error-value":
        return _doubt("error-value", f"“{column.header}”的公式出错，请改正公式或直接填写数值。")
    return _doubt("no-value", f"“{column.header}”的公式没有计算结果，请用表格软件打开并重新保存，或直接填写数值。")


def _serial(cell: Cell, column: Column, context: Context) -> Reading:
    return Reading(cell.text)  # never used: rows are known by county and name


def _text(cell: Cell, column: Column, context: Context) -> Reading:
    text = cell.text.strip()
    return Reading(text, mend="" if text == cell.text else "blank")


def _county(cell: Cell, column: Column, context: Context) -> Reading:
    text = cell.text.strip()
    county = context.county
    if text not in county.names:
        message = f"本工作簿属于{county.name}，请把“{text}”改为“{county.name}”，或将本行移到所属县（市）的工作簿。"
        return _doubt("unknown-county", message)
    if text != county.name:
        return Reading(county.id, mend="alias")
    return Reading(county.id, mend="" if text == cell.text else "blank")


def _choice(cell: Cell, column: Column, context: Context) -> Reading:
    reading = _text(cell, column, context)
    if reading.value in column.choices:
        return reading
    near = nearest(str(reading.value), column.choices)
    cure = f"请把“{reading.value}”改为“{near}”" if near else f"请从中选填，替换“{reading.value}”"
    return _doubt("unknown-choice", f"“{column.header}”只能填{'、'.join(column.choices)}，{cure}。")


def _number(cell: Cell) -> Decimal | None:
    """The number as Excel shows it (15 digits, so that 0.1 + 0.2 is 0.3); None for text, dates and truth values."""
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return None
    return Decimal(format(cell.value, ".15g"))


def _decimal(cell: Cell, column: Column, context: Context) -> Reading:
    number = _number(cell)
    if number is None:
        return _doubt("not-a-number", f"“{column.header}”应填数字，请更正“{cell.text}”。")
    if number < 0 or (column.positive and not number):
        return _doubt("range", f"“{column.header}”应{_least(column)}，请核对“{cell.text}”。")
    rounded = number.quantize(PLACES, ROUND_HALF_UP)
    return Reading(plain(rounded), mend="" if rounded == number else "places")


def _count(cell: Cell, column: Column, context: Context) -> Reading:
    number = _number(cell)
    if number is None or number != number.to_integral_value():
        return _doubt("not-a-number", f"“{column.header}”应填整数，请更正“{cell.text}”。")
    if number < 0 or (column.positive and not number):
        return _doubt("range", f"“{column.header}”应{_least(column)}，请核对“{cell.text}”。")
    return Reading(int(number))


def _least(column: Column) -> str:
    return "大于0" if column.positive else "不小于0"


def _year(cell: Cell, column: Column, context: Context) -> Reading:
    number = _number(cell)
    if number is None or number != number.to_integral_value():
        return _doubt("not-a-number", f"“{column.header}”应填四位数字的年份，请更正“{cell.text}”。")
    # what has happened cannot be later than the survey, what is planned can
    past = column.key in ("year_built", "funded_year")
    last = context.surveyed if past and context.surveyed else LAST_PLAN_YEAR
    if not FIRST_YEAR <= number <= last:
        return _doubt("year-range", f"“{column.header}”应在{FIRST_YEAR}—{last}年之间，请核对“{cell.text}”。")
    return Reading(int(number))


def _items(cell: Cell, column: Column, context: Context) -> Reading:
    """1、4、14 → (J01, J04, J14), most urgent first; a single number may be stored as one."""
    known = CODES[column.category]
    written = [part.strip() for part in cell.text.split("、")]
    strange = [part for part in written if part not in known]
    if strange:
        message = f"“{column.header}”应填1—{len(known)}的序号并用顿号隔开（如1、4），请更正“{'、'.join(strange)}”。"
        return _doubt("unknown-item", message)
    codes = tuple(dict.fromkeys(known[part] for part in written))
    return Reading(codes, mend="" if len(codes) == len(written) else "repeat")


def _concerns(cell: Cell, column: Column, context: Context) -> Reading:
    """Names of items become their codes, other words stay as they are; blanks between them count for nothing."""
    written = [part.strip() for part in cell.text.split("、") if part.strip()]
    concerns = tuple(dict.fromkeys(NAMED.get(part, part) for part in written))
    return Reading(concerns, mend="" if len(concerns) == len(written) else "repeat")


READERS: dict[Kind, Callable[[Cell, Column, Context], Reading]] = {
    "serial": _serial,
    "county": _county,
    "text": _text,
    "year": _year,
    "count": _count,
    "decimal": _decimal,
    "choice": _choice,
    "items": _items,
    "concerns": _concerns,
}


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 0.9800 → 0.98, 120.0000 → 120."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def nearest(text: str, choices: Sequence[str]) -> str:
    """The choice most like `text`, or "" if none is."""
    return next(iter(difflib.get_close_matches(text, choices, n=1, cutoff=0.4)), "")
