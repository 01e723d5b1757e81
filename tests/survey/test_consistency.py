"""Rules across cells: one fault is one issue, at the cell that is at fault, and the cells around it are left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from planbook.survey.read import read_county

from .conftest import COUNTIES

YUMIN = next(county for county in COUNTIES if county.name == "裕民县")
BEFORE, AFTER, ANNUAL, ASKED = "2000年底以前", "2000年底以后", "老旧小区改造年度计划表", "居民意愿"
Write = Callable[..., Path]


def found(path: Path, sheet: str, **cells: Any) -> list[tuple[str, str, str, str]]:
    book = load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)
    issues = read_county(path, YUMIN, surveyed=2020).issues
    return [(issue.code, issue.severity, issue.sheet, issue.cell) for issue in issues]


@pytest.mark.parametrize(
    ("sheet", "cells", "issue"),
    [
        (BEFORE, {"G5": 9000}, ("density", "warning", BEFORE, "G5")),
        (BEFORE, {"G5": 1200}, ("density", "warning", BEFORE, "G5")),
        (BEFORE, {"G5": 2}, ("density", "warning", BEFORE, "G5")),
        (BEFORE, {"H5": 250}, ("density", "warning", BEFORE, "H5")),
        (BEFORE, {"F5": 9}, ("area", "warning", BEFORE, "F5")),
        (BEFORE, {"F5": 0.002}, ("area", "warning", BEFORE, "F5")),
        (BEFORE, {"F5": 9800}, ("unit-guess", "warning", BEFORE, "F5")),
        (BEFORE, {"M5": 2885000}, ("unit-guess", "warning", BEFORE, "M5")),
        (BEFORE, {"M5": 28850}, ("per-household", "warning", BEFORE, "M5")),
        (BEFORE, {"M5": 577}, ("per-household", "warning", BEFORE, "N5")),
        (BEFORE, {"N5": 9}, ("per-household", "warning", BEFORE, "N5")),
        (BEFORE, {"M5": 28850, "N5": None}, ("cost", "warning", BEFORE, "M5")),
        (BEFORE, {"Q5": 2019}, ("plan-period", "warning", BEFORE, "Q5")),
        (BEFORE, {"Q5": 2026}, ("plan-period", "warning", BEFORE, "Q5")),
        (BEFORE, {"R5": 2019}, ("funded-twice", "warning", BEFORE, "Q5")),
        (BEFORE, {"D5": 2003}, ("year-sheet", "warning", BEFORE, "D5")),
        (AFTER, {"D5": 2008}, ("too-late", "warning", AFTER, "D5")),
        (BEFORE, {"C5": None}, ("missing", "error", BEFORE, "C5")),
        (AFTER, {"C5": "红柳新村<东>"}, ("duplicate", "error", AFTER, "C5")),
        (ANNUAL, {"D5": 9.96}, ("annual-form", "warning", ANNUAL, "D5")),
        (ANNUAL, {"I5": 321}, ("annual-form", "warning", ANNUAL, "I5")),
        (ANNUAL, {"M5": 3}, ("annual-form", "warning", ANNUAL, "M5")),
        (ANNUAL, {"A6": 2021, "C6": "裕民县"}, ("annual-repeat", "error", ANNUAL, "A6")),
    ],
)
def test_one_fault_is_one_issue_at_its_cell(
    small: Any, write: Write, sheet: str, cells: dict[str, Any], issue: tuple[str, str, str, str]
) -> None:
    got = [one for one in found(write(small), sheet, **cells) if not (one[0] == "missing" and one[2] == ANNUAL)]
    assert got == [issue]


def test_an_investment_in_yuan_is_named_though_the_households_cannot_be_read(small: Any, write: Write) -> None:
    issues = found(write(small), BEFORE, G5=0, M5=2_885_000)
    assert ("cost", "warning", BEFORE, "M5") in issues


def test_numbers_filled_in_the_wrong_way_round_are_both_named(small: Any, write: Write) -> None:
    got = found(write(small), BEFORE, G5=3, H5=120)
    assert got == [("density", "warning", BEFORE, "G5"), ("density", "warning", BEFORE, "H5")]


def test_a_figure_that_cannot_be_read_hides_no_fault_of_the_annual_form(small: Any, write: Write) -> None:
    path = write(small)
    assert found(path, BEFORE, G5="若干") == [("not-a-number", "error", BEFORE, "G5")], "what it is may well fit"
    assert ("annual-form", "warning", ANNUAL, "G5") in found(path, ANNUAL, G5=99999), "but not this"
    assert ("annual-form", "warning", ANNUAL, "G5") in found(path, ANNUAL, G5=20), "less than the others have"


def test_the_annual_form_must_add_up_though_there_are_no_communities(small: Any, write: Write) -> None:
    small["annual"][0] |= {"households_total": 321}
    small["before"][0]["households"] = small["before"][1]["households"] = small["after"][0]["households"] = None
    assert ("annual-part", "warning", ANNUAL, "I5") in found(write(small), BEFORE)


def test_a_community_asked_about_but_not_surveyed_is_named(small: Any, write: Write) -> None:
    assert found(write(small), ASKED, C5="无此小区") == [("unknown-community", "warning", ASKED, "C5")]


@pytest.mark.parametrize("blank", [None, "—", "无", 0])
def test_a_part_of_the_annual_form_in_which_nothing_is_planned_may_be_left_blank(
    small: Any, write: Write, blank: Any
) -> None:
    small["after"] = []
    small["willingness"][0]["name"] = "金桥小区1~3号楼"
    year = small["annual"][0]
    for key in ("area", "households", "buildings", "communities", "investment"):
        year |= {f"{key}_after": blank, f"{key}_total": year[f"{key}_before"]}
    assert found(write(small), BEFORE) == []
    assert found(write(small), ANNUAL, G5=None) == [("missing", "error", ANNUAL, "G5")], "but not where there is"
