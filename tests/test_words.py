"""The user's language: the Chinese catalogue is complete, compiled, and chosen as it should be."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog
from words import MO, compiled, translated

from planbook import words


def one(text: str | tuple[str, ...]) -> str:
    """Of forms for one and for many the last; Chinese has one form."""
    return text if isinstance(text, str) else text[-1]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)[^}]*}", text))


@pytest.fixture(scope="module")
def kept() -> Catalog:
    """The catalogue as it is kept, brought up to the source."""
    return translated()


def test_every_message_has_its_chinese_and_the_same_placeholders(kept: Catalog) -> None:
    told = [(one(m.id), one(m.string)) for m in kept if m.id]
    assert not [english for english, chinese in told if not chinese], "translate them in planbook.po"
    assert not [english for english, chinese in told if placeholders(english) != placeholders(chinese)]


def test_the_compiled_catalogue_is_that_of_the_source(kept: Catalog) -> None:
    assert MO.read_bytes() == compiled(kept), "run tools/words.py"


def test_what_click_says_of_a_command_is_in_the_user_s_language() -> None:
    asked = [sys.executable, "-m", "planbook.cli", "build", "--jobs", "many"]
    for language, said in (("zh", "错误：'--jobs' 的值不对"), ("en", "Error: Invalid value for '--jobs'")):
        done = subprocess.run(asked, env=os.environ | {"PLANBOOK_LANG": language}, capture_output=True, text=True)
        assert done.returncode == 2 and said in done.stderr


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("zh", "第3行"), ("zh_CN.UTF-8", "第3行"), ("zh-Hans", "第3行"), ("en", "line 3"), ("C.UTF-8", "line 3")],
)
def test_the_language_is_chosen_by_planbook_lang(chosen: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANBOOK_LANG", chosen)
    words.catalogue.cache_clear()
    try:
        assert said in words.at_line("a.yml", 3)
    finally:
        words.catalogue.cache_clear()
