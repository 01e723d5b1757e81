"""Years as clerks write them: 1998年 · 98年 · 1998.6 · 80年代 · 1995—1998年 · dates, and 1998 shown as a date."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
    rf"(?P<about>约|大约|大概|近|≈)?'?(?P<year>\d{{4}}|\d\d)(?P<unit>年度|年)?"
    rf"(?:(?:[-./]|(?<=年))(?P<month>{MONTH})(?:月份|月)?(?:(?:[-./]|(?<=月)){DAY}日?)?(?: 0{{1,2}}:00(?::00)?)?)?"
    rf"(?P<tail>{TAIL})"
)
DECADE = re.compile(
    r"(?P<about>约|上世纪|二十世纪|20世纪)?(?P<year>(?:19|20)?\d0|[五六七八九]十)年代(?:初|中|末|初期|中期|后期|末期)?"
)
BETWEEN = re.compile(r"\s*(?:-{1,2}|~|至|到|–|―|、|,|/|及|和)\s*")
REMARK = re.compile(r"(?<=.)\([^()]*\)$")  # 1998(一期)
GUESSES = ("以前", "之前", "前", "左右")


@dataclass(frozen=True)
class Year:
    """A year; `marks` as of `Number`."""

    value: int
    marks: tuple[str, ...] = ()


def read_year(value: Any, *, planned: bool, surveyed: int | None) -> Year | None:
    """The year a cell names; None when it names none.

    Of several years the latest counts: that is when the last building was completed. What is `planned` counts by its
    first year, in which money must be there. Either is a doubt (`year-span`, `year-divide`). Two digits are 1900s or
    2000s by what the column is about.
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
    text = re.sub(r"\s+(?!0)", "", folded(value)).replace("—", "-").rstrip("。.").removeprefix("建于")
    plain = REMARK.sub("", text)
    found = _one(plain, planned, surveyed) or _decade(plain) or _several(plain, planned, surveyed)
    return replace(found, marks=(*found.marks, "remark")) if found and plain != text else found


def _bare(text: str, planned: bool, surveyed: int | None) -> Year | None:
    """A number: 1998, 1998.6, 199806, 19980601, 98."""
    whole, _point, month = text.partition(".")
    if re.fullmatch(r"(?:19|20)\d\d", whole) and month:
        return Year(int(whole), ("year-month",)) if re.fullmatch(MONTH, month) else None
    if month and not (len(whole) == 2 and re.fullmatch(MONTH, month)):
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
    if (text.isascii() and text.isdigit() and len(text) != 4) or re.fullmatch(rf"\d\d\.{MONTH}", text):
        return _bare(text, planned, surveyed)
    found = ONE.fullmatch(text)
    if found is None:
        number = chinese_number(text.partition("年")[0]) if re.fullmatch("[^年十百千万]+(?:年.{0,4})?", text) else None
        if number and number < 100 and "年" in text:
            number = _century(number, planned, surveyed)
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


def _several(text: str, planned: bool, surveyed: int | None) -> Year | None:
    """1995-1998 · 1995、1998 · 95-98年 · 70-80年代; 1998、6 is a month."""
    parts = BETWEEN.split(text)
    if len(parts) < 2 or not all(parts):
        return None
    if len(parts) == 2 and re.fullmatch(r"(?:19|20)\d\d年?", parts[0]) and re.fullmatch(rf"{MONTH}月?", parts[1]):
        return Year(int(parts[0][:4]), ("year-month",))
    if parts[-1].endswith("年代") and all(re.fullmatch(r"(?:19)?\d0(?:年代)?", part) for part in parts):
        return _decade(parts[-1])
    century = parts[0][:2] if re.fullmatch(r"(?:19|20)\d\d", parts[0]) else ""
    full = [century + part if re.fullmatch(r"\d\d年?", part) else part for part in parts]  # 1995-98
    if "年" in full[-1]:
        full = [f"{part}年" if re.fullmatch(r"\d\d", part) else part for part in full]  # 95-98年
    years = [year.value for part in full if (year := _one(part, planned, surveyed))]
    if len(years) < len(parts) or years != sorted(years):
        return None
    if years[0] == years[-1]:
        return Year(years[0], ("repeat",))
    if planned:
        return Year(years[0], ("year-span",))
    return Year(years[-1], ("year-divide" if years[0] <= 2000 < years[-1] else "year-span", "later-year"))
