"""The cache gives back what the workbook says, to the last type, and is nobody's but the reader's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from planbook.survey import store
from planbook.survey.store import County, Survey, open_survey, warm_cache

TABLES = ("communities", "annual", "willingness")


@pytest.fixture
def folder(tmp_path: Path, rounds: Path) -> Path:
    """裕民县 as it is; 沙湾市 under its former name with a few cells spoilt, so that there is everything to keep."""
    folder = tmp_path / "round"
    folder.mkdir()
    shutil.copy(rounds / "2020-08" / "round.yml", folder)
    shutil.copy(rounds / "2020-08" / "裕民县老旧小区摸底调查表.xlsx", folder)
    book = load_workbook(rounds / "2020-05" / "托里县老旧小区摸底调查表.xlsx")
    page = book["2000年底以前"]
    page["G5"], page["E6"], page["C7"], page["I8"], page["F9"] = None, "平房", " 有空格 ", "1、99", 1.23456
    book.save(folder / "托里县.xlsx")
    (folder / "乌苏市.xlsx").write_bytes(b"")
    return folder


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def refuse() -> None:
        monkeypatch.setattr(store, "read_files", lambda *given: pytest.fail("read again"))

    return refuse


def same(one: Survey, other: Survey) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)
        cells = [(a, b) for a, b in zip(getattr(one, table).stack(), getattr(other, table).stack(), strict=True)]
        assert all(type(a) is type(b) and str(a) == str(b) for a, b in cells)
    assert (one.issues, one.corrections, one.missing) == (other.issues, other.corrections, other.missing)
    assert one.sources == other.sources


def test_cache_gives_back_equal_frames_without_opening_the_cells(
    folder: Path, tmp_path: Path, counties: tuple[County, ...], no_reading: Callable[[], None]
) -> None:
    cache = tmp_path / "cache"
    fresh = open_survey(folder, counties, cache=cache)
    assert not cache.exists(), "only warm_cache writes"
    codes = {issue.code for issue in fresh.issues if issue.severity != "note"}
    assert codes >= {"missing", "unknown-choice", "unknown-item", "unreadable", "unknown-community"}
    assert {correction.rule for correction in fresh.corrections} == {"blank", "places"}
    assert len(warm_cache(folder, counties, cache)) == 3
    assert warm_cache(folder, counties, cache) == ()
    no_reading()
    same(fresh, open_survey(folder, counties, cache=cache))


def test_changed_workbook_is_read_afresh_and_the_others_are_not(
    folder: Path, tmp_path: Path, counties: tuple[County, ...]
) -> None:
    cache = tmp_path / "cache"
    warm_cache(folder, counties, cache)
    path = folder / "裕民县老旧小区摸底调查表.xlsx"
    book = load_workbook(path)
    book["2000年底以前"]["G5"] = 9999
    book.save(path)
    assert open_survey(folder, counties, cache=cache).counties["yumin"].communities["households"][0] == 9999
    assert len(warm_cache(folder, counties, cache)) == 1


@pytest.mark.parametrize("what", ["name of the file", "name of the county", "year of the survey"])
def test_what_the_reading_depends_on_is_part_of_the_key(
    folder: Path, tmp_path: Path, counties: tuple[County, ...], what: str
) -> None:
    cache = tmp_path / "cache"
    warm_cache(folder, counties, cache)
    if what == "name of the file":
        (folder / "托里县.xlsx").rename(folder / "托里县2.xlsx")
        assert set(open_survey(folder, counties, cache=cache).counties["tuoli"].communities["file"]) == {"托里县2.xlsx"}
    elif what == "name of the county":
        renamed = tuple(County(c.id, "托里市", c.code, (c.name,)) if c.id == "tuoli" else c for c in counties)
        survey = open_survey(folder, renamed, cache=cache)
        assert set(survey.counties["tuoli"].communities["county_name"]) == {"托里市"}
    else:
        text = (folder / "round.yml").read_text("utf-8")
        (folder / "round.yml").write_text(text.replace('"2020-08"', '"1999-08"'), "utf-8")
        codes = {issue.code for issue in open_survey(folder, counties, cache=cache).counties["yumin"].issues}
        assert "year-range" in codes


def test_damaged_file_is_passed_over_and_mended(folder: Path, tmp_path: Path, counties: tuple[County, ...]) -> None:
    cache = tmp_path / "cache"
    fresh = open_survey(folder, counties, cache=None)
    for path in warm_cache(folder, counties, cache):
        path.write_bytes(path.read_bytes()[:100])
    same(fresh, open_survey(folder, counties, cache=cache))
    assert len(warm_cache(folder, counties, cache)) == 3
    assert [path.suffix for path in cache.iterdir()] == [".parquet"] * 3
