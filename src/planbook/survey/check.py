"""What a workbook must keep to: every code an issue can carry, and the bounds of what is likely.

RULES is the one place where codes, severities and their documentation are declared. An error leaves its cell without a
value (its row stays); a warning's value is used; a note is for information.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planbook.params import Checks, Params
from planbook.survey import form
from planbook.survey.issues import Issue, Severity
from planbook.survey.workbook import Cell


@dataclass(frozen=True)
class Rule:
    """A code of issues: how grave it is, what it stands for, and an example of what brings it up."""

    code: str
    severity: Severity
    meaning: str
    example: str = ""


RULES = {
    rule.code: rule
    for rule in (
        # files and sheets
        Rule("unreadable", "error", "文件打不开、不完整，或不是工作簿", "改了扩展名的文件、0字节的文件"),
        Rule("format", "error", "不读取的文件格式", "某县.et"),
        Rule("password", "error", "工作簿设有打开密码", ""),
        Rule("too-large", "error", "文件或其已用区域过大，未打开", "最后一个单元格在第1048576行"),
        Rule("unclear-county", "error", "看不出工作簿属于哪个县（市），未计入", "汇总.xlsx，各行未填县（市）"),
        Rule("two-workbooks", "error", "同一县（市）有两份工作簿，只计一份", "某县.xlsx 和 某县（最终版）.xlsx"),
        Rule("missing-sheet", "error", "缺少调查表规定的工作表", "没有“居民意愿”表"),
        Rule("repeated-sheet", "error", "整张工作表与另一张重复，未计入", "“2000年底以前 (2)”"),
        Rule("header", "error", "找不到表头，整张工作表未读取", "表头行被删去"),
        Rule("missing-column", "error", "缺少必填的一栏", "没有“户数”一栏"),
        Rule("missing-optional", "warning", "缺少选填的一栏", "没有“计划改造年度”一栏"),
        Rule("header-guess", "warning", "表头的文字与调查表不同，按最相近的一栏读取", "“小区名程”"),
        Rule("sheet-guess", "warning", "看不出是哪一张表，按各小区的建成时间归类", "工作表名为 Sheet1"),
        Rule("extra-sheet", "warning", "调查表没有的工作表，未读取", "“备注”表"),
        Rule("extra-cell", "warning", "填在调查表各栏之外的内容，未读取", "最右一栏之外的数字"),
        Rule("stray-row", "warning", "看不出是小区、合计还是说明的一行，未读取", "只在“序号”栏写了几个字"),
        Rule("extra-column", "note", "调查表没有的一栏，未读取", "“联系电话”"),
        Rule("hidden", "note", "隐藏的工作表、行、列，已照常读取", "隐藏了第12行"),
        Rule("comment", "note", "单元格带有批注", "批注“待核”"),
        Rule("external", "note", "公式引用了其他文件，按保存时的结果读取", "=[1]Sheet1!A1"),
        Rule("example-row", "note", "填表示例，未读取", "序号栏写“例”的一行"),
        Rule("other-file", "note", "不是工作簿的文件、子文件夹，未读取", "某县.docx"),
        Rule("missing-county", "note", "县（市）没有报送工作簿", ""),
        # cells
        Rule("error-value", "error", "单元格是公式错误值", "#REF!"),
        Rule("no-value", "error", "公式没有保存计算结果", "=M5/G5"),
        Rule("missing", "error", "必填项未填", "户数为空"),
        Rule("ditto", "error", "“同上”的上方没有可用的内容", "首行填“同上”"),
        Rule("merged-number", "error", "几个小区的数字合并成一格，无法分开", "两行的户数合并为一格"),
        Rule("too-long", "error", "内容过长，不是填报内容", "32000个字符"),
        Rule("not-a-number", "error", "应填数字处不是数字，应填整数处不是整数", "户数“若干”"),
        Rule("range", "error", "数值小于允许的最小值", "面积为负数"),
        Rule("year-range", "error", "年份不合理", "建成时间2099"),
        Rule("unknown-choice", "error", "不在可选范围之内", "房屋性质“平房”"),
        Rule("unknown-item", "error", "改造内容序号不在目录之内", "基础类“19”"),
        Rule("unknown-county", "error", "没有这个县（市），或不是本工作簿所属的县（市）", "某县的工作簿里写了另一个县"),
        Rule("approximate", "warning", "约数", "约120"),
        Rule("decade", "warning", "只有年代，没有年份", "80年代"),
        Rule("two-digits", "warning", "年份只有两位数", "98"),
        Rule("year-divide", "warning", "起止年份跨2000年，按较晚的读取", "1999-2002"),
        Rule("year-span", "warning", "填了几个年份，建成时间按末年、计划年度按首年读取", "1995-1998"),
        Rule("several", "warning", "单选栏填了几项，按第一项读取", "中央补助、居民出资"),
        Rule("loose-choice", "warning", "意思相近，但不是调查表的选项", "改造情况“是”"),
        Rule("item-range", "warning", "改造内容填了起止序号", "1-5"),
        Rule("item-decimal", "warning", "改造内容像是小数或日期，按顿号读取", "1.3"),
        Rule("blank-county", "warning", "个别行未填县（市），按上方或文件名读取", ""),
        Rule("unit-guess", "warning", "单位像是填错，已按合理的单位读取", "面积9800（㎡）"),
        # rows
        Rule("duplicate", "error", "同一小区填写了两次", ""),
        Rule("similar-name", "warning", "小区名称与另一个几乎相同", "幸福新村、幸福新村小区"),
        Rule("year-sheet", "warning", "建成年份与所在工作表不符", "1998年建成，填在“2000年底以后”"),
        Rule("too-late", "warning", "超出改造范围的年份建成，却列入了计划", "2008年建成，计划2022年改造"),
        Rule("out-of-scope", "note", "超出改造范围的年份建成", "2008年建成"),
        Rule("funded-twice", "warning", "已列入中央补助，又列入计划", ""),
        Rule("plan-period", "warning", "计划改造年度不在规划期内", "2019"),
        Rule("density", "warning", "每栋户数不在合理范围", "3栋1200户"),
        Rule("area", "warning", "户均面积不在合理范围", "户均3平方米"),
        Rule("cost", "warning", "户均投资不在合理范围", "户均200万元"),
        Rule("per-household", "warning", "户均改造资金与总投资除以户数不符", ""),
        Rule("unknown-community", "warning", "居民意愿表中的小区不在摸底调研情况表中", ""),
        Rule("questionnaire", "warning", "问卷份数前后不一致", "收回多于发放"),
        # sums
        Rule("subtotal", "warning", "合计与各行之和不符", ""),
        Rule("annual-part", "warning", "年度计划表的合计与两部分之和不符", ""),
        Rule("annual-form", "warning", "年度计划表与各小区之和不符", ""),
        Rule("annual-repeat", "error", "年度计划表同一年度填写了两次", ""),
        # two rounds
        Rule("vanished", "warning", "上一轮有、这一轮没有的小区", ""),
        Rule("changed", "warning", "与上一轮相差很大", "户数由120变为480"),
    )
}


def issue_codes() -> tuple[tuple[str, Severity, str, str], ...]:
    """(code, severity, Chinese meaning, Chinese example) of every issue there can be, for the documentation."""
    return tuple((rule.code, rule.severity, rule.meaning, rule.example) for rule in RULES.values())


@dataclass(frozen=True)
class Bounds:
    """What a round is checked against: what is likely (`checks` in params), the plan's period and its limits."""

    checks: Checks = field(default_factory=Checks)
    first: int = 2021
    last: int = 2025
    built_before: int = 2000
    built_latest: int = 2005
    funded_years: tuple[int, ...] = (2019, 2020)

    @classmethod
    def of(cls, params: Params) -> Bounds:
        period, rules = params.period, params.rules
        return cls(params.checks, period.first, period.last, rules.built_before, rules.built_latest, rules.funded_years)

    def key(self) -> str:
        """The same text for the same bounds."""
        return f"{self.checks.model_dump_json()}{self.first, self.last, self.built_before, self.built_latest}" + str(
            self.funded_years
        )


@dataclass(frozen=True)
class Row:
    """One row as read: the sheet of the form it belongs to, its cells and their values by the columns' keys.

    `county`: whose row it is, though its own cell may not say so legibly. A column that the sheet lacks has no cell.
    """

    sheet: form.Sheet
    number: int
    county: str
    cells: Mapping[str, Cell]
    values: Mapping[str, object]

    def place(self, key: str) -> Cell:
        """The cell of a column; where the sheet lacks it, the row's first one."""
        return self.cells.get(key) or next(iter(self.cells.values()))


def issue(cell: Cell, code: str, message: str, value: object = None) -> Issue:
    """The issue at a cell, as grave as RULES says; `value` is what was used all the same."""
    said = "、".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return Issue(cell.file, cell.sheet, cell.address, code, RULES[code].severity, cell.text, message, said)


def row_issue(row: Row, key: str, code: str, message: str) -> Issue:
    """The issue at a row's cell, with the value that was read there."""
    return issue(row.place(key), code, message, row.values.get(key))


def file_issue(file: str, code: str, message: str, sheet: str = "") -> Issue:
    """An issue of a whole file, or of a sheet that it lacks or has too many."""
    return Issue(file, sheet, "", code, RULES[code].severity, "", message)
