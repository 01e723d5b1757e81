"""The user's language: gettext with English in the source, chosen by PLANBOOK_LANG or the locale.

Survey messages inside workbooks and documents are Chinese whatever is chosen here.
"""

from __future__ import annotations

import gettext
import locale
import os
from functools import cache

LOCALES = os.path.join(os.path.dirname(__file__), "locale")


@cache
def catalogue() -> gettext.NullTranslations:
    """The chosen catalogue; English where there is none."""
    wanted = os.environ.get("PLANBOOK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if not wanted:  # Windows has no LANG
        wanted = locale.getlocale()[0] or ""
    chinese = wanted.lower().replace("-", "_").startswith(("zh", "chinese"))
    return gettext.translation("planbook", LOCALES, ["zh_CN"], fallback=True) if chinese else gettext.NullTranslations()


def choose_for_click() -> None:
    """The same catalogue for what click itself says: it goes by gettext's own domain and by the environment."""
    os.environ["LANGUAGE"] = "zh_CN" if isinstance(catalogue(), gettext.GNUTranslations) else "C"
    gettext.bindtextdomain("planbook", LOCALES)
    gettext.textdomain("planbook")


def _(message: str) -> str:
    return catalogue().gettext(message)


def chinese(message: str) -> str:
    """For documents, which are Chinese whatever is chosen."""
    return _chinese().gettext(message)


@cache
def _chinese() -> gettext.NullTranslations:
    return gettext.translation("planbook", LOCALES, ["zh_CN"])


def at_line(place: str, number: int) -> str:
    """A line of a file, as every message names it."""
    return _("{file}: line {number}").format(file=place, number=number)
