"""The command line: verbs, exit codes, messages that help, no tracebacks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml

from planbook.cli import cli, main
from planbook.params import load_params
from planbook.project import Project


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project / "chapters")
    return project


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(args)
    said = capsys.readouterr()
    text = said.out + said.err
    assert "Traceback" not in text
    return int(stop.value.code or 0), text


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_each_verbs_help_has_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, verb, "--help")
    assert code == 0
    assert f"Example: python3 build.py {verb}" in " ".join(text.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["build", "wusi"], "did you mean wusu?"),
        (["bild"], "no verb and no unit bild"),
        (["--to", "odt"], "html, pdf, docx, xlsx"),
        (["yumin", "-P", "targets"], "key.path=value"),
        (["build", "--engine", "docker"], "fork"),
        (["build", "--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_command_is_exit_two_and_says_the_cure(
    here: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    code, text = run(capsys, *args)
    assert code == 2
    assert said in text


def test_wrong_parameters_are_exit_one_before_any_notebook_starts(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(capsys, "裕民县", "-P", "targets.2021=99")
    assert code == 1
    assert "more than the whole" in text
    assert not (here / "_book").exists()


def test_an_unknown_round_names_those_there_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "654225", "--round", "2019-01")
    assert code == 1
    assert "2020-05, 2020-08" in text


def test_survey_lists_what_is_wrong_by_cell(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "survey")
    assert (code, "403 communities" in text, " error " in text) == (0, True, False)
    assert any(line.split()[1:4] == ["G7", "warning", "146"] for line in text.splitlines())
    spoil(here)
    code, text = run(capsys, "survey", "2020-08")
    assert code == 1
    assert "G6" in text and "很多" in text


def spoil(project: Path) -> Path:
    """One cell of 裕民县 that cannot be read."""
    path = next((project / "data" / "survey" / "2020-08").glob("裕民县*"))
    workbook = openpyxl.load_workbook(path)
    workbook["2000年底以前"]["G6"].value = "很多"
    workbook.save(path)
    return path


def test_survey_writes_json_csv_and_annotated_copies_of_a_folder_anywhere(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "来 件"
    folder.mkdir()
    spoiled = spoil(here)
    shutil.copyfile(spoiled, folder / spoiled.name)
    out = tmp_path / "out"
    code, text = run(
        capsys, "survey", str(folder), "--json", str(out / "a.json"), "--csv", str(out / "a.csv"),
        "--annotate", str(out / "copies"),
    )  # fmt: skip
    assert code == 1
    assert f"{spoiled.name}: error 1" in text and "G6" in text and "很多" in text
    found = json.loads((out / "a.json").read_text("utf-8"))
    assert [one["cell"] for one in found["issues"] if one["severity"] == "error"] == ["G6"]
    assert {one["source"]["file"] for one in found["communities"]} == {spoiled.name}
    assert "G6" in (out / "a.csv").read_text("utf-8-sig")
    copy = openpyxl.load_workbook(out / "copies" / spoiled.name)
    assert copy["2000年底以前"]["G6"].comment and copy.sheetnames[0] == "问题清单"


def test_survey_to_stdout_leaves_nothing_but_json_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["survey", "--json", "-"])
    said = capsys.readouterr()
    assert stop.value.code == 0
    assert len(json.loads(said.out)["communities"]) == 403
    assert "403 communities" in said.err
    assert run(capsys, "survey", "--json", "-", "--csv", "-")[0] == 2


def test_new_adds_a_county_and_its_form(here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, text = run(capsys, "new", "kuitun", "--name", "奎屯市", "--code", "654204", "--extends", "tacheng")
    assert code == 0 and "奎屯市老旧小区摸底调查表.xlsx" in text
    made = load_params(Project(here), "kuitun")
    assert (made.unit.name, made.unit.code, made.unit.aliases) == ("奎屯市", "654204", ("奎屯",))
    counties = load_params(Project(here), "tacheng").counties
    assert counties == ("tachengshi", "wusu", "shawan", "kuitun", "emin", "tuoli", "yumin", "hebukesaier")
    form = here / "_build" / "forms" / "奎屯市老旧小区摸底调查表.xlsx"
    assert openpyxl.load_workbook(form)["2000年底以前"]["A2"].value.startswith("填报单位：奎屯市")
    assert run(capsys, "survey")[0] == 0


def test_new_asks_nothing_and_says_what_is_left_to_fill_in(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prefecture = here / "params" / "tacheng.yml"
    listed = prefecture.read_text("utf-8").replace("counties: [", "counties:\n  [")
    prefecture.write_text(listed, "utf-8")
    code, text = run(capsys, "new", "kuitun", "--form", str(tmp_path / "f.xlsx"))
    assert code == 0
    assert "unit.name, unit.code" in text and "add kuitun to counties in params/tacheng.yml" in text
    assert prefecture.read_text("utf-8") == listed
    assert (tmp_path / "f.xlsx").exists()


def test_new_writes_the_form_alone_of_a_county_that_is_there(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = (here / "params" / "wusu.yml").read_bytes()
    code, text = run(capsys, "new", "wusu", "--form", str(tmp_path / "f.xlsx"))
    assert code == 0 and "f.xlsx" in text
    page = openpyxl.load_workbook(tmp_path / "f.xlsx")["2000年底以前"]
    assert page["A2"].value.startswith("填报单位：乌苏市") and page["C5"].value is None
    assert (here / "params" / "wusu.yml").read_bytes() == given
    assert run(capsys, "new", "wusu", "--form", str(tmp_path / "f.xlsx"))[0] == 2, "nothing is overwritten"
    assert "its counties" in run(capsys, "new", "tacheng", "--form", str(tmp_path / "g.xlsx"))[1]


def test_the_form_names_the_prefecture_of_a_county_that_extends_none(
    here: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    head, county = (yaml.safe_load((here / "params" / f"{id}.yml").read_text("utf-8")) for id in ("tacheng", "wusu"))
    whole = {**head, "unit": county["unit"], "counties": []}
    (here / "params" / "wusu.yml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")

    assert run(capsys, "new", "wusu", "--form", str(tmp_path / "f.xlsx"))[0] == 0
    page = openpyxl.load_workbook(tmp_path / "f.xlsx")["老旧小区改造年度计划表"]
    choices = {rule.errorTitle: rule.formula1 for rule in page.data_validations.dataValidation}
    assert choices["地、州、市"] == '"塔城地区"', "which names it among its counties"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["wusu"], "params/wusu.yml is there already"),
        (["Kuitun"], "no unit's id"),
        (["kuitun", "--code", "6542"], "no county's code"),
        (["kuitun", "--code", "654202"], "乌苏市 (654202) is the unit wusu already"),
        (["kuitun", "--name", "沙湾县"], "is the unit shawan already"),
        (["kuitun", "--name", "奎"], "too short"),
        (["kuitun", "--extends", "wusu"], "prefectures: tacheng"),
    ],
)
def test_new_overwrites_nothing_and_refuses_what_is_no_county(
    here: Path, capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    before = sorted((path.name, path.read_bytes()) for path in (here / "params").iterdir())
    code, text = run(capsys, "new", *args)
    assert code == 2 and said in text
    assert sorted((path.name, path.read_bytes()) for path in (here / "params").iterdir()) == before


def test_doctor_says_what_is_here(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, "doctor")
    assert code == 0
    for word in ("Noto Sans SC", "Pandoc", "塔城地区"):
        assert word in text


def test_clean_leaves_sources_and_books(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("_build/x", "_book/y"):
        (here / name).mkdir(parents=True)
    assert run(capsys, "clean")[0] == 0
    assert not (here / "_build").exists() and (here / "_book").exists() and (here / "params").exists()


def test_outside_a_project_the_cure_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = run(capsys, "build")
    assert code == 2
    assert "params/ and chapters/" in text


def test_a_defect_of_ours_is_exit_three(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("planbook.pipeline.build", broken)
    code, text = run(capsys, "build", "yumin")
    assert code == 3
    assert "ZeroDivisionError" in text and "--debug" in text
