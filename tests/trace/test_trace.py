"""From a printed number back to the cells, and whether they still give it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from planbook.cli import cli
from planbook.errors import InputError
from planbook.project import Project
from planbook.trace.build import read_build
from planbook.trace.find import fact_id, number_in, printed
from planbook.trace.trace import Trace, trace
from tests.trace.conftest import ROUND, UNIT, change, workbook_of

FACT = "plan.2021.households"


def traced_now(project: Project, id: str = FACT) -> Trace:
    return trace(project, read_build(project, UNIT, ROUND), id)


def test_the_rows_behind_a_total_add_up_to_it_at_their_cells(traced: Project) -> None:
    found = traced_now(traced)
    assert found.verdict == "holds" and not found.changed
    assert sum(int(line.value) for line in found.lines) == int(found.past["display"]) == int(found.recomputed)
    for line in found.lines:
        sheet = openpyxl.load_workbook(traced.rounds / ROUND / line.file)[line.sheet]
        assert str(sheet[line.cell].value) == line.value
        assert sheet[f"C{line.row}"].value == line.name


def test_a_share_shows_what_it_was_computed_from(traced: Project) -> None:
    found = traced_now(traced, "plan.2021.share")
    assert {part.id for part in found.parts} >= {FACT, "plan.households"}
    assert "÷" in found.past["how"] and len(found.lines) > 5


def test_a_changed_cell_is_told_with_both_numbers(own: Project) -> None:
    line = traced_now(own).lines[0]
    change(own.rounds / ROUND / line.file, line.sheet, line.cell, int(line.value) + 7)
    found = traced_now(own)
    assert found.verdict == "changed" and found.now is not None
    assert int(found.now["display"]) == int(found.past["display"]) + 7 == int(found.recomputed)
    assert found.changed == (line.file,)


def test_a_row_that_no_longer_counts_is_named(own: Project) -> None:
    line = traced_now(own).lines[0]
    change(own.rounds / ROUND / line.file, line.sheet, f"Q{line.row}", 2024)
    found = traced_now(own)
    assert found.verdict == "changed"
    assert found.gone == (f"{line.file}!{line.sheet}!{line.row}",) and not found.come


def test_the_number_a_reader_sees_leads_to_every_place_that_prints_it(traced: Project) -> None:
    build = read_build(traced, UNIT, ROUND)
    number = build.facts["plan.households"]["display"]
    ids = {one.id for one in printed(build, number_in(f"{number}户"))}
    assert {"plan.households", "goal.households"} <= ids
    line = traced_now(traced).lines[0]
    cells = [one.cell for one in printed(build, line.value) if one.cell]
    assert f"{line.file}!{line.sheet}!{line.cell}" in cells


@pytest.mark.parametrize(
    ("words", "number"),
    [("48,715 户", "48715"), ("４７．０％", "47.0"), ("-1.5个百分点", "-1.5"), ("plan.households", ""), ("1,2", "")],
)
def test_a_number_is_read_as_a_reader_copies_it(words: str, number: str) -> None:
    assert number_in(words) == number


def test_a_mistyped_fact_names_the_nearest(traced: Project) -> None:
    with pytest.raises(InputError, match=r"plan\.2021\.households"):
        fact_id(read_build(traced, UNIT, ROUND), "plan.2021.housholds")


def test_what_was_not_built_says_how_to(project: Path) -> None:
    with pytest.raises(InputError, match=r"python3 build\.py yumin --round 2020-08"):
        read_build(Project(project), UNIT, ROUND)


def test_the_command_shows_formula_rows_and_verdict_and_exits_1_when_it_no_longer_holds(
    own: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANBOOK_ROOT", str(own.root))
    line = traced_now(own).lines[0]
    shown = CliRunner().invoke(cli, ["trace", "裕民县", FACT])
    assert shown.exit_code == 0, shown.output
    assert "的户数之和" in shown.output and f"{line.sheet}!{line.cell}" in shown.output
    assert "still holds" in shown.output
    change(workbook_of(own, "裕民县"), line.sheet, line.cell, 1)
    again = CliRunner().invoke(cli, ["trace", UNIT, FACT])
    assert again.exit_code == 1 and "no longer holds" in again.output
