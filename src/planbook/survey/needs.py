"""What is asked for, as clerks write it: 1、3、5 · ①③⑤ · 1.供水 2.供热 · (1)(3) · 供水、供热 · J01."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from planbook.survey import wording
from planbook.survey.amounts import serial, stored
from planbook.survey.form import ITEM_NAMES, ITEMS
from planbook.survey.text import folded, squeezed

CIRCLED = re.compile("[①-⑳㉑-㉟❶-❿➀-➓⑴-⒇⒈-⒛]")
SEPARATORS = re.compile(r"[、,;/|。·•・→\s]+")
AND = re.compile(r"[+&和及与]")  # stands in names, too: 围墙与出入口
NUMBERED = re.compile(r"\(?(?P<number>\d{1,4})\)?[.:)、．-]?(?P<name>\D.*)?")
RANGE = re.compile(r"(\d{1,2})[-~—–至到](\d{1,2})(?:项|类)?")
CODE = re.compile(r"([jwt])0?(\d{1,2})")


def _named() -> dict[str, str]:
    """Every name an item goes by → its code."""
    names = {squeezed(name): code for code, name in ITEM_NAMES.items()}
    for code, words in wording.ITEMS.items():
        names |= {squeezed(word): code for word in words.split()}
    return names


NAMED = _named()
# what may follow an item's name and says nothing: 供水改造, 更换供热管网
AROUND = re.compile(
    r"^(?:更换|新建|增设|改造|维修|完善|修缮|加装)|(?:改造|维修|更换|修缮|建设|整治|提升|工程|项目|设施|系统|老化)+$"
)


@dataclass(frozen=True)
class Needs:
    """Codes, most urgent first, as written; `strange`: what could not be read (then there are no codes)."""

    codes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def read_needs(value: Any, category: str) -> Needs:
    """The items that a cell of the column of a category (J, W, T) asks for."""
    if isinstance(value, date):
        return _date(value, category)
    number = stored(value)
    if number is not None:
        text = format(number, "f").removesuffix(".0")
    elif isinstance(value, str):
        text = value
    else:
        return Needs(strange=(str(value),))
    plain = "、".join(part.strip() for part in text.split("、")) == text and re.fullmatch("[0-9、]+", text)
    text = folded(CIRCLED.sub(lambda found: f" {_circled(found[0])} ", text))
    text = re.sub(r"\s*([-~—–至到])\s*", r"\1", text)
    if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})", text):
        return _decimal(found[1], found[2], category)
    text = re.sub(r"(?<=\d)\.(?=\d)", "、", text)  # 1.3.5
    text = re.sub(r"(?<=\d[.)])\s+(?=[^\d\s(])", "", text)  # 1. 供水
    text = re.sub(r"(?<=[\u4e00-\u9fff)])(?=\(?\d{1,2}[.)、:])", "、", text)  # 供水2.供热
    text = re.sub(r"(?<=\))(?=\()", "、", text)  # (1)(3)
    parts = [part for part in SEPARATORS.split(text) if part]
    parts = [one for part in parts for one in ([part] if squeezed(part) in NAMED else AND.split(part)) if one]
    return _listed(parts, category, bool(plain))


def _circled(sign: str) -> str:
    for first, base in (("①", 1), ("㉑", 21), ("❶", 1), ("➀", 1), ("⑴", 1), ("⒈", 1)):
        size = {"①": 20, "㉑": 15, "❶": 10, "➀": 20, "⑴": 20, "⒈": 20}[first]
        if 0 <= ord(sign) - ord(first) < size:
            return str((ord(sign) - ord(first)) % (10 if first == "➀" else size) + base)
    return sign


def _listed(parts: list[str], category: str, plain: bool) -> Needs:
    codes: list[str] = []
    strange: list[str] = []
    marks: list[str] = [] if plain else ["items"]
    parts = _rejoined(parts)
    counted = _counted(parts)
    for part in parts:
        if span := RANGE.fullmatch(part):
            first, last = int(span[1]), int(span[2])
            members = [_code(n, category) for n in range(first, last + 1)]
            if first >= last or not all(members):
                strange.append(part)
            codes += [code for code in members if code]
            marks.insert(0, "item-range")
        elif code := _one(part, category, counted):
            codes.append(code)
        elif part not in ("等", "项"):
            strange.append(part)
    if strange:
        return Needs(strange=tuple(strange))
    once = tuple(dict.fromkeys(codes))
    if len(once) < len(codes):
        marks.insert(0, "repeat")
    return Needs(once, tuple(marks))


def _rejoined(parts: list[str]) -> list[str]:
    """A number and the name after it belong together where every name has one: ["1", "供水"] → ["1供水"]."""
    numbers, names = parts[::2], parts[1::2]
    paired = len(numbers) == len(names) and all(re.fullmatch(r"\(?\d{1,2}[.:)]?", part) for part in numbers)
    if paired and not any(re.match(r"\(?\d", part) for part in names):
        return [number + name for number, name in zip(numbers, names, strict=True)]
    return parts


def _counted(parts: list[str]) -> bool:
    """Whether the numbers before the names only count them: 1.供水 2.供热."""
    numbered = [NUMBERED.fullmatch(squeezed(part)) for part in parts]
    return all(
        found is not None and found["name"] and int(found["number"]) == place for place, found in enumerate(numbered, 1)
    )


def _one(part: str, category: str, counted: bool) -> str:
    """The code of one item, "" if it is none of the column's."""
    text = squeezed(part).removesuffix("等").rstrip(".项类").removeprefix("第")
    if (code := _code_of(squeezed(part)) or _code_of(text)) is not None:
        return code if code[0] == category else ""
    if found := CODE.fullmatch(text):
        return _code(int(found[2]), category) if found[1].upper() == category else ""
    found = NUMBERED.fullmatch(text)
    if found is None:
        return ""
    code = _code(int(found["number"]), category)
    name = (found["name"] or "").strip(".项、:")
    named = _code_of(name) or _code_of(name.rstrip("等")) or ""
    if not name:
        return code
    return named if named[:1] == category and (counted or named == code) else ""


def _code_of(name: str) -> str | None:
    """The code of an item by its name, with or without what is done about it."""
    return NAMED.get(name) or NAMED.get(AROUND.sub("", name))


def _code(number: int, category: str) -> str:
    return f"{category}{number:02}" if 1 <= number <= len(ITEMS[category]) else ""


def _decimal(first: str, second: str, category: str) -> Needs:
    """1.3 may be 1、3 that was read as a number; 1.1 may be 1、1 or 1、10."""
    codes = tuple(code for code in (_code(int(first), category), _code(int(second), category)) if code)
    if len(set(codes)) < 2 or second == "1":
        return Needs(strange=(f"{first}.{second}",))
    return Needs(codes, ("item-decimal",))


def _date(value: date, category: str) -> Needs:
    """1-3 or 1/3 that was taken for a day of the year; a small number that shows as a date."""
    days = serial(value)
    if days is not None and days == int(days) and (code := _code(int(days), category)):
        return Needs((code,), ("date-format",))
    codes = tuple(code for code in (_code(value.month, category), _code(value.day, category)) if code)
    if len(set(codes)) < 2 or value.day == 1:
        return Needs(strange=(value.isoformat()[:10],))
    return Needs(codes, ("item-decimal",))


def read_concerns(text: str) -> Needs:
    """What residents worry about most: names of items become codes, other words stay as they are."""
    parts = [part.strip() for part in re.split(r"[、,，;；\n①-⑳⒈-⒛]+", text)]
    parts = [re.sub(r"^\(?\d{1,2}[.)．）]\s*", "", part) for part in parts]
    parts = [part.rstrip("。") for part in parts if part.rstrip("。")]
    named = [NAMED.get(squeezed(part), part) for part in parts]
    once = tuple(dict.fromkeys(named))
    exact = all(code == part or ITEM_NAMES[code] == part for part, code in zip(parts, named, strict=True))
    marks = () if exact and "、".join(parts) == text else ("items",)
    return Needs(once, ("repeat", *marks) if len(once) < len(named) else marks)
