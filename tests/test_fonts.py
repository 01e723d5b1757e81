"""The fonts of the wheel are found and known by name."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec

import pytest
from matplotlib import font_manager

from planbook.errors import InputError
from planbook.fonts import SANS, SERIF, find_fonts, register_matplotlib


def test_matplotlib_knows_both_families_once() -> None:
    register_matplotlib()
    register_matplotlib()
    fonts = find_fonts()
    for family, path in ((SANS, fonts.sans), (SERIF, fonts.serif)):
        assert font_manager.findfont(family, fallback_to_default=False) == str(path)
        assert [entry.fname for entry in font_manager.fontManager.ttflist].count(str(path)) == 1


def test_missing_fonts_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(InputError, match=r"run build.py again"):
        find_fonts()
