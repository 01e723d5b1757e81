"""What travels to a worker: all that the unit's build may read, and of others the names of their workbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from planbook.cluster.parcel import Parcels, open_parcel, write_files
from planbook.package import unpack
from planbook.project import Project
from planbook.todo import Desk, Order
from tests.small import contents, small_project


def parcel_of(project: Project, unit: str) -> bytes:
    desk = Desk(project, Order((unit,)))
    return Parcels(desk).of(desk.look(unit))


def test_a_countys_parcel_holds_its_own_workbook_and_the_names_of_the_others(project: Path) -> None:
    parcel = parcel_of(Project(project), "yumin")
    parts = unpack(parcel)
    round = {name: data for name, data in parts.items() if name.startswith("data/survey/")}
    assert all(name.startswith("data/survey/2020-08/") for name in round)
    books = {name.rpartition("/")[2]: bool(data) for name, data in round.items() if name.endswith(".xlsx")}
    assert [name for name in books if books[name]] == ["裕民县老旧小区摸底调查表.xlsx"] and len(books) > 5
    assert round["data/survey/2020-08/round.yml"] and parts["params/tacheng.yml"] and parts["requirements.lock"]
    assert not [name for name in parts if name.startswith("src/")]
    assert parcel == parcel_of(Project(project), "yumin")
    whole = unpack(parcel_of(Project(project), "tacheng"))
    assert all(data for name, data in whole.items() if name.endswith(".xlsx"))


def test_parameters_of_another_prefecture_stay_at_home(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    text = (project.params / "tacheng.yml").read_text("utf-8")
    (project.params / "other.yml").write_text(text.replace("tuoli", "far").replace("yumin", "away"), "utf-8")
    for county in ("far", "away"):
        (project.params / f"{county}.yml").write_text((project.params / "yumin.yml").read_text("utf-8"), "utf-8")
    names = [
        name for name in unpack(parcel_of(project, "yumin")) if name.startswith("params/") and "schema" not in name
    ]
    assert names == ["params/tacheng.yml", "params/tuoli.yml", "params/yumin.yml"]


def test_a_worker_holds_nothing_of_the_parcel_before(project: Path, tmp_path: Path) -> None:
    source, place = Project(project), Project(tmp_path / "worker")
    place.root.mkdir()
    open_parcel(parcel_of(source, "yumin"), place)
    first = contents(place.root)
    (place.book / "yumin").mkdir(parents=True)
    (place.root / "rest").touch()
    (place.cache / "survey").mkdir(parents=True)
    open_parcel(parcel_of(source, "tacheng"), place)
    open_parcel(parcel_of(source, "yumin"), place)
    assert contents(place.root) == first and (place.cache / "survey").is_dir()


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\..\\x"])
def test_no_file_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        write_files({name: b""}, tmp_path / "in")
    assert contents(tmp_path) == {}
