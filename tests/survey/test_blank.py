"""The empty workbook: every column asks for what the form declares, and the reader takes it as it is."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from planbook.survey import form
from planbook.survey.blank import Asked, blank_workbook, validations
from planbook.survey.clean import County
from planbook.survey.read import read_county_bytes

ASKED = Asked("裕民县", "塔城地区", (2021, 2022, 2023, 2024, 2025))
YUMIN = County("yumin", "裕民县", "654225")


@pytest.fixture(scope="module")
def data() -> bytes:
    return blank_workbook(ASKED)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rules(book: Workbook, sheet: str) -> dict[str, openpyxl.worksheet.datavalidation.DataValidation]:
    """Column's key → its validation."""
    columns = form.sheet(sheet).columns
    page = book[form.sheet(sheet).name]
    return {
        columns[range_boundaries(str(rule.sqref))[0] - 1].key: rule for rule in page.data_validations.dataValidation
    }


def test_it_reads_as_a_form_without_answers(data: bytes) -> None:
    found = read_county_bytes("裕民县.xlsx", data, YUMIN, 2021)
    assert found.issues == found.corrections == ()
    assert len(found.communities) == len(found.annual) == len(found.willingness) == 0


def test_sheets_stand_between_instructions_and_catalogue(book: Workbook) -> None:
    assert book.sheetnames == [form.INSTRUCTION_SHEET, *(s.name for s in form.SHEETS), form.CATALOGUE_SHEET]
    assert {book[s.name].freeze_panes for s in form.SHEETS} == {"D5"}


def test_choices_and_years_drop_down(book: Workbook) -> None:
    before = rules(book, "before")
    lists = {key: rule.formula1 for key, rule in before.items() if rule.type == "list"}
    assert lists == {
        "county": '"裕民县"',
        "property_type": '"公房,商品房,其它"',
        "funding": '"中央补助,自治区补助,地方财政,专项债券,居民出资,社会资本"',
        "management": '"物业服务企业管理,社区代管,业主自治管理,原产权单位管理"',
        "renovation": '"未改造,局部改造"',
        "plan_year": '"2021,2022,2023,2024,2025"',
    }
    assert rules(book, "annual")["year"].formula1 == lists["plan_year"]


def test_a_county_of_no_known_prefecture_may_fill_in_any() -> None:
    sheet = form.sheet("annual")
    titles = {prefecture: {rule.errorTitle for rule in validations(sheet, replace(ASKED, prefecture=prefecture), 1)}
              for prefecture in ("塔城地区", "")}  # fmt: skip
    assert titles["塔城地区"] - titles[""] == {"地、州、市"}


@pytest.mark.parametrize(
    ("sheet", "column", "kind", "first", "last"),
    [
        ("before", "year_built", "whole", "1900", "2000"),
        ("after", "year_built", "whole", "2001", "2025"),
        ("historic", "year_built", "whole", "1900", "2025"),
        ("before", "households", "whole", "1", "20000"),
        ("before", "area", "decimal", "0.0001", "100"),
        ("before", "investment", "decimal", "0", "10000000"),
        ("willingness", "sent", "whole", "0", "10000000"),
    ],
)
def test_numbers_keep_to_their_range_and_the_refusal_is_chinese(
    book: Workbook, sheet: str, column: str, kind: str, first: str, last: str
) -> None:
    rule = rules(book, sheet)[column]
    assert (rule.type, rule.formula1, rule.formula2) == (kind, first, last)
    assert rule.showErrorMessage and first in rule.error and last in rule.error and "应填" in rule.error


def test_what_excel_shows_fits_its_limits(book: Workbook) -> None:
    for sheet in form.SHEETS:
        for rule in book[sheet.name].data_validations.dataValidation:
            assert len(rule.error or "") <= 225 and len(rule.errorTitle or "") <= 32
            assert len(rule.prompt or "") <= 255 and len(rule.formula1) <= 255


def test_the_catalogue_numbers_items_by_category(book: Workbook) -> None:
    page = book[form.CATALOGUE_SHEET]
    lines = [[cell for cell in line if cell != ""] for line in page.iter_rows(min_row=2, values_only=True)]
    assert lines[0] == ["序号", "基础类", "序号", "完善类", "序号", "提升类"]
    assert lines[5] == [5, "排水", 5, "景观小品", 5, "周界防护"]
    assert len(lines) == 1 + 18


def test_instructions_name_every_column(book: Workbook) -> None:
    said = {cell.value for cell in book[form.INSTRUCTION_SHEET]["A"]}
    columns = (*form.COMMUNITY_COLUMNS, *form.WILLINGNESS_COLUMNS)
    assert {c.label for c in columns if c.kind not in ("serial", "county")} <= said


def test_every_process_writes_the_same_bytes(data: bytes, tmp_path: Path) -> None:
    code = (
        "import sys; from planbook.survey.blank import Asked, blank_workbook;"
        "open(sys.argv[1], 'wb').write(blank_workbook(Asked('裕民县', '塔城地区', tuple(range(2021, 2026)))))"
    )
    path = tmp_path / "form.xlsx"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=env)
    assert path.read_bytes() == data
