"""The survey's form, declared once: sheets, columns, units and the words allowed in them.

The form is the one the 2020 survey was collected with: three sheets of communities (one row each), the annual
plan, and the residents' questionnaire. Frames made from it keep, in every row, `file`, `sheet` and `row` (the row's
number in the workbook, from 1); `Sheet.letter(key)` gives the column's letter there, so that file, sheet, row and key
name one cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from planbook.survey.wording import HEADERS

Kind = Literal["serial", "county", "text", "year", "count", "decimal", "choice", "items", "concerns"]


@dataclass(frozen=True)
class Column:
    """One column: `key` in our frames, `header` (and `group` above it) on the form.

    `unit` is the form's own: 万平方米 and 万元 are Decimal, 户/栋/份/年 are whole numbers.
    """

    key: str
    header: str
    kind: Kind
    group: str = ""
    unit: str = ""
    required: bool = True
    positive: bool = False  # of numbers: 0 is no answer
    choices: tuple[str, ...] = ()
    category: str = ""  # of `items`: J, W or T, the catalogue's prefixes
    also: str = ""  # other headers it goes by, with blanks between; brackets, punctuation and units count for nothing

    @property
    def label(self) -> str:
        """The header without its unit: 面积（万平方米） → 面积."""
        return re.sub(r"（[^（]*）$", "", self.header)

    @property
    def heading(self) -> tuple[str, str]:
        """What the two header rows say over this column; a column without a group says the same in both (merged)."""
        return self.group or self.header, self.header


# Where things stand on every sheet: title, then who filled it in and when, two header rows, one row each from there on.
TITLE_ROW, INFO_ROW, HEADER_ROWS, FIRST_ROW = 1, 2, (3, 4), 5

BASIC_GROUP = "小区基本情况"
NEEDS_ORDER = "（按紧迫程度顺序填写序号）"
NEEDS_GROUP = f"群众反映最迫切的改造内容{NEEDS_ORDER}"
PROPERTY_TYPES = ("公房", "商品房", "其它")
PROPERTY_NAMES = {"公房": "公房（含房改房）", "商品房": "普通商品房", "其它": "其它"}
RENOVATIONS = ("未改造", "局部改造")
FUNDING_SOURCES = ("中央补助", "自治区补助", "地方财政", "专项债券", "居民出资", "社会资本")
MANAGEMENT = ("物业服务企业管理", "社区代管", "业主自治管理", "原产权单位管理")

# The form's numbered items (1 = J01, W01, T01): what the columns 基础类, 完善类 and 提升类 may ask for.
# data/catalogue.csv says more of each (its part; 必选, 优选 or 可选); a test holds the two equal.
ITEMS: dict[str, tuple[str, ...]] = {
    "J": (
        *("供水", "供电", "供气", "供热", "排水", "弱电", "光纤入户", "移动通信基础设施", "架空线规整"),
        *("小区道路", "生活垃圾分类设施", "消防设施", "安防设施"),
        *("建筑外墙", "建筑楼梯", "建筑屋面", "建筑节能改造", "防雷设施"),
    ),
    "W": (
        *("拆除违法建设", "绿地", "公共照明", "围墙与出入口", "景观小品"),
        *("停车场（库）", "无障碍设施", "适老设施", "电动自行车充电设施", "汽车充电设施"),
        *("体育健身设施", "文化休闲设施", "智能快件箱", "智能信包箱", "物业用房"),
        *("单元门与楼道窗", "外立面附着物整治", "加装电梯"),
    ),
    "T": (
        *("社区综合服务设施", "卫生服务站", "公共卫生防疫设施", "幼儿园"),
        *("周界防护", "智能感知设施", "智慧管理平台"),
        *("养老设施", "托育设施", "助餐设施", "家政保洁", "便民市场", "便利店", "邮政快递末端服务", "户外家具设施"),
    ),
}
ITEM_NAMES = {f"{category}{i:02}": name for category, names in ITEMS.items() for i, name in enumerate(names, 1)}

COMMUNITY_COLUMNS = (
    Column("serial", "序号", "serial", required=False, also=HEADERS["serial"]),
    Column("county", "县（市）、区", "county", also=HEADERS["county"]),
    Column("name", "小区名称", "text", also=HEADERS["name"]),
    Column("year_built", "建成时间（年）", "year", unit="年", also=HEADERS["year_built"]),
    Column("property_type", "房屋性质", "choice", choices=PROPERTY_TYPES, also=HEADERS["property_type"]),
    Column("area", "面积（万平方米）", "decimal", BASIC_GROUP, unit="万平方米", positive=True, also=HEADERS["area"]),
    Column("households", "户数（户）", "count", BASIC_GROUP, unit="户", positive=True, also=HEADERS["households"]),
    Column("buildings", "楼栋数（栋）", "count", BASIC_GROUP, unit="栋", positive=True, also=HEADERS["buildings"]),
    Column("needs_basic", "基础类", "items", NEEDS_GROUP, required=False, category="J", also=HEADERS["needs_basic"]),
    Column(
        "needs_improve", "完善类", "items", NEEDS_GROUP, required=False, category="W", also=HEADERS["needs_improve"]
    ),
    Column(
        "needs_enhance", "提升类", "items", NEEDS_GROUP, required=False, category="T", also=HEADERS["needs_enhance"]
    ),
    Column("funding", "计划改造资金来源", "choice", required=False, choices=FUNDING_SOURCES, also=HEADERS["funding"]),
    Column("investment", "计划改造总投资（万元）", "decimal", unit="万元", required=False, also=HEADERS["investment"]),
    Column(
        "per_household",
        "计划户均改造资金（万元）",
        "decimal",
        unit="万元",
        required=False,
        also=HEADERS["per_household"],
    ),
    Column("management", "改造后管理模式", "choice", required=False, choices=MANAGEMENT, also=HEADERS["management"]),
    Column("renovation", "改造情况", "choice", choices=RENOVATIONS, also=HEADERS["renovation"]),
    Column("plan_year", "计划改造年度", "year", unit="年", required=False, also=HEADERS["plan_year"]),
    Column("funded_year", "已列入中央补助年度", "year", unit="年", required=False, also=HEADERS["funded_year"]),
)

# measure key, header of its group, unit
MEASURES = (
    ("area", "建筑面积（万平方米）", "万平方米"),
    ("households", "户数（户）", "户"),
    ("buildings", "楼栋数（栋）", "栋"),
    ("communities", "小区数（个）", "个"),
    ("investment", "预计投资额（万元）", "万元"),
)
PARTS = (("before", "2000年底以前"), ("after", "2000年底以后"), ("total", "合计"))

ANNUAL_COLUMNS = (
    Column("year", "年度", "year", unit="年", also=HEADERS["year"]),
    Column("prefecture", "地、州、市", "text", required=False, also=HEADERS["prefecture"]),
    Column("county", "县（市）、区", "county", also=HEADERS["county"]),
    *(
        Column(f"{key}_{part}", head, "decimal" if key in ("area", "investment") else "count", group, unit=unit)
        for key, group, unit in MEASURES
        for part, head in PARTS
    ),
)

QUESTIONNAIRE = "发放与收回情况"
ATTITUDE = "对改造的态度（份）"
WILLINGNESS_COLUMNS = (
    Column("serial", "序号", "serial", required=False, also=HEADERS["serial"]),
    Column("county", "县（市）、区", "county", also=HEADERS["county"]),
    Column("name", "小区名称", "text", also=HEADERS["name"]),
    Column("sent", "发放问卷（份）", "count", QUESTIONNAIRE, unit="份", also=HEADERS["sent"]),
    Column("returned", "收回问卷（份）", "count", QUESTIONNAIRE, unit="份", also=HEADERS["returned"]),
    Column("willing", "愿意", "count", ATTITUDE, unit="份", also=HEADERS["willing"]),
    Column("neutral", "无所谓", "count", ATTITUDE, unit="份", also=HEADERS["neutral"]),
    Column("unwilling", "不愿意", "count", ATTITUDE, unit="份", also=HEADERS["unwilling"]),
    Column("willing_to_pay", "愿意出资（份）", "count", unit="份", also=HEADERS["willing_to_pay"]),
    Column("concerns", "最关心的问题", "concerns", required=False, also=HEADERS["concerns"]),
)

Period = Literal["before", "after", "historic"]
LAST_BEFORE = 2000  # a community built by the end of 2000 belongs on the first sheet, later ones on the second


@dataclass(frozen=True)
class Sheet:
    """A sheet of the form: its name, its title row and its columns."""

    key: str
    name: str
    title: str
    columns: tuple[Column, ...]

    def letter(self, key: str) -> str:
        """The letter of the column that holds `key`."""
        return letter(next(i for i, column in enumerate(self.columns) if column.key == key))


ANNUAL_TITLE = "老旧小区改造年度计划表"
SHEETS = (
    Sheet("before", "2000年底以前", "老旧小区摸底调研情况表（2000年底以前建成）", COMMUNITY_COLUMNS),
    Sheet("after", "2000年底以后", "老旧小区摸底调研情况表（2000年底以后建成）", COMMUNITY_COLUMNS),
    Sheet("historic", "历史文化街区", "老旧小区摸底调研情况表（历史文化街区）", COMMUNITY_COLUMNS),
    Sheet("annual", ANNUAL_TITLE, ANNUAL_TITLE, ANNUAL_COLUMNS),
    Sheet("willingness", "居民意愿", "居民改造意愿调查汇总表", WILLINGNESS_COLUMNS),
)
COMMUNITY_SHEETS: tuple[Period, ...] = ("before", "after", "historic")

# Sheets of our own in a workbook: what was found in it (survey --annotate), how to fill it in and the catalogue (new).
# They hold no answers: a reader passes over them, and over comments of ANNOTATOR or that begin with ANNOTATION_MARK
# (some programs forget authors).
ANNOTATION_SHEET, INSTRUCTION_SHEET, CATALOGUE_SHEET = "问题清单", "填表说明", "改造内容目录"
OWN_SHEETS = (ANNOTATION_SHEET, INSTRUCTION_SHEET, CATALOGUE_SHEET)
ANNOTATOR, ANNOTATION_MARK = "planbook", "【问题】"

# what is compared from round to round
FIGURES = ("area", "households", "buildings")


def sheet(key: str) -> Sheet:
    return next(s for s in SHEETS if s.key == key)


def letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: a column's letter as Excel writes it."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
