"""The form's own declaration agrees with the reference data, and its columns with their places."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from planbook.survey import form


def test_items_are_those_of_the_catalogue(rounds: Path) -> None:
    with (rounds.parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"]: row["item"] for row in rows} == form.ITEM_NAMES
    # only the counts of 优选 and 可选 are published, so which item is which is assumed
    assert {row["code"][0]: row["assumed"] for row in rows} == {"J": "false", "W": "true", "T": "true"}


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_are_those_of_a_spreadsheet(index: int, letter: str) -> None:
    assert form.letter(index) == letter


def test_column_is_found_by_its_key() -> None:
    assert form.sheet("before").letter("households") == "G"
    assert form.sheet("annual").letter("investment_total") == "R"


def test_label_is_the_header_without_its_unit() -> None:
    labels = {column.key: column.label for column in form.COMMUNITY_COLUMNS}
    assert labels["area"] == "面积"
    assert labels["county"] == "县（市）、区"
