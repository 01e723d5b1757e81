"""A project's own rules: what is wrong in them is said at its line, when they are read and when they are applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from planbook.errors import InputError
from planbook.project import Project
from planbook.report.ownrules import own_checks


def write(root: Path, text: str) -> Project:
    project = Project(root)
    project.notebooks.mkdir()
    (project.notebooks / "rules.py").write_text(text, "utf-8")
    return project


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert own_checks(Project(tmp_path)) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import json\nCHECKS = (\n", "notebooks/rules.py:2: SyntaxError"),
        ("x = 1\n\ny = x / 0\nCHECKS = ()\n", "notebooks/rules.py:3: ZeroDivisionError"),
        ("def check(evidence): ...\n", "CHECKS is no tuple of functions"),
        ("CHECKS = [print]\n", "CHECKS is no tuple of functions"),
    ],
)
def test_a_file_that_cannot_be_run_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        own_checks(write(tmp_path, text))
    assert says in str(error.value)


def test_a_rule_that_fails_over_the_rows_is_named_with_its_line(tmp_path: Path) -> None:
    (check,) = own_checks(write(tmp_path, "def lifts(evidence):\n    yield evidence['lifts']\n\nCHECKS = (lifts,)\n"))
    with pytest.raises(InputError, match=r"notebooks/rules\.py:2: KeyError: 'lifts'"):
        list(check(cast("Any", {})))
