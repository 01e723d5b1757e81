"""The survey's bench, on a size that takes no time: it reads what it says it reads."""

from __future__ import annotations

from pathlib import Path

from planbook.bench.survey import SETTING, bench_survey, write_workbooks
from planbook.survey.read import Given, read_files


def test_every_workbook_is_read_and_found_again_in_the_cache(tmp_path: Path) -> None:
    figures = bench_survey(tmp_path, workbooks=3, rows=12)
    assert (figures.workbooks, figures.rows, figures.communities) == (3, 12, 36)
    assert len(list((tmp_path / "cache").glob("*.parquet"))) == 3
    assert min(figures.cached, figures.cpu, figures.cold, figures.warm) > 0


def test_its_workbooks_are_sound_and_differ_in_their_names(tmp_path: Path) -> None:
    names: list[str] = []
    for path in write_workbooks(tmp_path, 2, 12):
        [survey] = read_files([Given(path.name, path.read_bytes())], SETTING)
        assert survey.issues == ()
        names += list(survey.communities["name"])
    assert len(set(names)) == 24
