"""What docs/trust.md shows of a trace is what the command prints."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner

from planbook.cli import cli
from planbook.project import Project
from tests.conftest import ROOT
from tests.trace.conftest import change, workbook_of

PAGE = (ROOT / "docs" / "trust.md").read_text("utf-8")
SHOWN = re.findall(r"```console\n\$ python3 build\.py (trace [^\n]*)\n(.*?)```", PAGE, re.S)


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() not in ("", "…")]


def printed(project: Project, command: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    monkeypatch.setenv("PLANBOOK_ROOT", str(project.root))
    result = CliRunner().invoke(cli, shlex.split(command))
    return result.exit_code, squeezed(result.output)


@pytest.mark.parametrize(("command", "output"), SHOWN[:2], ids=[command for command, _output in SHOWN[:2]])
def test_the_output_shown_is_real(traced: Project, command: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, lines = printed(traced, command, monkeypatch)
    assert code == 0
    assert [line for line in squeezed(output) if line not in lines] == []


def test_so_is_that_of_a_workbook_changed_since(own: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (command, output) = SHOWN[2]
    change(workbook_of(own, "裕民县"), "2000年底以前", "G5", 108)
    code, lines = printed(own, command, monkeypatch)
    assert code == 1
    assert [line for line in squeezed(output) if line not in lines] == []
