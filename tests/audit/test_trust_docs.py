"""What docs/trust.md shows of the audit is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from planbook.audit.units import audit_units
from planbook.project import Project
from tests.test_cli import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text("utf-8")
SHOWN = re.findall(r"```console\n\$ python3 build\.py (audit [^\n]*|build [^\n]* --strict)\n(.*?)```", PAGE, re.S)


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_there_is_output_to_compare() -> None:
    assert len(SHOWN) == 3


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _output in SHOWN])
def test_the_output_shown_is_real(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line in this order; … stands for lines left out."""
    monkeypatch.chdir(ROOT)
    code, text = run(capsys, *shlex.split(command))
    printed = iter(squeezed(text))
    missing = [line for line in squeezed(output) if line != "…" and line not in printed]
    assert (code, missing) == (1, [])


def test_every_rule_is_in_the_table_and_no_other() -> None:
    (audited,) = audit_units(Project(ROOT), ["tacheng"])
    rules = {re.sub(r"\.\d{4}$", ".<year>", rule.id) for rule in audited.rules}
    rows = re.findall(r"^\| (`[a-z].*?) \|", PAGE, re.M)
    assert {id for row in rows for id in re.findall(r"`([^`]+)`", row)} == rules
