"""What the kernel of `build.py lab` does beside running cells, as an IPython extension.

After the parameters cell it sets what the command line gave, as a build does, without a change of the file; and what
the chapter publishes goes to a folder of its own, so that nothing a build made is touched.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planbook.execute.parameters import literal
from planbook.words import _

GIVEN = "PLANBOOK_LAB"  # the parameters as JSON, and the folder below which chapters publish
FOLDER = "PLANBOOK_LAB_FOLDER"
NAMES = {"unit", "round", "overrides"}


def load_ipython_extension(shell: Any) -> None:
    """What IPython calls where an extension is loaded."""
    notebook, folder = os.environ.get("JPY_SESSION_NAME"), os.environ.get(FOLDER)
    if notebook and folder:
        os.environ.setdefault("PLANBOOK_CHAPTER_DIR", str(Path(folder, Path(notebook).stem)))
    given = json.loads(os.environ.get(GIVEN, "{}"))
    if given:
        shell.events.register("post_run_cell", lambda result: _set(shell, result, given))


def _set(shell: Any, result: Any, given: Mapping[str, Any]) -> None:
    if result.success and is_parameters(result.info.raw_cell):
        shell.user_ns.update(given)
        said = ", ".join(f"{name} = {literal(value)}" for name, value in given.items())
        print(_("set by build.py lab: {values}").format(values=said))


def is_parameters(source: str) -> bool:
    """Whether a cell does nothing but set the three parameters of a notebook."""
    try:
        lines = ast.parse(source).body
    except SyntaxError:
        return False
    targets = [line.targets if isinstance(line, ast.Assign) else [] for line in lines]
    names = [[one.id for one in found if isinstance(one, ast.Name)] for found in targets]
    return all(len(found) == 1 for found in names) and {name for found in names for name in found} == NAMES
