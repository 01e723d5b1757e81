"""A project's own rules: notebooks/rules.py, applied after the plan's wherever those are.

from collections.abc import Iterator
from planbook.analysis.rules import Evidence, Rule
from planbook.analysis.rules.rule import none_of

def lifts(evidence: Evidence) -> Iterator[Rule]:
    planned = evidence.planned
    tall = planned[planned["lifts"].fillna(0) > 20]
    yield none_of(evidence, "lifts", "电梯数不超过20部", "地区通知", tall, "请核对电梯数")

CHECKS = (lifts,)
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planbook.analysis.rules import Check, Evidence, Rule
from planbook.errors import InputError
from planbook.project import Project
from planbook.words import _

FILE = "rules.py"


def own_checks(project: Project) -> tuple[Check, ...]:
    """The project's own; none where it has no such file. InputError, with the line, where it cannot be run."""
    path = project.notebooks / FILE
    if not path.is_file():
        return ()
    place = f"notebooks/{FILE}"
    names: dict[str, Any] = {"__name__": "planbook_own_rules", "__file__": str(path)}
    try:  # not imported: that would leave bytecode beside the notebooks
        exec(compile(path.read_bytes(), path, "exec"), names)
    except Exception as error:  # whatever somebody's own code raises is theirs to mend, at its line
        raise InputError(f"{type(error).__name__}: {error}", place=_line(error, path, place)) from error
    checks = names.get("CHECKS")
    if not isinstance(checks, tuple) or not all(callable(check) for check in checks):
        raise InputError(
            _("CHECKS is no tuple of functions"), place=place, cure=_("end the file with: CHECKS = (name, …)")
        )
    return tuple(_told(check, path, place) for check in checks)


def _told(check: Check, path: Path, place: str) -> Check:
    """The check, with what it raises said at its line: it is somebody's own, and no defect of planbook."""

    def applied(evidence: Evidence) -> Iterator[Rule]:
        try:
            yield from check(evidence)
        except Exception as error:
            raise InputError(f"{type(error).__name__}: {error}", place=_line(error, path, place)) from error

    return applied


def _line(error: Exception, path: Path, place: str) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f"{place}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{place}:{lines[-1]}" if lines else place
