"""The register as it is printed: order and numbers, citations, and a time axis with a place for every date."""

from __future__ import annotations

import pandas as pd
import pytest

from planbook.analysis.policies import Slot, calendar, citation, listed, printed_date, printed_number, told

COLUMNS = ["section", "level", "kind", "date", "title", "status", "number", "order", "scope"]


def register(*entries: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(entries), columns=COLUMNS)


REGISTER = register(
    (("决策部署",), "国务院", "会议", "2019-06-19", "常务会议", "", "", pd.NA, "国家"),
    (("决策部署", "政策标准"), "国务院", "文件", "2019-03", "意见", "试行", "国办发〔2020〕23号", 2, "国家"),
    (("决策部署",), "党中央", "会议", "2020", "座谈会", "", "", pd.NA, "国家"),
    (("决策部署",), "党中央", "讲话", "", "论述", "", "", pd.NA, "国家"),
    (("政策标准",), "", "标准", "", "导则", "", "XJJ013-2012", 1, "自治区"),
    (("政策标准",), "", "标准", "", "标准", "送审稿", "GB50180-2018", 3, "国家"),
)


def test_decisions_are_numbered_on_from_level_to_level_by_date_and_the_undated_come_first() -> None:
    found = told(REGISTER, "决策部署", ("党中央", "国务院"))
    assert found[["serial", "title"]].to_numpy().tolist() == [[1, "论述"], [2, "座谈会"], [3, "意见"], [4, "常务会议"]]
    assert found["when"].tolist() == ["—", "2020年", "2019年3月", "2019年6月19日"]
    assert found["cited"].tolist()[2] == "《意见（试行）》（国办发〔2020〕23号）"


def test_a_list_follows_scope_and_order_and_leaves_the_number_to_its_own_column() -> None:
    found = listed(REGISTER, "政策标准", ("国家", "自治区"))
    assert found["cited"].tolist() == ["《意见（试行）》", "《标准》（送审稿）", "《导则》"]
    assert found["serial"].tolist() == [1, 2, 3]
    assert found["numbered"].tolist() == ["国办发〔2020〕23号", "GB 50180—2018", "XJJ 013—2012"]


def test_an_empty_register_tells_nothing() -> None:
    assert told(register(), "决策部署", ("党中央",)).empty and listed(register(), "政策标准", ("国家",)).empty


@pytest.mark.parametrize(("date", "printed"), [("2020-08-06", "2020年8月6日"), ("2020-12", "2020年12月"), ("", "—")])
def test_a_date_is_printed_as_exactly_as_it_is_known(date: str, printed: str) -> None:
    assert printed_date(date) == printed


@pytest.mark.parametrize(
    ("number", "printed"),
    [("GB/T50337-2018", "GB/T 50337—2018"), ("新建城〔2020〕12号", "新建城〔2020〕12号"), ("", "")],
)
def test_a_standards_number_is_printed_as_standards_print_it(number: str, printed: str) -> None:
    assert printed_number(number) == printed


def test_only_documents_stand_in_title_marks() -> None:
    assert citation("中央经济工作会议", "会议") == "中央经济工作会议"
    assert citation("民法典", "法律") == "《民法典》"


def test_a_year_without_a_month_takes_one_place_and_empty_years_take_one_together() -> None:
    slots = calendar(["2016", "2019-02-01", "2019", ""])
    assert slots[:3] == [Slot(2016), Slot(0), Slot(2019)]
    assert slots[3:] == [Slot(2019, month, month) for month in range(1, 13)]


@pytest.mark.parametrize(("most", "places"), [(32, 24), (23, 8), (7, 2)])
def test_a_long_time_is_told_by_quarters_or_years(most: int, places: int) -> None:
    dates = ["2019-01-31", "2020-12-01", "2020-07"]
    slots = calendar(dates, most)
    assert len(slots) == places
    assert all(sum(slot.holds(date) for slot in slots) == 1 for date in dates)


def test_a_date_known_by_its_year_has_a_place_of_its_own() -> None:
    slots = calendar(["2020", "2020-01"])
    assert [slot.holds("2020") for slot in slots][:2] == [True, False]
    assert [slot.holds("2020-01") for slot in slots][:2] == [False, True]
