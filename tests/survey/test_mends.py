"""Mends are applied where the workbook holds what they expect, recorded, and refused clearly where it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planbook.errors import InputError
from planbook.survey.issues import Correction
from planbook.survey.mends import Mending, Mends, read_mends
from planbook.survey.store import County, Survey, open_survey, warm_cache
from planbook.survey.workbook import Cell, Grid

SHEET = "2000年底以前"
MEND = f"- {{file: 裕民县.xlsx, sheet: {SHEET}, cell: G5, expect: 12O, value: 120, reason: 电话更正}}\n"


def mends_of(folder: Path, text: str) -> Mends:
    folder.mkdir(exist_ok=True)
    (folder / "corrections.yml").write_text(text, "utf-8")
    return read_mends(folder)


def grid(*rows: list[object], sheet: str = SHEET) -> Grid:
    return Grid("裕民县.xlsx", sheet, [list(row) for row in rows])


def mending(folder: Path, text: str) -> Mending:
    return Mending(mends_of(folder, text).of("裕民县.xlsx"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file: x.xlsx", "not a list"),
        ("- file: [", "not valid YAML"),
        (MEND + "- {file: x.xlsx}", "r/corrections.yml: line 2: reason: has to be given"),
        (MEND.replace("cell:", "cel:"), "line 1: cel: no such key"),
        (MEND.replace("G5", "5G"), "line 1: cell: has to be of the form"),
        (MEND.replace("120", "[1]"), "line 1: value: a text, a number, a date"),
        (MEND.replace("120", "yes"), "line 1: value: a text, a number, a date"),
        (MEND.replace(f"sheet: {SHEET}, ", ""), "line 1: sheet: which sheet"),
        (MEND.replace("cell: G5", "community: 杏花苑"), "community and field go together"),
        (MEND.replace("cell: G5", "community: 杏花苑, field: 户"), "no column 户 — did you mean 户数"),
        (MEND.replace("cell: G5", "cell: G5, community: 杏花苑, field: 户数"), "by sheet and cell, or by community"),
        (MEND + MEND, "the same cell is mended at r/corrections.yml: line 1"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        mends_of(tmp_path / "r", text)
    assert said in str(error.value)


def test_no_file_and_an_empty_one_mend_nothing(tmp_path: Path) -> None:
    assert read_mends(tmp_path) == mends_of(tmp_path, "# nothing yet\n") == Mends()


def test_an_unknown_workbook_is_said_with_the_nearest(tmp_path: Path) -> None:
    mends = mends_of(tmp_path / "r", MEND)
    mends.check_files(["裕民县.xlsx", "乌苏市.xlsx"])
    with pytest.raises(InputError, match=r"line 1: the round has no workbook 裕民县.xlsx — did you mean 裕民县\(1\)"):
        mends.check_files(["裕民县(1).xlsx", "乌苏市.xlsx"])


def test_the_key_changes_with_the_mends_of_that_workbook_alone(tmp_path: Path) -> None:
    one = mends_of(tmp_path, MEND)
    other = mends_of(tmp_path, "# a line more\n" + MEND + MEND.replace("裕民县", "乌苏市"))
    assert (
        one.key("裕民县.xlsx")
        == other.key("裕民县.xlsx")
        != mends_of(tmp_path, MEND.replace("120", "121")).key("裕民县.xlsx")
    )
    assert one.key("乌苏市.xlsx") == Mends().key("乌苏市.xlsx") != other.key("乌苏市.xlsx")


def test_a_cell_is_mended_where_it_holds_what_is_expected(tmp_path: Path) -> None:
    mends = mending(tmp_path, MEND.replace("G5", "B2"))
    received = grid(["a", "b"], ["c", " 12O\n"])
    assert mends.grid(received).cell(2, 1).value == 120
    assert received.cell(2, 1).value == " 12O\n"
    mends.finish([SHEET])
    assert mends.corrections == [Correction("裕民县.xlsx", SHEET, "B2", " 12O\n", "120", "corrections.yml: 电话更正")]


def test_an_error_cell_a_short_line_and_a_number_are_mended_and_cells_emptied(tmp_path: Path) -> None:
    text = "".join(
        f"- {{file: 裕民县.xlsx, sheet: {SHEET}, cell: {cell}, expect: {old}, value: {new}, reason: r}}\n"
        for cell, old, new in (("A1", "'#REF!'", 3), ("C2", "~", "x"), ("B1", 12, "~"))
    )
    mends = mending(tmp_path, text)
    mended = mends.grid(Grid("裕民县.xlsx", SHEET, [[None, 12.0, 0], [1]], {(1, 0): ("error-value", "#REF!")}))
    mends.finish([SHEET])
    assert [mended.cell(row, column).value for row, column in ((1, 0), (1, 1), (2, 0), (2, 2))] == [3, None, 1, "x"]
    assert not mended.cell(1, 0).flaw


@pytest.mark.parametrize(
    ("rows", "sheet", "said"),
    [
        ([["130"]], SHEET, f"{SHEET}!A1: expected “12O”, found “130”"),
        ([], SHEET, "has no cell A1: it ends with"),
        ([["12O"]], "2000年以前", f"has no sheet {SHEET} — did you mean 2000年以前?"),
    ],
)
def test_a_changed_workbook_stops_with_the_line_the_cell_and_both_values(
    tmp_path: Path, rows: list[list[object]], sheet: str, said: str
) -> None:
    mends = mending(tmp_path / "r", MEND.replace("G5", "A1"))
    mends.grid(grid(*rows, sheet=sheet))
    with pytest.raises(InputError) as error:
        mends.finish([sheet])
    assert said in str(error.value) and "r/corrections.yml: line 1" in str(error.value)
    assert mends.corrections == []


def cells(name: str, households: object, row: int = 5) -> dict[str, Cell]:
    return {
        "name": Cell("裕民县.xlsx", SHEET, row, 2, name),
        "households": Cell("裕民县.xlsx", SHEET, row, 6, households),
    }


BY_NAME = MEND.replace(f"sheet: {SHEET}, cell: G5", "community: 红柳 新村, field: 户数（户）")


def test_a_community_is_found_by_name_and_its_field_mended(tmp_path: Path) -> None:
    mends = mending(tmp_path, BY_NAME)
    assert mends.row("before", cells("红柳\n新村", "12O"))["households"].value == 120
    assert mends.row("willingness", cells("红柳新村", "12O", 6))["households"].value == "12O"
    assert mends.row("after", cells("杏花苑", "12O", 7))["households"].value == "12O"
    mends.finish([SHEET])
    assert [c.cell for c in mends.corrections] == ["G5"]


def test_a_community_that_is_not_there_or_twice_stops(tmp_path: Path) -> None:
    gone, twice = mending(tmp_path, BY_NAME), mending(tmp_path, BY_NAME)
    gone.row("before", cells("红柳新村一区", "12O"))
    with pytest.raises(InputError, match="no community 红柳 新村 — did you mean 红柳新村一区"):
        gone.finish([SHEET])
    for row in (5, 9):
        twice.row("before", cells("红柳新村", "12O", row))
    with pytest.raises(InputError, match=f"stands at {SHEET}!G5, {SHEET}!G9"):
        twice.finish([SHEET])


def test_a_round_is_read_with_its_mends_and_the_received_file_stays(
    small: dict, write: Callable[..., Path], tmp_path: Path
) -> None:
    small["before"][0]["households"] = "12O"
    path = write(small)
    received = path.read_bytes()
    yumin = (County("yumin", "裕民县", "654225"),)
    cache = tmp_path / "cache"

    def survey() -> Survey:
        warm_cache(tmp_path, yumin, cache, implied=True)
        return open_survey(tmp_path, yumin, cache=cache, implied=True)

    assert [issue.cell for issue in survey().issues if issue.severity == "error"] == ["G5"]
    (tmp_path / "corrections.yml").write_text(MEND + MEND.replace("G5", "G6").replace("12O", "80"), "utf-8")
    mended = survey()
    assert list(mended.communities["households"]) == [120, 120, 120]
    assert [(c.cell, c.raw, c.value, c.rule) for c in mended.corrections] == [
        ("G5", "12O", "120", "corrections.yml: 电话更正"),
        ("G6", "80", "120", "corrections.yml: 电话更正"),
    ]
    assert not [issue for issue in mended.issues if issue.severity == "error"]
    assert path.read_bytes() == received
    (tmp_path / "corrections.yml").write_text(MEND.replace("120", "户数不详"), "utf-8")
    again = survey()  # a mended value is cleaned and checked like any other, and the cache knows the mends
    assert [(i.cell, i.raw) for i in again.issues if i.severity == "error"] == [("G5", "户数不详")]
    small["before"][0]["households"] = 121
    write(small)
    with pytest.raises(InputError, match="line 1: 2000年底以前!G5: expected “12O”, found “121”"):
        survey()


def test_a_community_is_mended_by_name_in_a_round(small: dict, write: Callable[..., Path], tmp_path: Path) -> None:
    write(small)
    text = "- {file: 裕民县.xlsx, community: 杏花苑, field: 建成时间, expect: 2003, value: 2004年, reason: 档案}\n"
    (tmp_path / "corrections.yml").write_text(text, "utf-8")
    survey = open_survey(tmp_path, (County("yumin", "裕民县", "654225"),), cache=None, implied=True)
    assert list(survey.communities["year_built"]) == [1989, 1995, 2004]
    assert ("D5", "2003", "2004年") in [(c.cell, c.raw, c.value) for c in survey.corrections]
    (tmp_path / "corrections.yml").write_text(text.replace("裕民县", "乌苏市"), "utf-8")
    with pytest.raises(InputError, match="no workbook 乌苏市"):
        open_survey(tmp_path, (County("yumin", "裕民县", "654225"),), cache=None, implied=True)
