"""What one cell says: a reader for each kind of column, from a cell's stored value to a typed one.

Whatever is read otherwise than verbatim is named in MENDS; whatever cannot be read, or only with a doubt, comes back
with the code of a rule of `check`. Rules across cells are elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from planbook.survey import needs, wording
from planbook.survey.amounts import Number, read_number
from planbook.survey.county import Counties, County, county_of, nearest_county
from planbook.survey.form import ITEMS, Column, Kind
from planbook.survey.text import (
    ERROR_TEXT,
    SPACES,
    UNSEEN,
    UNSEEN_ESCAPED,
    is_ditto,
    is_nothing,
    is_nought,
    joined,
    narrow,
    seen,
    shortened,
    squeezed,
)
from planbook.survey.workbook import Cell
from planbook.survey.years import FIRST_YEAR, LAST_PLAN_YEAR, read_year

__all__ = ["MENDS", "Context", "County", "Doubt", "Reading", "plain", "read"]

# rule of a Correction → what was done, as the appendix of corrections says it; where several apply, the first is named
MENDS = {
    "scale": "按户均面积或户均投资判断单位有误，除以10000",
    "later-year": "填了起止两个年份，按较晚的竣工年份读取",
    "decade": "只填了年代，按该年代最后一年读取",
    "date-format": "单元格设成了日期格式，按原来的数字读取",
    "date": "填了日期，取其年份",
    "short-year": "两位数年份补足四位",
    "two-digits": "两位数年份补足四位",
    "year-month": "去掉月份，取其年份",
    "ditto": "“同上”按上一行读取",
    "merged": "合并单元格按其首格读取",
    "above": "空格按上方的县（市）读取",
    "file": "空格按文件所属的县（市）读取",
    "alias": "县（市）曾用名、简称按现名读取",
    "several": "填了几项，以第一项为准",
    "synonym": "同义的写法按调查表的选项读取",
    "items": "按改造内容目录的序号读取",
    "item-range": "起止序号按其间各项读取",
    "item-decimal": "小数点按顿号读取",
    "approximate": "去掉“约”“左右”等字",
    "remark": "去掉括号里的说明",
    "chinese-number": "中文数字按阿拉伯数字读取",
    "unit": "按所写单位换算，去掉单位",
    "thousands": "去掉千位分隔符",
    "text-number": "文本格式的数字按数字读取",
    "nothing": "“无”“—”等按空格读取，可以为0的必填数字按0读取",
    "unseen": "去掉看不见的控制字符",
    "width": "全角字母、数字改为半角",
    "blank": "去掉首尾空格和换行",
    "places": "四舍五入保留四位小数",
    "repeat": "重复填写的序号只计一次",
}
# marks that are a doubt as well as, or instead of, a mend
DOUBTS = ("approximate", "decade", "year-divide", "year-span", "two-digits", "several", "item-range", "item-decimal")
PLACES = Decimal("0.0001")
LONGEST = 200  # characters of a text cell; names are shorter
CODES = {category: {str(i): f"{category}{i:02}" for i in range(1, len(names) + 1)} for category, names in ITEMS.items()}


@dataclass(frozen=True)
class Context:
    """What reading a cell needs to know beside the cell.

    `counties`: all that may be meant; `owner`: the only one whose rows the file may hold (None: any); `surveyed`: the
    survey's year (None: not known); `typed`: cells keep numbers apart from text.
    """

    counties: Counties
    owner: County | None = None
    surveyed: int | None = None
    typed: bool = True


@dataclass(frozen=True)
class Doubt:
    """A code of check.RULES and one Chinese sentence that says what to do."""

    code: str
    message: str


@dataclass(frozen=True)
class Reading:
    """A cell's value (None: blank or unusable; lists of codes: ()), the mend it took, the doubt about it.

    With a doubt, a value is there if it can be used all the same.
    """

    value: object = None
    mend: str = ""
    doubt: Doubt | None = None


def read(cell: Cell, column: Column, context: Context, unit: str = "") -> Reading:
    """The cell's value as its column's kind wants it: str, int, Decimal (at most 4 places) or a tuple of codes.

    `unit`: the one its header gives, in which bare numbers are. Never raises, whatever the cell holds.
    """
    empty = () if column.kind in ("items", "concerns") else None
    reading = _read(cell, column, context, unit)
    return replace(reading, value=empty) if reading.value is None else reading


def _read(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    if cell.flaw or (isinstance(cell.value, str) and ERROR_TEXT.fullmatch(cell.value.strip())):
        return _flawed(cell, column)
    unseen = False
    if isinstance(cell.value, str):
        if UNSEEN.search(cell.value) or UNSEEN_ESCAPED.search(cell.value):
            cell, unseen = cell._replace(value=seen(cell.value)), True
        if len(cell.value) > LONGEST:
            return _doubt(
                "too-long", f"“{column.header}”有{len(cell.value)}个字符，不像是填报内容，请改为简短的填报内容。"
            )
    if cell.blank:
        return _blank(column, "unseen" if unseen else "")
    if isinstance(cell.value, str) and column.kind != "serial":
        if is_ditto(cell.value):
            return _doubt("ditto", f"“{column.header}”填了“{cell.text.strip()}”，但上方没有可用的内容，请直接填写。")
        if is_nought(cell.value) and column.required and column.kind in ("count", "decimal") and not column.positive:
            return Reading(0 if column.kind == "count" else Decimal(0), mend="nothing")
        if is_nothing(cell.value) and squeezed(cell.value) not in _worded(column):
            return _blank(column, "nothing")
    reading = READERS[column.kind](cell, column, context, unit)
    return replace(reading, mend="unseen") if unseen and not reading.mend else reading


def _blank(column: Column, mend: str) -> Reading:
    return _doubt("missing", f"请填写“{column.header}”。") if column.required else Reading(mend=mend)


def _doubt(code: str, message: str) -> Reading:
    return Reading(doubt=Doubt(code, message))


def _flawed(cell: Cell, column: Column) -> Reading:
    if cell.flaw == "no-value":
        return _doubt("no-value", f"“{column.header}”的公式没有计算结果，请用表格软件打开并重新保存，或直接填写数值。")
    return _doubt("error-value", f"“{column.header}”的公式出错，请改正公式或直接填写数值。")


def _said(cell: Cell) -> str:
    return shortened(SPACES.sub(" ", cell.text.strip()))


def _mend(marks: Sequence[str], typed: bool = True) -> str:
    """The gravest of the marks that is a mend. In a file of text alone, text is no mend."""
    known = [mark for mark in marks if mark in MENDS and (typed or mark != "text-number")]
    order = list(MENDS)
    return min(known, key=order.index, default="")


def _serial(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    return Reading(cell.text)  # never used: rows are known by county and name


def _text(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    text = joined(cell.text)
    name = narrow(text)
    return Reading(name, mend="width" if name != text else "" if text == cell.text else "blank")


def _county(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    county = county_of(cell.text, context.counties)
    owner = context.owner
    if county is None or (owner is not None and county.id != owner.id):
        if owner is not None:
            cure = f"请把“{_said(cell)}”改为“{owner.name}”，或将本行移到所属县（市）的工作簿。"
            return _doubt("unknown-county", f"本工作簿属于{owner.name}，{cure}")
        near = nearest_county(cell.text, context.counties)
        cure = f"，是否应为“{near.name}”" if near else ""
        return _doubt("unknown-county", f"没有名为“{_said(cell)}”的县（市）{cure}，请更正。")
    text = cell.text.strip()
    if text != county.name:
        return Reading(county.id, mend="blank" if squeezed(text) == squeezed(county.name) else "alias")
    return Reading(county.id, mend="" if text == cell.text else "blank")


@lru_cache
def _worded(column: Column) -> dict[str, str]:
    """Every way to say a choice of the column, folded → the choice."""
    words = {squeezed(choice): choice for choice in column.choices}
    for choice, said in wording.CHOICES.get(column.key, {}).items():
        words |= {squeezed(word): choice for word in said.split()}
    stems = {STEM + stem: choice for word, choice in words.items() if len(stem := _stem(word, column.key))}
    return stems | words


def _meant(plain: str, column: Column) -> str:
    """The choice that a folded word means; "" for none."""
    words = _worded(column)
    return words.get(plain) or words.get(STEM + _stem(plain, column.key), "")


def _stem(plain: str, key: str) -> str:
    for word in wording.FILLERS.get(key, "").split():
        plain = plain.replace(word, "")
    return plain


STEM = "~"  # before words without fillers, so that 专业 is not taken for 专业物业
NUMBERING = re.compile(r"^\(?\d+[.、)．]?(?=[^\d.%])|[。.]$")
BRACKETED = re.compile(r"(?<=.)\([^()]*\)$")
SHARE = re.compile(r"[\d.%]+$|为主$|占?比?[\d.]+%$")
LIST = re.compile(r"[、,，;；/|+＋\n]+|\s{1,}")


def _choice(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    text = joined(cell.text)
    if text in column.choices:
        return Reading(text, mend="" if text == cell.text else "blank")
    plain = NUMBERING.sub("", squeezed(text))
    if choice := _meant(plain, column):
        return Reading(choice, mend="synonym")
    if choice := _meant(BRACKETED.sub("", plain), column):
        return Reading(choice, mend="remark")
    for choice, loose in wording.LOOSE_CHOICES.get(column.key, {}).items():
        if plain in loose.split():
            message = f"“{column.header}”只能填{'、'.join(column.choices)}，“{_said(cell)}”暂按“{choice}”读取，请核对。"
            return Reading(choice, mend="synonym", doubt=Doubt("loose-choice", message))
    said = [SHARE.sub("", NUMBERING.sub("", squeezed(part))) for part in LIST.split(cell.text) if part.strip()]
    parts = [_meant(part, column) for part in said]
    if len(parts) > 1 and all(parts):
        first = parts[0]
        if len(set(parts)) == 1:
            return Reading(first, mend="synonym")
        message = f"“{column.header}”填了几项，暂以第一项“{first}”为准，请只保留最主要的一项。"
        return Reading(first, mend="several", doubt=Doubt("several", message))
    near = nearest(text, column.choices)
    cure = f"请把“{_said(cell)}”改为“{near}”" if near else f"请从中选填，替换“{_said(cell)}”"
    return _doubt("unknown-choice", f"“{column.header}”只能填{'、'.join(column.choices)}，{cure}。")


def _decimal(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    number = read_number(cell.value, column.unit, unit)
    if number is None:
        return _doubt("not-a-number", f"“{column.header}”应填数字，请更正“{_said(cell)}”。")
    if number.value < 0 or (column.positive and not number.value):
        return _doubt("range", f"“{column.header}”应{_least(column)}，请核对“{_said(cell)}”。")
    rounded = number.value.quantize(PLACES, ROUND_HALF_UP)
    if column.positive and not rounded:
        return _doubt("range", f"“{column.header}”过小，请核对“{_said(cell)}”及其单位。")
    marks = (*number.marks, *(["places"] if rounded != number.value else []))
    return _doubted(Reading(plain(rounded), _mend(marks, context.typed)), marks, cell, column)


def _count(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    number: Number | None = read_number(cell.value, column.unit, unit)
    if number is None or number.value != number.value.to_integral_value():
        return _doubt("not-a-number", f"“{column.header}”应填整数，请更正“{_said(cell)}”。")
    if number.value < 0 or (column.positive and not number.value):
        return _doubt("range", f"“{column.header}”应{_least(column)}，请核对“{_said(cell)}”。")
    return _doubted(Reading(int(number.value), _mend(number.marks, context.typed)), number.marks, cell, column)


def _least(column: Column) -> str:
    return "大于0" if column.positive else "不小于0"


def _year(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    # what has happened cannot be later than the survey, what is planned can
    past = column.key in ("year_built", "funded_year")
    year = read_year(cell.value, planned=not past, surveyed=context.surveyed)
    if year is None:
        return _doubt("not-a-number", f"“{column.header}”应填四位数字的年份，请更正“{_said(cell)}”。")
    last = context.surveyed if past and context.surveyed else LAST_PLAN_YEAR
    if not FIRST_YEAR <= year.value <= last:
        return _doubt("year-range", f"“{column.header}”应在{FIRST_YEAR}—{last}年之间，请核对“{_said(cell)}”。")
    return _doubted(Reading(year.value, _mend(year.marks, context.typed)), year.marks, cell, column)


def _doubted(reading: Reading, marks: Sequence[str], cell: Cell, column: Column) -> Reading:
    """The reading with the first doubt among the marks."""
    code = next((mark for mark in marks if mark in DOUBTS), "")
    if not code:
        return reading
    value = "、".join(reading.value) if isinstance(reading.value, tuple) else reading.value
    message = f"“{column.header}”填的是“{_said(cell)}”，暂按{value}读取，请填写{WANTED[column.kind]}。"
    return replace(reading, doubt=Doubt(code, message))


WANTED: dict[Kind, str] = {
    "year": "一个四位数字的年份",
    "count": "准确的数字",
    "decimal": "准确的数字",
    "items": "用顿号隔开的序号",
}


def _items(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    """1、4、14 → (J01, J04, J14), most urgent first; a single number may be stored as one."""
    found = needs.read_needs(cell.value, column.category)
    if found.strange or not found.codes:
        strange = shortened("、".join(found.strange) or cell.text.strip())
        known = len(ITEMS[column.category])
        message = f"“{column.header}”应填1—{known}的序号并用顿号隔开（如1、4），请更正“{strange}”。"
        return _doubt("unknown-item", message)
    return _doubted(Reading(found.codes, _mend(found.marks)), found.marks, cell, column)


def _concerns(cell: Cell, column: Column, context: Context, unit: str) -> Reading:
    """Names of items become their codes, other words stay as they are; blanks between them count for nothing."""
    found = needs.read_concerns(cell.text)
    return Reading(found.codes, mend=_mend(found.marks))


READERS: dict[Kind, Callable[[Cell, Column, Context, str], Reading]] = {
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
    best = process.extractOne(text, choices, scorer=fuzz.ratio, score_cutoff=40)
    return str(best[0]) if best else ""
