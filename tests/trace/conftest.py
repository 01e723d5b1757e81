"""A county's book built as far as its facts, to be traced."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planbook.pipeline import Order, build
from planbook.project import Project
from tests.conftest import copy_project

UNIT, ROUND = "yumin", "2020-08"


@pytest.fixture(scope="session")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Built once; a test that changes it takes a copy."""
    project = Project(copy_project(tmp_path_factory.mktemp("trace") / "项目"))
    (outcome,) = build(project, Order((UNIT,), formats=("xlsx",)))
    assert not outcome.fault, outcome.fault
    return project


def workbook_of(project: Project, unit_name: str) -> Path:
    return next(path for path in (project.rounds / ROUND).glob("*.xlsx") if path.name.startswith(unit_name))


def change(path: Path, sheet: str, cell: str, value: object) -> object:
    """Writes into a cell of a received workbook; returns what stood there."""
    book = openpyxl.load_workbook(path)
    before = book[sheet][cell].value
    book[sheet][cell] = value
    book.save(path)
    return before
