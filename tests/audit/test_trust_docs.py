"""What docs/trust.md shows of the audit is what the commands print."""

from __future__ import annotations

import re

import pytest

from planbook.audit.units import audit_units
from planbook.project import Project
from tests.conftest import ROOT
from tests.shown import Shown, shown_in
from tests.test_cli import run


@pytest.mark.parametrize("shown", [one for one in shown_in("trust.md") if one.words[0] != "trace"], ids=str)
def test_the_output_shown_is_real(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code, text = run(capsys, *shown.words)
    assert (code, shown.lacking(text)) == (1, [])


def test_every_rule_is_in_the_table_and_no_other() -> None:
    (audited,) = audit_units(Project(ROOT), ["tacheng"])
    rules = {re.sub(r"\.\d{4}$", ".<year>", rule.id) for rule in audited.rules}
    rows = re.findall(r"^\| (`[a-z].*?) \|", (ROOT / "docs" / "trust.md").read_text("utf-8"), re.M)
    assert {id for row in rows for id in re.findall(r"`([^`]+)`", row)} == rules
