"""The models of a params file: what may be said there, checked when it is read."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from planbook.numerals import han
from planbook.typography import Standard, Typography
from planbook.words import _
from planbook.yamlfile import Model

Renderer = Literal["pandoc", "quarto"]
CODE, MONTH = r"^\d{6}$", r"^\d{4}-(0[1-9]|1[0-2])$"
LOOK = {"typography", "pdf_standard"}
APART = {"execution", "since", "renderer"}


class Unit(Model):
    """Who the plan is for."""

    code: Annotated[str, Field(pattern=CODE, description="行政区划代码（GB/T 2260），六位数字，加引号")]
    name: Annotated[str, Field(min_length=2, description="全称，写到市、县")]
    level: Literal["prefecture", "county"]
    aliases: Annotated[tuple[str, ...], Field(description="简称、曾用名，摸底表里可能这样写")] = ()
    government: Annotated[str, Field(description="人民政府或行政公署全称")]
    department: Annotated[str, Field(description="住房和城乡建设主管部门全称")]

    @field_validator("code", mode="before")
    @classmethod
    def _six_digits(cls, value: object) -> str:
        """YAML reads what stands without quotes as a number."""
        if not re.fullmatch(CODE, str(value)):
            raise ValueError(_("has to be six digits (GB/T 2260), such as {example}").format(example="654202"))
        return str(value)

    @property
    def is_county(self) -> bool:
        return self.level == "county"


class Period(Model):
    """The plan's period, both years included."""

    first: Annotated[int, Field(ge=2000, le=2100, title="规划期首年")] = 2021
    last: Annotated[int, Field(ge=2000, le=2100, title="规划期末年")] = 2025

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last < self.first:
            raise ValueError(_("last must not be before first"))
        return self

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(range(self.first, self.last + 1))

    @property
    def span(self) -> str:
        """How long it is, as a plan is named after it: 五年."""
        return f"{han(len(self.years))}年"


class Tiers(Model):
    """How many items of the catalogue are 必选, 优选 and 可选 (chapter 7)."""

    required: Annotated[int, Field(ge=0, description="必选项")] = 18
    preferred: Annotated[int, Field(ge=0, description="优选项")] = 16
    optional: Annotated[int, Field(ge=0, description="可选项")] = 17


class Rules(Model):
    """Limits of the plan's own rules; their sources stand with the rules (planbook.analysis.rules)."""

    built_before: Annotated[int, Field(title="重点改造的建成年份", description="重点改造：该年年底以前建成")] = 2000
    built_latest: Annotated[
        int, Field(title="有条件纳入的最迟建成年份", description="有条件纳入：最迟该年年底建成")
    ] = 2005
    post_share_cap: Annotated[
        Decimal,
        Field(
            ge=0, le=100, title="较新小区的户数占比上限",
            description="各年度计划中 built_before 以后建成小区的户数占比上限，%",
        ),
    ] = Decimal(15)  # fmt: skip
    funded_years: Annotated[tuple[int, ...], Field(description="已列入这些年度中央补助的，不得重复申报")] = (2019, 2020)
    target_tolerance: Annotated[
        Decimal,
        Field(
            ge=0, le=100, title="分期目标允许的偏差",
            description="分年户数占比与目标相差不超过多少个百分点（“左右”）",
        ),
    ] = Decimal(2)  # fmt: skip
    tiers: Annotated[Tiers, Field(description="改造内容目录应有的项数")] = Tiers()


class Span(Model):
    """From `least` to `most`, both included."""

    least: Annotated[Decimal, Field(ge=0)]
    most: Annotated[Decimal, Field(gt=0)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most <= self.least:
            raise ValueError(_("most must be above least"))
        return self

    def holds(self, number: Decimal) -> bool:
        return self.least <= number <= self.most


class Checks(Model):
    """Bounds of what is likely in a survey (planbook.survey.check says what each is for). Without a source: 示例."""

    area_per_household: Annotated[Span, Field(description="户均建筑面积，㎡")] = Span(
        least=Decimal(20), most=Decimal(400)
    )
    households_per_building: Annotated[Span, Field(description="每栋户数")] = Span(least=Decimal(4), most=Decimal(200))
    investment_per_household: Annotated[Span, Field(description="户均投资，万元")] = Span(
        least=Decimal("0.1"), most=Decimal(20)
    )
    per_household_tolerance: Annotated[
        Decimal, Field(ge=0, description="户均改造资金与总投资÷户数可相差多少，万元；另允许相差百分之二")
    ] = Decimal("0.02")
    total_tolerance: Annotated[Decimal, Field(ge=0, description="合计与各行之和可相差多少（四舍五入）")] = Decimal(
        "0.02"
    )
    similar_names: Annotated[int, Field(ge=50, le=100, description="小区名称相似到百分之几即提醒")] = 88
    changed_by: Annotated[Decimal, Field(gt=0, description="与上一轮相差超过百分之几即提醒")] = Decimal(30)


class Signatory(Model):
    """One line of the 责任页."""

    role: str
    name: str


class Document(Model):
    """What cover and 责任页 say."""

    title: Annotated[str, Field(description="书名；{name} 代表单位名称")] = "{name}老旧小区改造专项规划"
    edition: Annotated[Literal["征求意见稿", "送审稿", "报批稿"], Field(description="稿次")] = "征求意见稿"
    client: Annotated[str, Field(description="委托单位")] = ""
    compiler: Annotated[str, Field(description="编制单位")] = ""
    date: Annotated[str, Field(pattern=MONTH, description="编制日期，如 2020-12")] = "2020-12"
    responsibility: Annotated[tuple[Signatory, ...], Field(description="责任页")] = ()

    @field_validator("date", mode="before")
    @classmethod
    def _month(cls, value: object) -> str:
        """YAML reads 2020-12-01 as a date; a month is what the cover prints."""
        month = f"{value:%Y-%m}" if isinstance(value, date) else str(value)
        if not re.fullmatch(MONTH, month):
            raise ValueError(_("has to be a month, such as {example}").format(example="2020-12"))
        return month

    @property
    def printed_date(self) -> str:
        year, month = self.date.split("-")
        return f"{year}年{int(month)}月"


class Grade(Model):
    """分类指导的改造等级. Without a source: 示例."""

    level: Annotated[Literal["基础级", "完善级", "提升级"], Field(title="改造等级")] = "基础级"
    assumed: bool = True


class CostWeights(Model):
    """How a community's investment is divided among the categories it asks for. Without a source: 示例."""

    basic: Annotated[Decimal, Field(ge=0)] = Decimal(6)
    improve: Annotated[Decimal, Field(ge=0)] = Decimal(3)
    enhance: Annotated[Decimal, Field(ge=0)] = Decimal(1)
    assumed: bool = True


class Execution(Model):
    """What a notebook may take; nothing of it changes a document."""

    timeout: Annotated[int, Field(ge=0, description="一个笔记本最多运行多少秒；0 为不限")] = 600
    memory: Annotated[int, Field(ge=0, description="一个笔记本最多占用多少兆内存（Linux）；0 为不限")] = 4096


class Params(Model):
    """All parameters of one unit, as notebooks and chapters see them."""

    unit: Unit
    counties: Annotated[
        tuple[str, ...], Field(description="所辖县（市）的参数文件名，按行政区划代码排列；只在地区一级填写")
    ] = ()
    round: Annotated[str, Field(description="采用的摸底调查轮次：data/survey 下的文件夹名")]
    since: Annotated[
        str | None,
        Field(
            description="与哪一轮摸底调查相比，须早于采用的一轮；填写后书中增加附录“与上一轮相比”",
            exclude_if=lambda round: round is None,
        ),
    ] = None
    period: Period = Period()
    milestone: Annotated[int, Field(title="制度框架基本形成的年份")] = 2022
    targets: Annotated[
        dict[int, Decimal],
        Field(title="分期建设目标", description="年份 → 占五年总户数的百分比；最后一年为其余部分，不填"),
    ]
    rules: Rules = Rules()
    checks: Checks = Checks()
    document: Document = Document()
    cost_weights: CostWeights = CostWeights()
    grade: Annotated[Grade, Field(description="分类指导：本县（市）的改造等级")] = Grade()
    unsafe: Annotated[
        tuple[str, ...] | None,
        Field(
            description="房屋鉴定不符合抗震防灾要求、列入专项加固计划的小区，名称与调查表一致；没有的写 []，"
            "没有鉴定结果的不填；只在县（市）一级填写"
        ),
    ] = None
    strict: Annotated[bool, Field(description="规则检查有不符合的，不生成本单位的规划")] = False
    renderer: Annotated[Renderer, Field(description="排版程序：pandoc 随本项目自带；quarto 须另装 1.9 以上版本")] = (
        "pandoc"
    )
    typography: Typography = Typography()
    pdf_standard: Annotated[
        tuple[Standard, ...],
        Field(min_length=1, description="PDF 标准：ua-1 无障碍（ISO 14289-1），a-2b 长期保存（ISO 19005-2），可以兼有"),
    ] = ("ua-1",)
    execution: Execution = Execution()

    @field_validator("round", "since", mode="before")
    @classmethod
    def _folder(cls, value: object) -> object:
        """YAML reads 2020 as a number and 2020-08-01 as a date; a folder may be called so."""
        return str(value) if isinstance(value, int | date) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.counties)) < len(self.counties):
            raise ValueError(_("counties: a county is named twice"))
        if self.unit.is_county and self.counties:
            raise ValueError(_("counties: only a prefecture has counties"))
        if self.unsafe is not None and not self.unit.is_county:
            raise ValueError(_("unsafe: each county lists its own"))
        for year, share in self.targets.items():
            if year not in self.period.years[:-1]:
                said = _("targets.{year}: only years of the period before its last, {last}, which takes the rest")
                raise ValueError(said.format(year=year, last=self.period.last))
            if not 0 <= share <= 100:
                raise ValueError(_("targets.{year}: {share} is no percentage").format(year=year, share=share))
        if missing := [y for y in self.period.years[:-1] if y not in self.targets]:
            raise ValueError(_("targets: no figure for {years}").format(years=", ".join(map(str, missing))))
        if sum(self.targets.values()) > 100:
            said = _("targets: {sum} % before the last year, more than the whole")
            raise ValueError(said.format(sum=sum(self.targets.values())))
        return self

    @property
    def title(self) -> str:
        return self.document.title.replace("{name}", self.unit.name)

    @classmethod
    def name_of(cls, key: str) -> str:
        """A dotted key in Chinese: targets.2021 → 分期建设目标（2021年）; empty where it has no title."""
        model: Any = cls
        for at, part in enumerate(parts := key.split(".")):
            field = model.model_fields.get(part)
            if field is None:
                return ""
            model = field.annotation
            if not hasattr(model, "model_fields"):
                rest = parts[at + 1 :]
                return f"{field.title or ''}（{rest[0]}年）" if rest and field.title else field.title or ""
        return ""

    @property
    def resolved(self) -> str:
        """Everything that can change what a document says, as JSON; who sets it is a matter of its own, and of `since`
        only one chapter knows, by a key of its own."""
        return self.model_dump_json(exclude=APART)

    @property
    def calculated(self) -> str:
        """Of these, what can change a number, a figure or a word."""
        return self.model_dump_json(exclude=APART | LOOK)

    @property
    def look(self) -> str:
        """Of these, what changes pages alone."""
        return self.model_dump_json(include=LOOK)

    def target(self, year: int) -> Decimal:
        """Percent of the five-year households planned for `year`; the last year takes the rest."""
        return self.targets[year] if year in self.targets else 100 - sum(self.targets.values(), Decimal(0))


def schema() -> str:
    """The JSON schema of a params file, for editors. A file that extends another may leave everything out."""
    made = Params.model_json_schema()
    made["title"] = "planbook params"
    made["properties"]["extends"] = {"type": "string", "description": "继承哪个单位的参数"}
    made.pop("required", None)
    for name in ("Unit", "Signatory"):
        if name != "Signatory":
            made["$defs"][name].pop("required", None)
    return json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
