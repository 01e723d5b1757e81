"""Years as clerks write them: 1998年 · 98年 · 1998.6 · 80年代 · 1995—1998年 · dates, and 1998 shown as a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from planbook.survey.amounts import chinese_number, serial, stored
from planbook.survey.text import folded

FIRST_YEAR = 1900
LAST_PLAN_YEAR = 2100
MONTH = r"(?:0?[1-9]|1[0-2])"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
TAIL = (
    r"(?:底|末|初|中|中期|上半年|下半年|春|夏|秋|冬|以前|之前|前|建|建成|竣工|交付|建设|左右|起|批|第[一二三]批|年度)*"
)
ONE = re.compile(
    rf"(?P<about>约|大约|大概|近|≈)?'?(?P<year>(?:19|20)\d\d|\d\d)(?P<unit>年度|年)?"
    rf"(?:(?:[-./]|(?<=年))(?P<month>{MONTH})(?:月份|月)?(?:(?:[-./]|(?<=月)){DAY}日?)?(?: 0{{1,2}}:00(?::00)?)?)?"
    rf"(?P<tail>{TAIL})"
)
DECADE = re.compile(
    r"(?P<about>约|上世纪|二十世纪|20世纪)?(?P<year>(?:19|20)?\d0|[五六七八九]十)年代(?:初|中|末|初期|中期|后期|末期)?"
)
SPAN = re.compile(r"(?P<first>.+?)\s*(?:-{1,2}|~|至|到|—+|–|―|、|,|/|及|和)\s*(?P<last>.+)")
GUESSES = ("以前", "之前", "前", "左右")


@dataclass(frozen=True)
class Year:
    """A year; `marks` as of `Number`."""

    value: int
    marks: tuple[str, ...] = ()


def read_year(value: Any, *, planned: bool, surveyed: int | None) -> Year | None:
    """The year a cell names; None when it names none.

    Of two years the later one counts: that is when the last building was completed. What is `planned` counts by its
    first year, in which money must be there; that is a doubt (`year-span`). Two digits are 1900s or 2000s by what the
    column is about.
    """
    number = stored(value)
    if number is not None:
        return _bare(format(number, "f"), planned, surveyed)
    if isinstance(value, date | datetime):
        days = serial(value)
        if days is not None and FIRST_YEAR <= days <= LAST_PLAN_YEAR:
            return Year(int(days), ("date-format",))
        return Year(value.year, ("date",))
    if not isinstance(value, str):
        return None
    text = re.sub(r"\s+(?!0)", "", folded(value)).replace("—", "-").rstrip("。.")
    found = _one(text, planned, surveyed) or _decade(text)
    return found or _span(text, planned, surveyed)


def _bare(text: str, planned: bool, surveyed: int | None) -> Year | None:
    """A number: 1998, 1998.6, 199806, 19980601, 98."""
    whole, _point, month = text.partition(".")
    if re.fullmatch(r"(?:19|20)\d\d", whole) and month:
        return Year(int(whole), ("year-month",)) if re.fullmatch(MONTH, month) else None
    if month:
        return None
    if re.fullmatch(rf"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:{DAY})?", whole):
        return Year(int(whole[:4]), ("year-month",))
    if len(whole) <= 2:
        year = _century(int(whole), planned, surveyed)
        return Year(year, ("two-digits",)) if year else None
    return Year(int(whole)) if len(whole) <= 9 else None


def _century(two: int, planned: bool, surveyed: int | None) -> int | None:
    """98 → 1998, 5 → 2005; planned 21 → 2021. None where it could be anything, as 35."""
    if planned:
        return 2000 + two if 15 <= two <= 50 else None
    if two >= 50:
        return 1900 + two
    return 2000 + two if two <= ((surveyed or 2020) - 2000) else None


def _one(text: str, planned: bool, surveyed: int | None) -> Year | None:
    if re.fullmatch(r"\d{4}\.0+", text):
        return Year(int(text[:4]), ("text-number",))
    if text.isascii() and text.isdigit() and len(text) != 4:
        return _bare(text, planned, surveyed)
    found = ONE.fullmatch(text)
    if found is None:
        number = chinese_number(re.sub("年.*$", "", text)) if re.match("[一二]", text) else None
        return Year(number, ("chinese-number",)) if number and FIRST_YEAR <= number <= LAST_PLAN_YEAR else None
    digits, tail = found["year"], found["tail"]
    if len(digits) == 2 and not (found["unit"] or text.startswith("'") or "年" in text):
        return None  # 12-6: neither a year nor a month
    year = int(digits) if len(digits) == 4 else _century(int(digits), planned, surveyed)
    if year is None:
        return None
    marks = ["approximate"] if found["about"] or any(word in tail for word in GUESSES) else []
    marks += ["year-month"] if found["month"] else []
    if len(digits) == 2:
        marks.append("short-year")
    elif text != digits:
        marks.append("unit")
    return Year(year, tuple(marks) or (("text-number",) if text == digits else ()))


def _decade(text: str) -> Year | None:
    """80年代: completed by its end."""
    found = DECADE.fullmatch(text)
    if found is None:
        return None
    said = found["year"]
    first = int(said) if said.isdigit() else (chinese_number(said) or 0)
    return Year((first if first > 100 else 1900 + first if first else 2000) + 9, ("decade",))


def _span(text: str, planned: bool, surveyed: int | None) -> Year | None:
    found = SPAN.fullmatch(text)
    if found is None:
        return None
    first_text, last_text = found["first"], found["last"]
    if re.fullmatch(r"\d{4}", first_text) and re.fullmatch(r"\d\d年?", last_text):
        last_text = first_text[:2] + last_text  # 1995-98
    if re.fullmatch(r"\d\d", first_text) and "年" in last_text:
        first_text += "年"  # 95-98年
    first, last = _one(first_text, planned, surveyed), _one(last_text, planned, surveyed)
    if first is None or last is None or first.value > last.value:
        return None
    if planned and first.value != last.value:
        return Year(first.value, ("year-span",))
    doubt = ("year-divide",) if first.value <= 2000 < last.value else ()
    return Year(last.value, (*doubt, "later-year"))
