"""The command line: verbs, exit codes, messages that help, no tracebacks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planbook.cli import cli, main


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
    assert (code, "403 communities" in text, "no issues" in text) == (0, True, True)
    path = next((here / "data" / "survey" / "2020-08").glob("裕民县*"))
    workbook = openpyxl.load_workbook(path)
    workbook["2000年底以前"]["G6"].value = "很多"
    workbook.save(path)
    code, text = run(capsys, "survey", "2020-08")
    assert code == 1
    assert "G6" in text and "很多" in text


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
