"""A build on a cluster of real processes: the same bytes, whoever is lost on the way."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from planbook.cluster import client
from planbook.cluster.client import Cluster
from planbook.errors import UsageError
from planbook.outcome import Progress
from planbook.pipeline import Order, build
from planbook.project import Project
from tests.cluster.conftest import SOURCES, Running
from tests.small import UNITS, contents, small_project

ORDER = Order(UNITS, formats=("html", "xlsx"))


def another_planbook(folder: Path, version: str = "") -> Path:
    """A copy of the sources, of another version if one is given."""
    shutil.copytree(SOURCES, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    if version:
        init = folder / "src" / "planbook" / "__init__.py"
        init.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', init.read_text("utf-8")), "utf-8")
    return folder / "src"


def test_a_cluster_makes_the_books_of_a_local_build_whoever_is_lost(running: Running, tmp_path: Path) -> None:
    elsewhere = tmp_path / "其他 place"
    running.worker("elsewhere", another_planbook(elsewhere), elsewhere)
    dying = running.worker("dying")
    running.worker("older", another_planbook(tmp_path / "older", "0.0.9"))
    local, project = small_project(tmp_path / "local"), small_project(tmp_path / "remote")
    build(local, ORDER)
    addresses = {name: running.address_of(name) for name in ("elsewhere", "dying", "older")}
    told: list[Progress] = []

    def tell(step: Progress) -> None:
        told.append(step)
        if step.stage == "notebooks":
            dying.kill()

    outcomes = build(project, ORDER, tell, ["build"], Cluster(running.address).make)
    assert [outcome.fault for outcome in outcomes] == ["", "", ""]
    assert contents(project.book) == contents(local.book)
    notes = [step.what for step in told if step.stage == "note"]
    (refused,) = [note for note in notes if "is refused" in note]
    assert addresses["older"] in refused and re.search(
        r"planbook 0\.0\.9 \(\w+\) there, 0\.\d\.\d \(\w+\) here", refused
    )
    assert [addresses["dying"] in note for note in notes if "was lost" in note] == [True]
    last = [step for step in told if step.stage != "note"][-1]
    assert (last.stage, last.done, last.total) == ("books", 3, 3)
    nobody = Cluster("tcp://127.0.0.1:9").make  # who is not asked where there is nothing to do
    assert all(outcome.reused for outcome in build(project, ORDER, makers=nobody))

    the_scheduler_goes(running, project, local, tmp_path)


def the_scheduler_goes(running: Running, project: Project, local: Project, tmp_path: Path) -> None:
    """Goes on with the cluster above, of which one worker is left: another would take seconds to start."""
    for one in (project, local):
        chapter = one.chapters / "01-stock.qmd"
        chapter.write_text(chapter.read_text("utf-8") + "\n以上为摸底结果。\n", "utf-8")
    build(local, ORDER)
    told: list[str] = []

    def tell(step: Progress) -> None:
        told.append(step.what)
        if step.stage == "books":
            running.scheduler.kill()

    store = tmp_path / "store"
    outcomes = build(project, ORDER, tell, ["build"], Cluster(running.address, str(store)).make)
    made = [outcome for outcome in outcomes if not outcome.fault]
    lost = [outcome for outcome in outcomes if outcome.fault]
    assert made and lost and not any(outcome.ran for outcome in made)  # the runs of their notebooks travelled
    assert all("the same command" in outcome.fault for outcome in lost)
    assert f"the scheduler is gone; {len(made)} of 3 units are finished and stay" in told
    again = {outcome.unit: outcome for outcome in build(project, ORDER)}
    assert all(again[outcome.unit].reused for outcome in made)
    assert not any(again[outcome.unit].reused for outcome in lost)
    assert contents(project.book) == contents(local.book)


def test_no_scheduler_is_said_at_once_with_its_address(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", "0.2s")
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:9"):
        build(Project(project), Order(("yumin",)), makers=Cluster("tcp://127.0.0.1:9").make)
