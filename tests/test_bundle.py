"""A bundle sets up where there is no network, and is not begun where it cannot be finished."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from planbook.bundle import PLATFORMS, bundle, wanted_by
from planbook.errors import InputError, UsageError
from planbook.project import Project
from tests.conftest import ROOT
from tests.test_build import Checkout, make_wheel, populate


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A small project, whose one package lies in a folder that pip knows of."""
    made = populate(tmp_path / "here")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.wheels))
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    return made


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_it_sets_up_where_no_index_is_reached(checkout: Checkout, tmp_path: Path, tool: str) -> None:
    (checkout.root / "_build").mkdir()
    (checkout.root / "_build" / "old").write_text("left behind")
    made = bundle(Project(checkout.root), tmp_path / "给县里")
    assert made.wheels == 1
    assert not (made.folder / "_build").exists()
    assert "离线" in (made.folder / "离线安装说明.txt").read_text("utf-8")
    shutil.rmtree(checkout.root.parent / "wheels")
    path = str(tmp_path / "here" / "bin") if tool == "uv" else "/usr/bin:/bin"
    alone = Checkout(made.folder, {"PATH": path, "HOME": str(tmp_path), "PIP_INDEX_URL": "file:///nowhere"})
    assert alone.run().seen["sample"] == "1.0"


def test_a_package_that_cannot_be_had_leaves_nothing_behind(checkout: Checkout, tmp_path: Path) -> None:
    shutil.rmtree(checkout.wheels)
    with pytest.raises(InputError, match=r"requirements\.lock(.|\n)*sample"):
        bundle(Project(checkout.root), tmp_path / "to")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here"]


def test_what_another_revision_of_the_same_python_needs_comes_along(checkout: Checkout, tmp_path: Path) -> None:
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    locked = {"<": make_wheel(checkout.wheels, "1.0"), ">=": make_wheel(checkout.wheels, "2.0", f">={minor}.98")}
    lines = [line.replace(" \\", f" ; python_full_version {than} '{minor}.98' \\", 1) for than, line in locked.items()]
    (checkout.root / "requirements.lock").write_text("".join(lines))
    assert bundle(Project(checkout.root), tmp_path / "to").wheels == 2


def test_markers_are_read_as_the_other_machine_would() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    windows = wanted_by(lock, PLATFORMS["windows"], "3.12", "0")
    assert "colorama==" in windows and "ptyprocess==" not in windows
    assert " ; " not in windows and windows.count("--hash") > 500
    mac = wanted_by(lock, PLATFORMS["mac"], "3.11", "0")
    assert "appnope==" in mac and "colorama==" not in mac
    assert mac.count("\nnumpy==") == 1, "one version for each Python"
    assert mac != wanted_by(lock, PLATFORMS["mac"], "3.11", "99"), "soupsieve asks for the revision"


@pytest.mark.parametrize(
    ("target", "platform", "says"),
    [("here/main/out", "", "lies in the project"), ("here", "", "not empty"), ("to", "amiga", "windows, mac")],
)
def test_where_it_cannot_go_is_said(checkout: Checkout, tmp_path: Path, target: str, platform: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        bundle(Project(checkout.root), tmp_path / target, platform)
