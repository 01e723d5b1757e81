"""What docs/trust.md and docs/guide.md show of a trace is what the command prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from planbook import words
from planbook.project import Project
from tests.shown import shown_in
from tests.test_cli import run
from tests.trace.conftest import change, workbook_of

BY_ID, BY_NUMBER, AFTER = [one for one in shown_in("trust.md") if one.words[0] == "trace"]


@contextmanager
def speaking(language: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("PLANBOOK_LANG", language)
        words.catalogue.cache_clear()
        yield
    words.catalogue.cache_clear()


def test_the_output_shown_is_real(
    traced: Project, own: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(traced.root)
    for shown in (BY_ID, BY_NUMBER):
        code, text = run(capsys, *shown.words)
        assert (code, shown.lacking(text)) == (0, []), shown
    for shown in shown_in("guide.md"):
        assert (shown.command, shown.lacking(text)) == (BY_NUMBER.command, [])
    (chinese,) = shown_in("guide.zh-CN.md")
    with speaking("zh", monkeypatch):
        assert not chinese.lacking(run(capsys, *chinese.words)[1])
    change(workbook_of(own, "裕民县"), "2000年底以前", "G5", 108)
    monkeypatch.chdir(own.root)
    code, text = run(capsys, *AFTER.words)
    assert (code, AFTER.lacking(text)) == (1, [])
