"""The fonts of the wheel are found and known by name."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from matplotlib import font_manager

from planbook.errors import InputError
from planbook.fonts import SANS, SERIF, find_fonts, register_matplotlib, system_fonts


def test_matplotlib_knows_both_families_once_whatever_the_host_has(tmp_path: Path) -> None:
    fonts = find_fonts()
    hosts = tmp_path / "NotoSansSC-Regular.otf"  # as a user may have it installed
    shutil.copyfile(fonts.sans, hosts)
    font_manager.fontManager.addfont(str(hosts))
    register_matplotlib()
    register_matplotlib()
    for family, path in ((SANS, fonts.sans), (SERIF, fonts.serif)):
        assert font_manager.findfont(family, fallback_to_default=False) == str(path)
        assert [entry.fname for entry in font_manager.fontManager.ttflist if entry.name == family] == [str(path)]


def test_missing_fonts_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(InputError, match=r"run build.py again"):
        find_fonts()


def test_a_font_this_machine_lacks_is_named_with_those_it_may_have_been() -> None:
    with pytest.raises(InputError) as error:
        system_fonts(["Libertinus Serf"], "params/yi.yml: typography")
    assert "params/yi.yml: typography: this machine has no font Libertinus Serf" in str(error.value)
    assert "Libertinus Serif" in error.value.cure
    with pytest.raises(InputError, match=r"leave the key out: Noto Serif SC"):
        system_fonts(["没有的字体"], "params/yi.yml: typography")


def test_what_comes_with_planbook_is_no_font_of_this_machine() -> None:
    assert system_fonts([SANS, SERIF, "Libertinus Serif"], "") == ()
