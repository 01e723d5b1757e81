"""Random well-formed workbooks, and what clerks do to them: layouts they change, cells they fill in their own way.

A sheet is rows of true values; `Layout` says how it is laid out; `SPOILS` write a true value as a clerk might.
What is read must be the truth, or there is an issue at that very cell.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planbook.survey import form

KEYS = tuple(column.key for column in form.COMMUNITY_COLUMNS)
HEADERS = {column.key: column.header for column in form.COMMUNITY_COLUMNS}
COUNTY = "裕民县"
NAMES = (
    *(
        "红柳新村",
        "金桥小区",
        "杏花苑",
        "水利局家属院",
        "粮食公司大院",
        "阳光花园",
        "胜利佳苑",
        "电力公寓",
        "老城一号院",
    ),
    *("和平里", "绿洲家园", "天山庭院", "师范学校宿舍", "百货楼", "团结楼", "棉纺厂生活区", "光明小区", "白杨沟院"),
)
SHEET_NAMES = {
    "before": ("2000年底以前", "2000年以前摸底统计表", "2000年底前小区", "２０００年底以前", "2000年12月31日前建成"),
    "after": ("2000年底以后", "2000年以后摸底统计表", "2001年以后建成", "2000-2005年建成"),
    "historic": ("历史文化街区", "历史街区", "历史文化街区小区"),
}
OTHER_HEADERS = {
    "county": ("县（市、区）", "所属\n县市"),
    "name": ("小 区\n名 称", "老旧小区名称"),
    "year_built": ("建成年份", "竣工时间(年)"),
    "property_type": ("房屋产权性质", "房屋类型"),
    "area": ("建筑面积\n(万㎡)", "总建筑面积【万平方米】"),
    "households": ("总户数", "居民户数(户)"),
    "buildings": ("栋数", "楼栋数（幢）"),
    "needs_basic": ("一、基础类", "基础类（填序号）"),
    "funding": ("资金来源", "改造资金来源渠道"),
    "investment": ("总投资（万元）", "预计投资/万元"),
    "per_household": ("户均投资（万元/户）", "户均改造资金"),
    "plan_year": ("改造年度", "拟改造年度"),
}
TITLES = (
    "附件1",
    "裕民县老旧小区摸底调研情况表",
    "填报单位：裕民县住建局",
    "2020年8月",
    "单位：万平方米、户、栋、万元",
)
NOTES = ("注：面积为建筑面积", "填表人：张三    审核人：李四", "数据来源：房产局", "（以下空白）", "2020年8月31日")
TOTALS = ("合计", "小 计", "总计：", "2000年底以前小计", "合计（共3个小区）", "共3个小区")

Row = dict[str, Any]


@st.composite
def communities(draw: st.DrawFn, period: str, names: list[str]) -> Row:
    households = draw(st.integers(20, 400))
    each = draw(st.sampled_from((2, 2.4, 2.56, 3)))
    first, last = (2001, 2005) if period == "after" else (1965, 2000)
    needs = {
        f"needs_{key}": "、".join(map(str, draw(st.lists(st.integers(1, 15), min_size=1, max_size=4, unique=True))))
        for key in ("basic", "improve", "enhance")
    }
    choices = {
        column.key: draw(st.sampled_from(column.choices))
        for column in form.COMMUNITY_COLUMNS
        if column.choices
    }  # fmt: skip
    return {
        **{"serial": 1, "county": COUNTY, "name": names.pop(), "year_built": draw(st.integers(first, last))},
        **{"area": round(households * 0.0085, 2), "households": households, "buildings": households // 40 + 1},
        **{"investment": round(households * each, 2), "per_household": each},
        **{"plan_year": draw(st.integers(2021, 2025)), "funded_year": None},
        **needs,
        **choices,
    }


@st.composite
def books(draw: st.DrawFn) -> dict[str, list[Row]]:
    """True rows by the keys of the three sheets."""
    names = list(draw(st.permutations(NAMES)))
    return {
        period: [draw(communities(period, names)) for _ in range(draw(st.integers(least, 5)))]
        for period, least in (("before", 3), ("after", 1), ("historic", 0))
    }


@dataclass(frozen=True)
class Layout:
    """How a sheet of communities is laid out. `seed`: for the order of columns (0: the form's) and choices of words."""

    titles: tuple[str, ...] = ()
    two_rows: bool = True
    seed: int = 0
    extra: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    left: int = 0
    blank_rows: bool = False
    merged_county: bool = False
    hidden: bool = False
    total: str = ""
    note: str = ""


LAYOUTS = st.builds(
    Layout,
    titles=st.lists(st.sampled_from(TITLES), max_size=5, unique=True).map(tuple),
    two_rows=st.booleans(),
    seed=st.integers(0, 5),
    extra=st.lists(st.sampled_from(("备注", "联系电话", "小区地址", "所属社区")), max_size=2, unique=True).map(tuple),
    left_out=st.lists(st.sampled_from(("serial", "funded_year", "management")), max_size=1).map(tuple),
    left=st.integers(0, 2),
    blank_rows=st.booleans(),
    merged_county=st.booleans(),
    hidden=st.booleans(),
    total=st.sampled_from(("", *TOTALS)),
    note=st.sampled_from(("", *NOTES)),
)


@dataclass
class Written:
    """A workbook and where its true values stand: (sheet's name, address) by (sheet's key, row from 0, key)."""

    book: Workbook
    places: dict[tuple[str, int, str], tuple[str, str]] = field(default_factory=dict)

    def data(self) -> bytes:
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def written(rows: dict[str, list[Row]], layout: Layout) -> Written:
    out = Written(Workbook())
    out.book.remove(out.book.worksheets[0])
    rng = random.Random(layout.seed)
    for key, there in rows.items():
        name = rng.choice(SHEET_NAMES[key]) if layout.seed else form.sheet(key).name
        page = out.book.create_sheet(name)
        _sheet(page, key, there, layout, rng, out)
    for key in ("annual", "willingness"):
        sheet = form.sheet(key)
        page = out.book.create_sheet(sheet.name)
        for index, column in enumerate(sheet.columns, 1):
            page.cell(1, index, column.group or column.header)
            page.cell(2, index, column.header)
    return out


def _sheet(page: Worksheet, key: str, rows: list[Row], layout: Layout, rng: random.Random, out: Written) -> None:
    keys = [one for one in KEYS if one not in layout.left_out]
    heads = {**HEADERS, **{extra: extra for extra in layout.extra}}
    if layout.seed:
        keys += layout.extra
        rng.shuffle(keys)
        heads |= {one: rng.choice((HEADERS[one], *OTHER_HEADERS.get(one, ()))) for one in keys if one in HEADERS}
    columns = {one: index for index, one in enumerate(keys, layout.left + 1)}
    line = 1
    for title in layout.titles:
        page.cell(line, layout.left + 1, title)
        line += 1
    line = _head(page, line, columns, heads, two_rows=layout.two_rows)
    first = line
    for number, row in enumerate(rows):
        if layout.blank_rows and number == 1:
            line += 2
        for one, column in columns.items():
            page.cell(line, column, row.get(one, "无关" if one in layout.extra else None))
            out.places[key, number, one] = (page.title, page.cell(line, column).coordinate)
        line += 1
    if layout.merged_county and len(rows) > 1 and not layout.blank_rows:
        column = columns["county"]
        for below in range(first + 1, line):
            page.cell(below, column).value = None
        page.merge_cells(start_row=first, end_row=line - 1, start_column=column, end_column=column)
    if layout.hidden:
        page.row_dimensions[first].hidden = True
        page.column_dimensions[page.cell(1, columns["area"]).column_letter].hidden = True
    if layout.total and rows:
        page.cell(line, columns["name"], layout.total)
        for one in ("area", "households", "buildings", "investment"):
            page.cell(line, columns[one], round(sum(row[one] for row in rows), 2))
        line += 1
    if layout.note:
        page.cell(line + 1, layout.left + 1, layout.note)


def _head(page: Worksheet, line: int, columns: dict[str, int], heads: dict[str, str], *, two_rows: bool) -> int:
    """The header; the first line below it."""
    groups = {column.key: column.group for column in form.COMMUNITY_COLUMNS}
    for one, column in columns.items():
        page.cell(line, column, heads[one])
        if two_rows and groups.get(one):
            page.cell(line, column, groups[one])
            page.cell(line + 1, column, heads[one])
        elif two_rows:
            page.merge_cells(start_row=line, end_row=line + 1, start_column=column, end_column=column)
    return line + 2 if two_rows else line + 1


def as_csv(rows: list[Row], encoding: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS.values())
    writer.writerows([["" if row[key] is None else row[key] for key in KEYS] for row in rows])
    return out.getvalue().encode(encoding)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────

FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")
CIRCLED = dict(enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱", 1))
DAY_0 = datetime(1899, 12, 30)
CATEGORIES = {"needs_basic": "J", "needs_improve": "W", "needs_enhance": "T"}
NUMBERS = ("area", "households", "buildings", "investment")
YEARS = ("year_built", "plan_year")


def _items(value: str, key: str, write: Callable[[int, int, str], str], between: str) -> str:
    numbers = [int(part) for part in value.split("、")]
    names = form.ITEMS[CATEGORIES[key]]
    return between.join(write(place, number, names[number - 1]) for place, number in enumerate(numbers, 1))


UNIT_OF = {"area": "万㎡", "households": "户", "buildings": "栋", "investment": "万元"}
SYNONYMS = {
    "公房": "国有公房",
    "商品房": "商品住宅楼",
    "其它": "其他",
    "中央补助": "中央专项资金",
    "社会资本": "企业投资",
}

# name → the columns it is for, what is written for the true value there
SPOILS: dict[str, tuple[tuple[str, ...], Callable[[Any, str], Any]]] = {
    "full width": (NUMBERS, lambda v, k: str(v).translate(FULL)),
    "thousands": (NUMBERS, lambda v, k: f"{v:,}"),
    "unit": (NUMBERS, lambda v, k: f"{v}{UNIT_OF[k]}"),
    "unit and blanks": (NUMBERS, lambda v, k: f" {v} {UNIT_OF[k]}\n"),
    "in ten thousands": (("households",), lambda v, k: f"{v / 10000}万"),
    "about": (NUMBERS, lambda v, k: f"约{v}"),
    "about, at the end": (NUMBERS, lambda v, k: f"{v}{UNIT_OF[k]}左右"),
    "full stop": (NUMBERS, lambda v, k: f"{v}。"),
    "text": ((*NUMBERS, *YEARS), lambda v, k: str(v)),
    "square metres": (("area",), lambda v, k: round(v * 10000)),
    "square metres, said": (("area",), lambda v, k: f"{round(v * 10000):,}平方米"),
    "yuan": (("investment",), lambda v, k: round(v * 10000)),
    "words": (NUMBERS, lambda v, k: "若干"),
    "negative": (NUMBERS, lambda v, k: -v),
    "zero": (NUMBERS[:3], lambda v, k: 0),
    "dash": (NUMBERS[:3], lambda v, k: "—"),
    "blank": ((*NUMBERS[:3], "name", "year_built", "property_type", "renovation"), lambda v, k: None),
    "error value": ((*NUMBERS, *YEARS, "name", "funding"), lambda v, k: "#REF!"),
    "formula": ((*NUMBERS, "year_built"), lambda v, k: "=Z99+1"),
    "ditto": (("county",), lambda v, k: "同上"),
    "二〇〇〇年": (("year_built",), lambda v, k: "".join("〇一二三四五六七八九"[int(d)] for d in str(v)) + "年"),
    "年": (YEARS, lambda v, k: f"{v}年"),
    "two digits": (YEARS, lambda v, k: f"{v % 100:02}年"),
    "month": (("year_built",), lambda v, k: f"{v}.6"),
    "month as number": (("year_built",), lambda v, k: v + 0.6),
    "built": (("year_built",), lambda v, k: f"建于{v}年（一期）"),
    "span": (("year_built",), lambda v, k: f"{v - 3}-{v}"),
    "years": (("year_built",), lambda v, k: f"{v - 3}年、{v - 1}年、{v}年"),
    "decade": (("year_built",), lambda v, k: f"{v // 10 % 10}0年代"),
    "date": (("year_built",), lambda v, k: date(v, 6, 1)),
    "date format": (YEARS, lambda v, k: DAY_0 + timedelta(days=v)),
    "too late": (("year_built",), lambda v, k: 2099),
    "commas": (tuple(CATEGORIES), lambda v, k: v.replace("、", "，")),
    "blanks": (tuple(CATEGORIES), lambda v, k: v.replace("、", " ")),
    "circled": (tuple(CATEGORIES), lambda v, k: _items(v, k, lambda place, n, name: CIRCLED[n], "")),
    "names": (tuple(CATEGORIES), lambda v, k: _items(v, k, lambda place, n, name: name, "、")),
    "numbers and names": (tuple(CATEGORIES), lambda v, k: _items(v, k, lambda place, n, name: f"{n}.{name}", "；")),
    "counted names": (tuple(CATEGORIES), lambda v, k: _items(v, k, lambda place, n, name: f"{place}.{name}", " ")),
    "works": (tuple(CATEGORIES), lambda v, k: _items(v, k, lambda place, n, name: f"{name}改造", "、")),
    "beyond": (tuple(CATEGORIES), lambda v, k: f"{v}、19"),
    "synonym": (("property_type", "funding"), lambda v, k: SYNONYMS.get(v, f" {v[0]} {v[1:]}\n")),
    "two of them": (("property_type", "funding"), lambda v, k: f"{v}、{'居民出资' if k == 'funding' else '其它'}"),
    "none of them": (("property_type", "funding", "renovation"), lambda v, k: "另行研究"),
    "blanks in it": (("name", "county"), lambda v, k: f" {v[:2]}\n{v[2:]}　"),
    "unseen": (("name", *NUMBERS), lambda v, k: f"{v}\u200b\u202e"),
    "another county": (("county",), lambda v, k: "某某县"),
    "markup": (("funding", *NUMBERS), lambda v, k: "<script>{{ 7*7 }}#import $x$"),
    "long": (("name", "funding"), lambda v, k: "长" * 32000),
}
