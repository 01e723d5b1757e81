"""Numbers as clerks write them: 1,234 · 约120户 · 1.2万 · 5.6万㎡ · 一百二十 · a number in a cell that shows dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from planbook.survey.text import folded

Mark = str  # a rule of clean.MENDS, or a code of check.RULES

# a column's unit → how the unit may be written in a cell (folded), and how many of it make one of the column's
UNITS: dict[str, tuple[tuple[str, ...], int]] = {
    "万平方米": (("平方米", "平米", "平方", "m2", "m²", "平"), 10000),
    "万元": (("元整", "元", "块", "元/户"), 10000),
    "户": (("户", "家", "住户"), 1),
    "栋": (("栋楼", "栋", "幢", "座", "楼"), 1),
    "份": (("份", "张", "户", "人", "票"), 1),
    "个": (("个", "处"), 1),
}
TIMES = {"": 1, "千": 1000, "万": 10000, "百万": 1000000, "亿": 100000000}
NUMBER = re.compile(
    r"(?P<about>约|大约|约为|大概|近|将近|≈|~|共|共计|合计|计|预计|估算|￥|¥|rmb)?\s*"
    r"(?P<number>[-+]?(?:\d{1,3}(?:[,， ]\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+)"
    r"\s*(?P<more>余|多)?\s*(?P<times>百万|千|万|亿)?\s*(?P<more2>余|多)?\s*(?P<unit>m2|[^\d\s()左右上下以.,]{1,5})?"
    r"\s*(?P<about2>左右|上下|以上|以内)?\s*(?P<remark>\(.*\))?\s*[。.]?",
    re.DOTALL,
)
GUESSED = ("约", "大约", "约为", "大概", "近", "将近", "≈", "~")
ERA = datetime(1899, 12, 30)  # the day 0 of spreadsheets
FIRST_OF_MARCH = 61  # spreadsheets count a 29 February 1900 that never was
LARGEST = 10**12  # what is larger is no number of anything here
LAST_SERIAL = 20000  # 1954: a date before it in a column of numbers is a number that shows as a date


@dataclass(frozen=True)
class Number:
    """A number in its column's unit; `marks`: what was done to read it, the gravest first ("": verbatim)."""

    value: Decimal
    marks: tuple[Mark, ...] = ()


def stored(value: Any) -> Decimal | None:
    """The number a cell holds, as Excel shows it (15 digits: 0.1 + 0.2 is 0.3); None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(format(value, ".15g"))
    return number if number.is_finite() and abs(number) < LARGEST else None


def serial(value: Any) -> Decimal | None:
    """The number beneath a date or a time: 1905-06-20 is 1998."""
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        days = _days(moment.replace(tzinfo=None) - ERA)
        return days if days >= FIRST_OF_MARCH else days - 1
    if isinstance(value, time):
        return _days(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    return _days(value) if isinstance(value, timedelta) else None


def _days(span: timedelta) -> Decimal:
    return (Decimal(span.days) + Decimal(span.seconds) / 86400).quantize(Decimal("0.0001"))


def read_number(value: Any, unit: str, header_unit: str = "") -> Number | None:
    """What a cell of a column says; None when that is no number, or one of another unit.

    `unit` is the form's; `header_unit` the one its header gives here, in which bare numbers are.
    """
    bare = stored(value)
    marks: tuple[Mark, ...] = ()
    if bare is None and not isinstance(value, str):
        bare = serial(value)
        if bare is None or not 0 <= bare < LAST_SERIAL:
            return None
        marks = ("date-format",)
    if bare is not None:
        return _scaled(bare, unit, header_unit, marks)
    return _written(folded(value).lower().rstrip("。.、,;…"), unit, header_unit)


def _scaled(number: Decimal, unit: str, header_unit: str, marks: tuple[Mark, ...]) -> Number:
    """A bare number, in the header's unit."""
    factor = factor_of(header_unit, unit)
    return Number(number * factor, marks) if factor == 1 else Number(number * factor, (*marks, "unit"))


def factor_of(header_unit: str, unit: str) -> Decimal:
    """How many of the form's unit one of the header's is: ㎡ → 0.0001; 1 where the header has the form's or none."""
    if not header_unit or unit not in UNITS:
        return Decimal(1)
    names, size = UNITS[unit]
    for times, factor in sorted(TIMES.items(), key=lambda pair: -len(pair[0])):
        if header_unit.startswith(times) and header_unit.removeprefix(times) in names:
            return Decimal(factor) / size
    return Decimal(1)


def _written(text: str, unit: str, header_unit: str) -> Number | None:
    found = NUMBER.fullmatch(text)
    if found is None:
        counted = chinese_number(re.sub(r"(户|栋|幢|份|个)$", "", text))
        return None if counted is None else _scaled(Decimal(counted), unit, header_unit, ("chinese-number",))
    number = Decimal(re.sub("[,， ]", "", found["number"]))
    if abs(number) >= LARGEST:
        return None
    said, times = found["unit"] or "", found["times"] or ""
    names, size = UNITS.get(unit, ((unit,), 1))
    if said.startswith(("余", "多")):
        said = said[1:]
    if said and said not in names:
        return None
    marks: list[Mark] = []
    about = found["about"] in GUESSED or found["more"] or found["more2"] or found["about2"]
    if about or (found["unit"] or "").startswith(("余", "多")):
        marks.append("approximate")
    if found["remark"]:
        marks.append("remark")
    if said or times:
        value = number * TIMES[times] / size
        marks.append("unit")
    else:
        factor = factor_of(header_unit, unit)
        value = number * factor
        marks += ["unit"] if factor != 1 else []
    if re.search("[,， ]", found["number"]):
        marks.append("thousands")
    return Number(value, (*marks, "text-number"))


DIGITS = {**{sign: n for n, sign in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
PLACES = {"十": 10, "百": 100, "千": 1000}


ONE = "[一二三四五六七八九两]"
# thousands, hundreds, tens and ones, each once and in order; ones stand after 十 or 零, else 一百二 may be 102 or 120
SPOKEN = re.compile(rf"(?:{ONE}千)?(?:零?{ONE}百)?(?:零?{ONE}?十)?(?:零{ONE}|(?<=十){ONE})?")


def chinese_number(text: str) -> int | None:
    """一百二十 → 120, 一九九八 → 1998; None for anything else, as 七八十 or 一百二, which may be 102 or 120."""
    if not text:
        return None
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    large, many, rest = text.partition("万")
    parts = [part for part in (large if large not in DIGITS else "", rest) if part]
    if not all(map(SPOKEN.fullmatch, parts)) or (many and not large):
        return None
    total = section = digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section, digit = section + (digit or 1) * PLACES[sign], 0
    return total + section + digit
