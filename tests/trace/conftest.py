"""A county's book, to be traced."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from planbook.project import Project
from tests.conftest import copy_project

UNIT, ROUND = "yumin", "2020-08"


@pytest.fixture(scope="session")
def traced(built: Project) -> Project:
    """The books built once for all tests, one of which is traced; a test that changes something takes a copy."""
    return built


@pytest.fixture
def own(traced: Project, tmp_path: Path) -> Project:
    """The sources, what the build recorded of the unit, and the workbooks as it read them, to change."""
    project = Project(copy_project(tmp_path / "项目 own"))
    shutil.copytree(traced.build / ROUND / UNIT, project.build / ROUND / UNIT)
    shutil.copytree(traced.cache / "survey", project.cache / "survey")
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
