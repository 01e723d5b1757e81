"""Commands and what they print, as a page of docs/ shows them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from tests.conftest import ROOT

BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
COMMAND = re.compile(r"^\$ python3 build\.py ([^\n]*)\n(.*)", re.S)
CALL = re.compile(r"(?:^ *(?:\$ )?|`|&& )python3 build\.py\b([^`\n&|]*)", re.M)


@dataclass(frozen=True)
class Shown:
    """One command without `python3 build.py`, and the text under it."""

    command: str
    output: str

    def __str__(self) -> str:
        return self.command

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command)

    def lacking(self, printed: str) -> list[str]:
        """The lines shown that were not printed, in this order; … stands for what is left out, a line or its end."""
        lines = iter(_squeezed(printed))
        return [line for line in _squeezed(self.output) if line != "…" and not any(_is(line, one) for one in lines)]


def shown_in(page: str) -> list[Shown]:
    """All commands of a page, one a block."""
    found = [COMMAND.fullmatch(block) for block in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))]
    assert found and all(found), "a console block shows one command of build.py"
    return [Shown(*one.groups()) for one in found if one]


def _squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _is(shown: str, printed: str) -> bool:
    return printed.startswith(shown.removesuffix("…")) if shown.endswith("…") else shown == printed


def calls_of(page: str) -> list[list[str]]:
    """Every command of build.py that a page (named from the root) names anywhere, as words; comments are left out."""
    return [shlex.split(call, comments=True) for call in CALL.findall((ROOT / page).read_text("utf-8"))]
