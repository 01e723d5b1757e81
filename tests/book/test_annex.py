"""The Excel annex, read back as a user's program reads it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planbook.book.annex import write_annex
from planbook.book.assemble import Edition
from planbook.book.narrative import Published
from planbook.book.places import Place, Places
from planbook.book.sheets import range_name
from planbook.book.sources import sources_sheet
from planbook.book.xlsx import workbook_bytes, write_workbook
from planbook.errors import InputError
from planbook.params import Document, Params, Unit
from planbook.reference import Reference
from planbook.report import facts as make
from planbook.report.facts import Fact
from planbook.report.forms import annual_heads, community_form
from planbook.report.rows import Rows
from planbook.report.tables import Head, Table, listing
from planbook.survey import form, frames
from planbook.survey.issues import Correction, Issue
from planbook.survey.read import CountySurvey, Source
from planbook.survey.rounds import RoundInfo
from planbook.survey.store import Survey
from tests.small import empty

FILE = "甲县调查表.xlsx"
NAMES = ('=HYPERLINK("x")', "301", "+1号楼", "1~3号楼", "@二期", "#N/A")
SHEETS = [
    *("目录", "小区清单", "五年计划", "2021年计划", "2022年计划", "2023年计划", "2024年计划", "2025年计划"),
    *(
        "现状",
        "改造诉求",
        "改造标准",
        "居民意愿",
        "资金",
        "组织实施",
        "规则检查",
        "政策清单",
        "问题与更正",
        "数据来源",
        "其他表",
    ),
]
RANGE = r"(SUM|COUNTA|COUNTIF)\(([A-Z]+\d+:[A-Z]+\d+)(?:,\"(.+)\")?\)"
FORMULA = re.compile(rf"=(?:{RANGE}|([A-Z]+\d+(?:\+[A-Z]+\d+)+))")


def community(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A survey row; its measures grow with its number."""
    return {
        "county": "jia", "county_name": "甲县", "name": name, "year_built": 1980 + number, "property_type": "公房",
        "area": Decimal("0.333") * number, "households": 40 + number, "buildings": number,
        "needs_basic": ("J05", "J01"), "needs_improve": (), "needs_enhance": ("T01",), "funding": "中央补助",
        "investment": Decimal("100.125") * number, "per_household": Decimal("2.4"), "management": "社区代管",
        "renovation": "未改造", "plan_year": 2021, "funded_year": None, "period": "before",
        "unread": (), "file": FILE, "sheet": "2000年底以前", "row": 4 + number, "places": (f"name=C{4 + number}",),
        **more,
    }  # fmt: skip


def survey() -> Survey:
    """Six communities: three planned for 2021, one too late, one funded already, one without a year."""
    changes: list[dict[str, Any]] = [
        {}, {}, {}, {"year_built": 2008}, {"funded_year": 2020}, {"plan_year": None, "investment": None},
    ]  # fmt: skip
    rows = [community(n, name, **change) for n, (name, change) in enumerate(zip(NAMES, changes, strict=True), 1)]
    answers = {"county": "jia", "county_name": "甲县", "name": NAMES[0], "sent": 30, "returned": 25, "willing": 20}
    answers |= {"neutral": 3, "unwilling": 2, "willing_to_pay": 9, "concerns": ("J05", "施工扰民")}
    county = CountySurvey(
        "jia", (Source(FILE, "0" * 64),), frames.from_rows("communities", rows), frames.from_rows("annual", ()),
        frames.from_rows("willingness", [{**answers, "file": FILE, "sheet": "居民意愿", "row": 5, "places": ()}]),
        (Issue(FILE, "2000年底以前", "E8", "year.late", "warning", "2008", "请核实建成时间。"),),
        (Correction(FILE, "2000年底以前", "C5", "=1+1", "2", "去掉等号"),),
    )  # fmt: skip
    info = RoundInfo(
        id="2020-08", date="2020-08", label="2020年8月", surveyor="甲县", coverage="城区",
        synthetic=True, needs_weights=(1,),
    )  # fmt: skip
    return Survey(info, {"jia": county}, ())


def reference() -> Reference:
    catalogue = pd.DataFrame({"code": list(form.ITEM_NAMES), "item": list(form.ITEM_NAMES.values())})
    policy = {
        "section": ("决策部署",), "level": "国务院", "kind": "文件", "date": "2020-07-20", "issuer": "国务院办公厅",
        "title": "意见", "number": "国办发〔2020〕23号", "gist": "=要点", "status": "", "scope": "国家", "note": "",
    }  # fmt: skip
    standard = policy | {"title": "标准", "number": "GB50180-2018", "date": "2018-12"}
    return Reference(catalogue, pd.DataFrame([policy, standard]), pd.DataFrame())


def edition(**more: Any) -> Edition:
    unit = Unit(code="654299", name="甲地区", level="prefecture", government="甲地区公署", department="甲地区住建局")
    targets = {2021: Decimal(30), 2022: Decimal(20), 2023: Decimal(18), 2024: Decimal(15)}
    params = Params(
        unit=unit, counties=("jia", "yi"), round="2020-08", targets=targets, document=Document(client="甲局 & 乙局")
    )
    said = {"missing": ("乙县",), "overrides": {"targets.2021": 30}, "left_out": (), **more}
    return Edition("jia", params, survey().info, ("甲县", "乙县"), **said)


# ---------------------------------------------------------------------------------------------- what is published


PLACES = Places({"half.1": (Place("09-plan.qmd", "计划规模", "sec-plan-size"),)}, {}, {})


@cache
def published() -> Published:
    """A chapter with a plan in two parts, a table whose foot is no sum, a list, a blank form and a stray table."""
    every = Rows(survey().communities, "小区")
    first, second = every.where(every.frame["buildings"] <= 2, "前"), every.where(every.frame["buildings"] == 3, "后")
    both = every.where(every.frame["buildings"] <= 3, "全部")
    made: dict[str, Fact] = {}

    def keep(fact: Fact) -> Fact:
        return made.setdefault(fact.id, fact)

    def plan_row(name: str, id: str, before: Rows, after: Rows, whole: Rows) -> tuple[Any, ...]:
        cells = []
        for measure, _group, _unit in form.MEASURES:
            for part, rows in (("before", before), ("after", after), ("total", whole)):
                said = f"plan.{id}.{part}.{measure}"
                counted = measure == "communities"
                cells.append(keep(make.count(said, rows) if counted else make.total(said, rows, measure)))
        return (name, *cells)

    nothing = every.where(every.frame["buildings"] > 99, "无")
    rows = (plan_row("甲县", "a", first, second, both), plan_row("=乙县", "b", nothing, nothing, nothing))
    foot = plan_row("合计", "all", first, second, both)
    plan = Table("plan", "五年改造计划", annual_heads(), rows, foot, sums=True)

    households = made["plan.all.total.households"]
    half = [keep(make.share(f"half.{n}", households, households)) for n in (1, 2)]
    whole = keep(make.rest("half.all", 200, []))
    missing = keep(make.total("stock.none", every.where(every.frame["buildings"] == 6, "无投资"), "investment"))
    columns = (Head("名称", key="name", align="left"), Head("占比（%）"), Head("户数（户）"), Head("投资（万元）"))
    parts = [keep(make.total(f"stock.{n}", r, "households")) for n, r in (("a", first), ("b", second))]
    money = keep(make.total("stock.money", first, "investment"))
    off = keep(make.total("stock.off", every, "households"))
    body = (("甲", half[0], parts[0], money), ("乙", half[1], parts[1], missing))
    total = ("合计", whole, off, money)
    stock = Table("stock", "现状", columns, body, total, unit="户", notes=("注：示例。",), sums=True)

    heads = (
        ("#", Head("序号", key="number", align="center")),
        ("name", Head("小区名称", key="name", align="left")),
        ("year_built", Head("建成时间（年）", align="center")),
        ("area", Head("面积（万平方米）")),
    )
    named = Table("list-2021", "2021年清单", tuple(h for _, h in heads), listing(both, heads))
    stray = Table("stray", "其余", (Head("说明"),), (("=1+1",),))
    tables = (plan, stock, named, community_form("form-communities"), stray)
    rule = {
        "id": "scope", "title": "不得重复申报", "clause": "第二章", "limit": "0个", "fact": "half.1", "verdict": "fail",
        "printed": "不符合", "mend": "从计划中调出",
        "rows": [
            {"name": NAMES[4], "county": "甲县", "unread": (), "file": FILE, "sheet": "2000年底以前", "row": 9},
            {"name": "电梯", "county": "甲县", "unread": (), "file": "data/catalogue.csv", "sheet": "", "row": 20},
        ],
    }  # fmt: skip
    content = {"facts": {id: f.as_dict() for id, f in made.items()}, "tables": {t.id: t.as_dict() for t in tables}}
    return Published({"09": {**content, "figures": {}, "rules": [rule]}})


@dataclass(frozen=True)
class Annex:
    """The same file as formulas and as the values a preview shows."""

    path: Path
    formulas: Workbook
    values: Workbook

    def sheet(self, name: str) -> Worksheet:
        return sheet_of(self.formulas, name)

    def shown(self, name: str, address: str) -> Any:
        return sheet_of(self.values, name)[address].value


def sheet_of(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


@pytest.fixture(scope="module")
def annex(tmp_path_factory: pytest.TempPathFactory) -> Annex:
    path = empty(tmp_path_factory.mktemp("附 表") / "甲地区") / "附表.xlsx"
    assert write_annex(path, edition(), published(), PLACES, survey(), reference()) == path
    return Annex(path, load_workbook(path), load_workbook(path, data_only=True))


def cells(sheet: Worksheet) -> Iterator[Cell]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if isinstance(cell, Cell) and cell.value is not None)


def find(sheet: Worksheet, text: Any) -> Cell:
    return next(cell for cell in cells(sheet) if cell.value == text)


def row_of(sheet: Worksheet, number: int) -> list[Any]:
    return [cell.value for cell in sheet[number]]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in cells(sheet)]


# ---------------------------------------------------------------------------------------------- sheets


def test_sheets_stand_in_order_and_the_contents_lead_to_each(annex: Annex) -> None:
    assert annex.formulas.sheetnames == SHEETS
    contents = annex.sheet("目录")
    links = {str(cell.value): cell.hyperlink for cell in cells(contents) if cell.hyperlink}
    assert list(links) == SHEETS[1:]
    assert [link.location for link in links.values()] == [f"'{name}'!A1" for name in SHEETS[1:]]
    assert row_of(contents, find(contents, "小区清单").row)[3] == 6
    assert row_of(contents, find(contents, "五年计划").row)[2:] == ["五年改造计划", 2]
    assert row_of(contents, find(contents, "2023年计划").row)[3] == 0


def test_the_contents_say_what_the_cover_says(annex: Annex) -> None:
    said = "\n".join(texts(annex.sheet("目录")))
    assert "甲地区老旧小区改造专项规划" in said and "征求意见稿" in said and "2020年8月摸底调查" in said
    assert "示例数据" in said and "targets.2021=30" in said and "未收到乙县" in said


def test_a_countys_contents_speak_of_the_county_alone(tmp_path: Path) -> None:
    """What is said of a round is said of the whole prefecture."""
    unit = Unit(code="654225", name="甲县", level="county", government="甲县人民政府", department="甲县住建局")
    own = replace(edition(missing=()), params=Params(unit=unit, round="2020-08", targets=edition().params.targets))
    path = write_annex(tmp_path / "县.xlsx", own, Published({}), Places({}, {}, {}), survey(), reference())
    said = texts(sheet_of(load_workbook(path), "目录"))
    assert "调查轮次：2020年8月摸底调查（甲县的社区工作人员填报，甲县住建局汇总）" in said


def test_an_empty_sheet_says_why(annex: Annex) -> None:
    assert texts(annex.sheet("2023年计划")) == ["2023年计划", "规划正文没有这一部分的表，本页没有内容。"]
    assert annex.sheet("2023年计划").freeze_panes is None


def test_a_table_without_a_sheet_of_its_own_is_kept_and_a_blank_form_is_not(annex: Annex) -> None:
    assert "其余" in texts(annex.sheet("其他表"))
    assert not any("老旧小区摸底调研情况表" in text for sheet in annex.formulas.worksheets for text in texts(sheet))


def test_nothing_left_over_needs_no_last_sheet(tmp_path: Path) -> None:
    path = write_annex(
        tmp_path / "空.xlsx", edition(), Published({}), Places({}, {}, {}), replace(survey(), counties={}), reference()
    )
    book = load_workbook(path)
    assert book.sheetnames == SHEETS[:-1]
    assert "本轮摸底没有收到这类资料。" in texts(sheet_of(book, "小区清单"))
    assert "本轮摸底没有发现问题，也没有自动更正。" in texts(sheet_of(book, "问题与更正"))


# ---------------------------------------------------------------------------------------------- tables


def test_a_header_of_several_rows_is_merged_as_in_the_book(annex: Annex) -> None:
    sheet = annex.sheet("五年计划")
    assert row_of(sheet, 3)[:5] == ["县（市）", "建筑面积（万平方米）", None, None, "户数（户）"]
    assert row_of(sheet, 4)[1:4] == ["2000年\n底以前", "2000年\n底以后", "合计"]  # a narrow column's
    merged = {str(range) for range in sheet.merged_cells.ranges}
    assert {"A3:A4", "B3:D3", "E3:G3", "H3:J3", "K3:M3", "N3:P3"} <= merged


def test_title_source_and_notes_stand_around_a_table(annex: Annex) -> None:
    said = texts(annex.sheet("现状"))
    assert said[:3] == ["现状", "单位：户", "资料来源：2020年8月摸底调查"]
    assert "注：示例。" in said
    assert said[-1] == "注：合计不含未报送调查表的乙县。"


def test_panes_freeze_below_the_header_and_right_of_the_names(annex: Annex) -> None:
    assert annex.sheet("五年计划").freeze_panes == "B5"
    assert annex.sheet("2021年计划").freeze_panes == "C4"
    assert annex.sheet("小区清单").freeze_panes == "D5"


def test_every_page_is_set_up_for_print(annex: Annex) -> None:
    plan, stock = annex.sheet("五年计划"), annex.sheet("现状")
    assert plan.print_title_rows == "$3:$4"
    assert annex.sheet("小区清单").print_title_rows == "$3:$4"
    assert (plan.page_setup.orientation, stock.page_setup.orientation) == ("landscape", "portrait")
    for sheet in annex.formulas.worksheets:
        assert sheet.page_setup.fitToWidth == 1 and not sheet.col_breaks.brk
        assert sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter is not None and sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert sheet.oddHeader is not None and sheet.oddHeader.left.text == "甲地区老旧小区改造专项规划"
        assert all(6 <= column.width <= 80 for column in sheet.column_dimensions.values())
        assert sheet.print_area == f"'{sheet.title}'!$A$1:${get_column_letter(sheet.max_column)}${sheet.max_row}"


def test_the_rows_of_a_table_are_named_after_their_sheet_or_caption(annex: Annex) -> None:
    places = {name: next(range.destinations) for name, range in annex.formulas.defined_names.items()}
    assert {"目录", "小区清单", "政策清单", "数据来源", "表_2021年计划", "问题", "更正"} <= set(places)
    sheet, at = places["五年计划"]
    rows = annex.sheet(sheet)[at]
    assert sheet == "五年计划" and [row[0].value for row in rows] == ["甲县", "=乙县"]
    sheet, at = places["数据来源"]
    assert "plan.all.total.households" in [row[0].value for row in annex.sheet(sheet)[at]]


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("项目清单", "项目清单"),
        ("2021年度计划", "表_2021年度计划"),
        ("改造 A-1（示例）", "改造_A_1_示例"),
        ("B12", "表_B12"),
    ],
)
def test_a_name_is_one_that_excel_takes(caption: str, name: str) -> None:
    assert range_name(caption) == name


def test_only_the_last_table_of_a_sheet_repeats_its_header(annex: Annex) -> None:
    """A header of another table would stand above columns it does not belong to."""
    rules = annex.sheet("规则检查")
    assert rules.print_title_rows == "$2:$2"
    doubts = annex.sheet("问题与更正")
    assert doubts.print_title_rows == f"${find(doubts, '更正规则').row}:${find(doubts, '更正规则').row}"


# ---------------------------------------------------------------------------------------------- numbers


def evaluate(sheet: Worksheet, formula: str) -> Decimal:
    """What Excel makes of one of our formulas, exactly."""
    found = FORMULA.fullmatch(formula)
    assert found, formula
    if found[4]:
        return sum((number(sheet[address].value, sheet) for address in found[4].split("+")), Decimal(0))
    first, last = (sheet[address] for address in found[2].split(":"))
    rows = sheet.iter_rows(first.row, last.row, first.column, last.column, values_only=True)
    values = [value for row in rows for value in row]
    if found[1] == "SUM":
        return sum((number(value, sheet) for value in values if not text(value)), Decimal(0))
    return Decimal(sum(value is not None if found[1] == "COUNTA" else value == found[3] for value in values))


def number(value: Any, sheet: Worksheet) -> Decimal:
    return evaluate(sheet, value) if isinstance(value, str) else Decimal(str(value))


def text(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not FORMULA.fullmatch(value))


def test_every_formula_gives_the_value_stored_beside_it(annex: Annex) -> None:
    checked = 0
    for sheet in annex.formulas.worksheets:
        for cell in cells(sheet):
            if cell.data_type == "f":
                shown = annex.shown(sheet.title, cell.coordinate)
                assert float(evaluate(sheet, str(cell.value))) == pytest.approx(shown, abs=1e-9), cell.coordinate
                checked += 1
    assert checked > 30


def test_totals_are_live_and_equal_to_the_facts(annex: Annex) -> None:
    sheet, facts = annex.sheet("五年计划"), published().facts
    assert [sheet[address].value for address in ("B7", "D7", "D5", "P7")] == [
        "=SUM(B5:B6)", "=SUM(D5:D6)", "=B5+C5", "=SUM(P5:P6)",
    ]  # fmt: skip
    for address, id in (("B7", "all.before.area"), ("D5", "a.total.area"), ("P7", "all.total.investment")):
        assert annex.shown("五年计划", address) == float(facts[f"plan.{id}"]["value"])
    assert (sheet["B7"].number_format, sheet["E7"].number_format) == ("0.00_ ", "0_ ")


def test_a_total_that_is_no_sum_stays_a_value(annex: Annex) -> None:
    """Shares that happen to add up, parts that miss the whole, a part that is missing."""
    sheet = annex.sheet("现状")
    last = find(sheet, "合计").row
    assert [cell.data_type for cell in sheet[last]][1:] == ["n", "n", "n"]
    assert (sheet.cell(last, 2).value, sheet.cell(last, 2).number_format) == (200, "0_ ")
    assert sheet.cell(last - 1, 4).value == "未调查"


def test_numbers_are_numbers_and_names_are_names(annex: Annex) -> None:
    sheet = annex.sheet("2021年计划")
    assert row_of(sheet, 4) == [1, NAMES[0], 1981, 0.333]
    assert sheet["D4"].number_format == "0.00_ "
    listed = annex.sheet("小区清单")
    assert [listed.cell(4 + n, 3).value for n in range(1, 7)] == list(NAMES)
    assert listed["C6"].data_type == sheet["B5"].data_type == "s"  # 301


def test_no_text_becomes_a_formula(annex: Annex) -> None:
    for sheet in annex.formulas.worksheets:
        for cell in cells(sheet):
            if cell.data_type == "f":
                assert FORMULA.fullmatch(str(cell.value)), f"{sheet.title}!{cell.coordinate} {cell.value}"
    typed = {"小区清单": NAMES[0], "五年计划": "=乙县", "政策清单": "=要点", "问题与更正": "=1+1", "其他表": "=1+1"}
    for name, said in typed.items():
        with zipfile.ZipFile(annex.path) as archive:
            xml = archive.read(f"xl/worksheets/sheet{SHEETS.index(name) + 1}.xml").decode("utf-8")
        assert f"<t>{said}</t>" in xml and f"<f>{said[1:]}" not in xml


def test_text_that_looks_like_a_formula_stays_text_when_edited(annex: Annex) -> None:
    sheet = annex.sheet("小区清单")
    assert [bool(sheet.cell(4 + n, 3).quotePrefix) for n in range(1, 7)] == [True, False, True, False, True, False]


# ---------------------------------------------------------------------------------------------- survey, rules, facts


def test_the_project_list_has_the_forms_columns_and_who_is_in_the_plan(annex: Annex) -> None:
    sheet = annex.sheet("小区清单")
    heads = [
        (below or above).replace("\n", "") for above, below in zip(row_of(sheet, 3), row_of(sheet, 4), strict=True)
    ]
    assert heads == [c.header for c in form.COMMUNITY_COLUMNS] + ["是否列入计划", "不列入原因", "调查表位置"]
    assert {"F3:H3", "I3:K3", "A3:A4"} <= {str(range) for range in sheet.merged_cells.ranges}
    listed = [(sheet.cell(row, 19).value, sheet.cell(row, 20).value) for row in range(5, 11)]
    assert listed == [
        ("是", "—"), ("是", "—"), ("是", "—"),
        ("否", "2005年底以后建成"), ("否", "2020年已列入中央补助"), ("否", "未安排改造年度"),
    ]  # fmt: skip
    assert sheet["I5"].value == "5.排水、1.供水"
    assert sheet["U5"].value == "2000年底以前 第5行"


def test_the_project_list_counts_and_adds_up(annex: Annex) -> None:
    sheet = annex.sheet("小区清单")
    assert sheet.auto_filter.ref == "A4:U10"
    assert [sheet[f"{column}11"].value for column in "ACFGMS"] == [
        "合计", "=COUNTA(C5:C10)", "=SUM(F5:F10)", "=SUM(G5:G10)", "=SUM(M5:M10)", '=COUNTIF(S5:S10,"是")',
    ]  # fmt: skip
    assert [annex.shown("小区清单", f"{column}11") for column in "CGMS"] == [6, 261, 1501.875, 3]
    assert sheet["N11"].value is None  # 户均 cannot be added up
    assert "注：总投资的合计包括没有列入计划而填报了投资的2个小区、901.13万元。" in texts(sheet)  # 901.125


def test_residents_answers_stand_below_their_table(annex: Annex) -> None:
    sheet = annex.sheet("居民意愿")
    assert row_of(sheet, 5)[2:10] == [NAMES[0], 30, 25, 20, 3, 2, 9, "排水、施工扰民"]
    assert annex.shown("居民意愿", "D6") == 30


def test_rules_policies_issues_and_corrections_are_listed(annex: Annex) -> None:
    assert row_of(annex.sheet("规则检查"), 3)[1:5] == ["不得重复申报", "不符合", "甲县", NAMES[4]]
    assert row_of(annex.sheet("规则检查"), 4)[4:8] == ["电梯", "改造内容目录", "—", 20]
    policies = annex.sheet("政策清单")
    assert row_of(policies, 3)[1:5] == ["意见", "国办发〔2020〕23号", datetime(2020, 7, 20), "国务院办公厅"]
    assert policies["D3"].number_format == 'yyyy"年"m"月"d"日"'
    assert row_of(policies, 4)[2:4] == ["GB 50180—2018", "2018年12月"]
    doubts = annex.sheet("问题与更正")
    said = [FILE, "2000年底以前", "E8", "警告", "2008", "请核实建成时间。"]
    assert row_of(doubts, find(doubts, "警告").row)[1:] == said  # in the order of the book
    assert row_of(doubts, find(doubts, "去掉等号").row)[3:6] == ["C5", "=1+1", "2"]


def test_every_fact_is_there_with_its_past(annex: Annex) -> None:
    sheet, facts = annex.sheet("数据来源"), published().facts
    listed: Mapping[str, Sequence[Any]] = {str(row[0]): row[1:] for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert list(listed) == sorted(facts)
    assert listed["half.1"][:5] == (100, "%", facts["half.1"]["how"], "有效", "计划规模")
    assert listed["stock.none"][0] == "未调查" and listed["stock.none"][3] == "未调查"
    for id, (value, unit, *_rest) in listed.items():
        if facts[id]["status"] == "ok" and unit:
            assert value == pytest.approx(float(facts[id]["value"]), rel=1e-14)


def test_a_fact_leads_to_its_rows_in_the_workbooks_and_in_the_project_list(annex: Annex) -> None:
    sheet = annex.sheet("数据来源")
    row = next(r for r in sheet.iter_rows(min_row=3) if r[0].value == "stock.a")
    *_, of, place, first, listed = row
    assert of.value == "—" and place.value == f"{FILE} 2000年底以前 第5至6行"
    assert (first.value, listed.value) == ("首行5，共2行", "5至6") and listed.hyperlink is None  # which would not wrap
    assert first.hyperlink is not None
    name, _, address = str(first.hyperlink.location).partition("!")
    project = annex.sheet(name.strip("'"))
    assert [cell.value for cell in project[int(address.removeprefix("A"))]][2] == NAMES[0]
    derived = next(r for r in sheet.iter_rows(min_row=3) if r[0].value == "half.1")
    assert derived[6].value == "plan.all.total.households"


def fact_sheet(ids: Sequence[str], sources: Sequence[Mapping[str, Any]], counties: Sequence[str]) -> list[list[str]]:
    """Rows of 数据来源 for facts that rest on the same rows, of which 小区清单 has 1 to 400 of each file."""
    fact = {"status": "ok", "unit": "个", "value": 3, "display": "3", "how": "个数", "of": (), "sources": sources}
    files = [source["file"] for source in sources]
    listed = {(file, "分表", n): 5 + 400 * at + n for at, file in enumerate(files[::-1]) for n in range(1, 401)}
    grid = sources_sheet(dict.fromkeys(ids, fact), {}, listed, counties).grids[0]
    return [[cell.printed for cell in row] for row in grid.body]


def test_facts_and_files_stand_in_the_plans_order_of_counties() -> None:
    sources = [{"file": file, "sheet": "分表", "rows": "7-8"} for file in ("乙县.xlsx", "甲县.xlsx")]
    rows = fact_sheet(["plan.yi.area", "plan.area", "plan.jia.area"], sources, ("jia", "yi"))
    assert [row[0] for row in rows] == ["plan.area", "plan.jia.area", "plan.yi.area"]
    assert rows[0][7] == "甲县.xlsx 分表 第7至8行；乙县.xlsx 分表 第7至8行"


def test_a_long_list_of_rows_is_left_to_the_project_list() -> None:
    every_second = ",".join(str(n) for n in range(1, 200, 2))
    sources = [{"file": file, "sheet": "分表", "rows": every_second} for file in ("乙县.xlsx", "甲县.xlsx")]
    *_, place, first, listed = fact_sheet(["plan.area"], sources, ())[0]
    assert place == "甲县.xlsx等2个文件，各行见小区清单的“调查表位置”"
    assert first == "首行6，共200行" and listed.startswith("6、 8、 10、 ")


# ---------------------------------------------------------------------------------------------- the file


def test_the_same_input_gives_the_same_bytes_and_no_clock(annex: Annex, tmp_path: Path) -> None:
    again = write_annex(tmp_path / "又.xlsx", edition(), published(), PLACES, survey(), reference())
    assert again.read_bytes() == annex.path.read_bytes()
    with zipfile.ZipFile(again) as archive:
        names = [info.filename for info in archive.infolist()]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode("utf-8")
        plan = archive.read("xl/worksheets/sheet3.xml").decode("utf-8")
    assert names[0] == "[Content_Types].xml" and names[1:] == sorted(names[1:])
    assert not any("calcChain" in name for name in names)
    assert re.findall(r"\d{4}-\d\d-\d\dT[^<]*", core) == ["2020-12-01T00:00:00Z"] * 2
    assert "甲地区老旧小区改造专项规划" in core and "甲局 &amp; 乙局" in core
    merged = re.findall(r'<mergeCell ref="([^"]+)"', plan)
    assert merged == sorted(merged)  # openpyxl's own order changes from process to process


def test_excel_is_told_to_compute_anew(annex: Annex) -> None:
    assert annex.formulas.calculation.fullCalcOnLoad


def test_a_formula_without_its_value_is_never_written() -> None:
    book = Workbook()
    sheet_of(book, "Sheet")["A1"] = "=1+1"
    with pytest.raises(ValueError, match="Sheet!A1"):
        workbook_bytes(book, {})
    with pytest.raises(ValueError, match="B2"):
        workbook_bytes(book, {"Sheet": {"A1": 2, "B2": 3}})
    again = load_workbook(io.BytesIO(workbook_bytes(book, {"Sheet": {"A1": 2}})), data_only=True)
    assert sheet_of(again, "Sheet")["A1"].value == 2


def test_a_file_that_is_open_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", locked)
    with pytest.raises(InputError, match=r"附表\.xlsx"):
        write_workbook(tmp_path / "附表.xlsx", Workbook(), {})
