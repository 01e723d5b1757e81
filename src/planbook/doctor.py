"""What this machine has of what planbook needs: versions, fonts, renderers, and the cure for what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from planbook import __version__
from planbook.errors import PlanbookError
from planbook.project import Project
from planbook.words import _


@dataclass(frozen=True)
class Finding:
    """`cure` is empty where all is well; `needed` says whether a build fails without it."""

    what: str
    found: str
    cure: str = ""
    needed: bool = True


def examine(project: Project) -> list[Finding]:
    """Everything worth knowing, in the order in which a build would miss it."""
    return [
        Finding("planbook", f"{__version__}  {project.root}"),
        Finding("Python", f"{platform.python_version()}  {sys.executable}"),
        Finding(_("system"), f"{platform.system()} {platform.release()}, {os.cpu_count()} CPU"),
        *_packages(),
        _fonts(),
        _pandoc(),
        _quarto(),
        _units(project),
        _space(project),
    ]


def _packages() -> Iterator[Finding]:
    for name in ("pandas", "matplotlib", "seaborn", "papermill", "openpyxl", "python-calamine", "typst"):
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, _("not installed"), _("run build.py again: it installs what requirements.lock lists"))


def _fonts() -> Finding:
    from planbook.fonts import SANS, SERIF, find_fonts

    try:
        find_fonts()
    except PlanbookError as error:
        return Finding(_("fonts"), error.message, error.cure)
    return Finding(_("fonts"), f"{SANS}, {SERIF}")


def _pandoc() -> Finding:
    from planbook.book.pandoc import find_pandoc

    try:
        path = find_pandoc()
    except PlanbookError as error:
        return Finding("Pandoc", error.message, error.cure)
    return Finding("Pandoc", _first_line([str(path), "--version"]).removeprefix("pandoc "))


def _quarto() -> Finding:
    """Quarto is only for `renderer: quarto`."""
    from planbook.book.quarto import find_quarto

    try:
        found = find_quarto()
    except PlanbookError as error:
        return Finding("Quarto", error.message, error.cure, needed=False)
    return Finding("Quarto", f"{found.version}  {found.path}")


def _units(project: Project) -> Finding:
    from planbook.params import load_params, unit_ids

    try:
        names = [load_params(project, unit).unit.name for unit in unit_ids(project)]
    except PlanbookError as error:
        return Finding(_("units"), str(error), error.cure or _("mend the file named"))
    return Finding(_("units"), "、".join(names))


def _space(project: Project) -> Finding:
    free = shutil.disk_usage(project.root).free / 1e9
    if not os.access(project.root, os.W_OK):
        return Finding(
            _("disk"), _("the project's folder cannot be written to"), _("copy the project to a folder of your own")
        )
    cure = _("free at least 1 GB") if free < 1 else ""
    return Finding(_("disk"), _("{free:.0f} GB free").format(free=free), cure)


def _first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0] if lines else _("does not answer") + f" ({Path(command[0]).name})"
