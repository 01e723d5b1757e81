"""The round that another is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.errors import InputError
from planbook.survey.check import Bounds
from planbook.survey.earlier import with_earlier
from planbook.survey.store import Survey, open_survey

from .conftest import COUNTIES

EVERY = [county.id for county in COUNTIES]


def compared(survey: Survey, since: str | None, rounds: Path) -> Survey:
    return with_earlier(survey, since, rounds, COUNTIES, only=EVERY, cache=None, bounds=Bounds())


def test_its_rows_and_files_bear_the_rounds_name(rounds: Path, august: Survey) -> None:
    earlier = compared(august, "2020-05", rounds).earlier
    assert earlier is not None and earlier.info.label == "2020年5月"
    files = {*earlier.communities["file"], *earlier.annual["file"], *earlier.willingness["file"]}
    assert files == {source.file for source in earlier.sources} and len(files) == len(earlier.counties)
    assert all(file.startswith("2020-05/") for file in files)
    assert compared(august, None, rounds) is august


def test_a_round_that_is_no_earlier_one_is_refused_with_a_cure(rounds: Path, august: Survey) -> None:
    may = open_survey(rounds / "2020-05", COUNTIES, cache=None)
    with pytest.raises(InputError, match="2020-08 is no earlier round than 2020-08") as error:
        compared(august, "2020-08", rounds)
    assert "2020-05" in str(error.value)
    with pytest.raises(InputError, match="2020-08 is no earlier round than 2020-05") as error:
        compared(may, "2020-08", rounds)
    assert "leave --since out" in str(error.value)
    with pytest.raises(InputError, match="no survey round 2020-04"):
        compared(august, "2020-04", rounds)
