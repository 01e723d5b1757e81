"""round.yml: what is wrong in it is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.errors import InputError
from planbook.survey.rounds import read_round

GOOD = """\
date: "2020-08"
label: 2020年8月
surveyor: 住建局
coverage: 七个县（市）
synthetic: true
needs_weights: [5, 4, 3]
planted:
  - {rule: annual-form, county: yumin, text: 错一格}
"""


def test_a_round_is_known_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "round.yml").write_text(GOOD, "utf-8")
    info = read_round(tmp_path)
    assert (info.id, info.year, info.needs_weights) == (tmp_path.name, 2020, (5, 4, 3))
    assert info.planted[0].text == "错一格"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("synthetic: true", "synthetic: 也许", 5, "synthetic: has to be true or false"),
        ("label:", "lable:", 2, "unknown key lable"),
        ('"2020-08"', '"八月"', 1, "date"),
        ("[5, 4, 3]", "[5, 四]", 6, "needs_weights.1: has to be a whole number"),
        ("county: yumin, ", "", 8, "planted.0.county: has to be given"),
        ("coverage: ", "coverage: [", 5, "not valid YAML"),
        ("label:", "id: x\nlabel:", 2, "unknown key id"),
    ],
)
def test_errors_name_the_line_and_the_key(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    (tmp_path / "round.yml").write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(InputError) as error:
        read_round(tmp_path)
    assert f"{tmp_path.name}/round.yml: line {line}: {says}" in str(error.value)


def test_a_day_that_is_not_in_the_calendar_is_the_file_s_fault(tmp_path: Path) -> None:
    (tmp_path / "round.yml").write_text(GOOD.replace('"2020-08"', "2020-13-45"), "utf-8")
    with pytest.raises(InputError, match=r"round\.yml: not valid YAML: month must be in 1\.\.12"):
        read_round(tmp_path)


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "round.yml").write_text(GOOD.replace("label:", "lable:"), "utf-8")
    with pytest.raises(InputError) as error:
        read_round(tmp_path)
    assert "label: has to be given" in str(error.value)
    assert "unknown key lable" in str(error.value)
    assert "did you mean label?" in str(error.value)


def test_missing_file_is_named_and_reported_as_looked_for(tmp_path: Path) -> None:
    looked_for: list[Path] = []
    with pytest.raises(InputError) as error:
        read_round(tmp_path, looked_for.append)
    assert "round.yml" in str(error.value)
    assert looked_for == [tmp_path / "round.yml"]
