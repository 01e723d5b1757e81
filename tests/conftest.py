"""What all tests share: English messages, and a project of their own to build in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
os.environ["PLANBOOK_LANG"] = "en"
os.environ.pop("PLANBOOK_ROOT", None)  # build.py sets it; a test says itself which project it means


def copy_project(target: Path) -> Path:
    """A project with this one's sources, to build in and to change."""
    for name in ("params", "data", "notebooks", "chapters", "figures"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("_quarto.yml", "requirements.lock"):
        shutil.copyfile(ROOT / name, target / name)
    return target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of the project's sources."""
    return copy_project(tmp_path / "项目 project")
