"""What differs between two builds, and what is said to have made the difference."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from planbook.compare.builds import find_side
from planbook.compare.diff import compare_builds
from planbook.compare.record import Record
from planbook.errors import InputError, UsageError
from planbook.pipeline import Order, build
from planbook.project import Project
from tests.compare.conftest import difference, of, side
from tests.small import UNITS, change_cell, change_yaml, workbook_of

SHEET = "2000年底以前"


def cell(project: Project, address: str) -> object:
    return openpyxl.load_workbook(workbook_of(project, "裕民县"))[SHEET][address].value


def test_a_build_differs_from_itself_in_nothing(base: Project) -> None:
    found = side(base).records
    assert list(found) == ["tacheng", "tuoli", "yumin"]
    assert compare_builds(found, found, ("A", "A")).same


def test_one_household_more_is_explained_down_to_its_row_with_all_that_it_moved(base: Project, own: Project) -> None:
    households, name = cell(base, "G7"), str(cell(base, "C7"))
    assert isinstance(households, int)
    change_cell(workbook_of(own, "裕民县"), SHEET, "G7", households + 1)
    diff = difference(base, own)
    assert of(diff, "tuoli").same and not of(diff, "tacheng").same
    unit = of(diff, "yumin")
    (cause,) = [one for one in unit.causes if one.facts]
    assert (cause.what, cause.subject, cause.county) == ("row-changed", name, "裕民县")
    (edit,) = cause.edits
    assert (edit.key, edit.before, edit.after) == ("households", str(households), str(households + 1))
    assert edit.place.endswith(f"{SHEET}!G7")
    moved = {"stock.households", "stock.area-per-household", "stock.before", "one.yumin.before.7"}
    assert {change.id for change in unit.facts} == moved == set(cause.facts)
    for change in unit.facts:
        assert [pair.row.name for pair in change.reasons.rows] == [name], change.id
        assert change.difference == 1 or change.id == "stock.area-per-household"
    tables = {table.id: [(c.row, c.facts) for c in table.cells] for table in unit.tables}
    assert tables == {
        "eras": [("以前", ("stock.before",)), ("合计", ("stock.households",))],
        "list": [(name, ("one.yumin.before.7",))],
    }
    (figure,) = unit.figures
    assert [(c.row, c.column) for c in figure.cells] == [("以前", "户数")]
    assert [(s.said, s.facts) for s in unit.sentences if s.file == "01-stock.qmd"] == [
        ("moved", ("stock.households",)), ("moved", ("stock.before",)),
    ]  # fmt: skip
    assert len(unit.sentences) == 2


def test_a_tolerance_leaves_out_what_differs_less(base: Project, own: Project) -> None:
    households = cell(base, "G7")
    assert isinstance(households, int)
    change_cell(workbook_of(own, "裕民县"), SHEET, "G7", households + 1)
    difference(base, own)
    one, other = side(base).records, side(own).records
    unit = of(compare_builds(one, other, ("A", "B"), Decimal("0.001")), "yumin")
    assert [change.id for change in unit.facts] == ["one.yumin.before.7"] and unit.close == 3
    assert not unit.sentences and [table.id for table in unit.tables] == ["list"]


def test_an_inserted_row_is_one_change_of_a_table(base: Project, own: Project) -> None:
    path = workbook_of(own, "裕民县")
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    added = [cell.value for cell in sheet[6]]
    sheet.insert_rows(6)
    for column, value in enumerate(added, 1):
        sheet.cell(6, column, value)
    sheet["C6"] = "新添的小区"
    book.save(path)
    unit = of(difference(base, own), "yumin")
    assert [(c.what, c.subject) for c in unit.causes if c.table == "communities"] == [("community-came", "新添的小区")]
    listed = next(table for table in unit.tables if table.id == "list")
    assert listed.rows_come == ("新添的小区",) and not listed.rows_gone and not listed.cells
    assert {c.id for c in unit.facts if c.id.startswith("stock")} >= {"stock.communities", "stock.households"}


def test_a_renamed_community_is_one_that_was_renamed(base: Project, own: Project) -> None:
    before = str(cell(base, "C7"))
    change_cell(workbook_of(own, "裕民县"), SHEET, "C7", "翻新花园")
    unit = of(difference(base, own), "yumin")
    (cause,) = unit.causes  # and not the questionnaire, which still says the old name
    assert (cause.what, cause.edits[0].before, cause.edits[0].after) == ("community-renamed", before, "翻新花园")
    assert not unit.facts and not unit.tables and not unit.sentences


def test_a_lost_county_stands_first_and_alone(base: Project, own: Project) -> None:
    workbook_of(own, "托里县").unlink()
    diff = compare_builds(side(base).records, _without(own, "tuoli"), ("A", "B"))
    assert diff.only_old == ("托里县",)
    unit = of(diff, "tacheng")
    assert (unit.causes[0].what, unit.causes[0].subject, unit.causes[0].loss) == ("county-lost", "托里县", True)
    assert unit.causes[0].rows > 20 and len(unit.causes[0].facts) > 20
    assert len(unit.causes) == 1
    assert unit.facts[0].severity == "loss" and unit.facts[0].kind == "disappeared"
    assert of(diff, "yumin").same


def _without(project: Project, gone: str) -> dict[str, Record]:
    """The records of the other units, built again."""
    units = tuple(unit for unit in UNITS if unit != gone)
    assert not any(o.fault for o in build(project, Order(units, (), accept_errors=True)))
    return {unit: record for unit, record in side(project).records.items() if unit != gone}


def test_a_changed_parameter_is_named_by_its_key(base: Project, own: Project) -> None:
    change_yaml(own.params / "tacheng.yml", rules={"post_share_cap": 18})
    unit = of(difference(base, own), "yumin")
    (cause,) = unit.causes
    assert (cause.what, cause.subject, cause.facts) == ("parameter", "rules.post_share_cap", ("limit.post-share",))
    (change,) = unit.facts
    assert change.reasons.params == ("rules.post_share_cap",) and not change.reasons.rows
    assert [(s.said, s.after) for s in unit.sentences] == [("moved", "占比不超过18%。")]


def test_a_parameter_that_decides_which_rows_count_explains_them(base: Project, own: Project) -> None:
    change_yaml(own.params / "tacheng.yml", rules={"built_before": 1990})
    unit = of(difference(base, own), "yumin")
    change = next(one for one in unit.facts if one.id == "stock.before")
    assert change.reasons.params == ("rules.built_before",)
    assert change.reasons.rows and all(pair.same for pair in change.reasons.rows)
    assert {cause.what for cause in unit.causes} == {"parameter"}


def test_a_rewritten_sentence_is_told_from_one_that_only_follows_the_data(base: Project, own: Project) -> None:
    path = own.chapters / "01-stock.qmd"
    path.write_text(path.read_text("utf-8").replace("建成早，设施老化", "建成较早，设施普遍老化"), "utf-8")
    unit = of(difference(base, own), "yumin")
    (sentence,) = unit.sentences
    assert (sentence.said, sentence.section) == ("rewritten", "年代")
    assert sentence.before == "这些小区建成早，设施老化。" and sentence.after == "这些小区建成较早，设施普遍老化。"
    assert [(cause.what, cause.subject) for cause in unit.causes] == [("sentence", "01-stock.qmd")]
    assert not unit.facts and not unit.tables


def test_a_new_catalogue_item_is_named(base: Project, own: Project) -> None:
    with (own.data / "catalogue.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("T16,提升类,其他提升,屋顶菜园,可选,true\n")
    unit = of(difference(base, own), "yumin")
    (cause,) = unit.causes
    assert (cause.what, cause.subject, cause.table) == ("item-came", "屋顶菜园", "catalogue")
    assert unit.same


def test_a_changed_notebook_owns_what_nothing_else_explains(base: Project, own: Project) -> None:
    path = own.notebooks / "01-stock.ipynb"
    path.write_text(path.read_text("utf-8").replace('平方米/户\\", 10000', '平方米/户\\", 5000'), "utf-8")
    unit = of(difference(base, own), "yumin")
    (cause,) = unit.causes
    assert cause.what == "method" and cause.facts == ("stock.area-per-household",)
    assert [edit.key for edit in cause.edits] == ["notebooks/01-stock.ipynb"]


def test_what_is_no_build_is_refused_with_a_cure(base: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no build and no round 2031-01"):
        find_side("2031-01", base, (), lambda round: tmp_path)
    with pytest.raises(InputError, match="left a record"):
        find_side(str(tmp_path), base, (), lambda round: tmp_path)
    manifest = str(base.book / "manifest.json")
    assert list(find_side(manifest, None, ("yumin",), lambda round: tmp_path).records) == ["yumin"]
