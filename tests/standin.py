"""A stand-in for Quarto's CLI, put on PATH: tests say what it is to do, and read how it was called."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "data" / "quarto.py"


@dataclass(frozen=True)
class StandIn:
    """Its folder, which is the only one on PATH that has a `quarto`."""

    folder: Path

    def say(self, version: str = "1.9.38", **formats: dict[str, Any]) -> None:
        """What it does from now on, by Quarto's formats: html, typst, docx; tests/data/quarto.py says how."""
        (self.folder / "say.json").write_text(json.dumps({"version": version, **formats}), "utf-8")

    @property
    def path(self) -> Path:
        return self.folder / ("quarto.cmd" if os.name == "nt" else "quarto")

    def calls(self) -> list[dict[str, Any]]:
        """The calls since the last look, but those that only asked for the version."""
        record = self.folder / "calls.jsonl"
        lines = record.read_text("utf-8").splitlines() if record.is_file() else []
        record.unlink(missing_ok=True)
        return [call for line in lines if (call := json.loads(line))["arguments"] != ["--version"]]


def install(folder: Path) -> StandIn:
    folder.mkdir()
    shutil.copyfile(SCRIPT, folder / "quarto.py")
    one = StandIn(folder)
    if os.name == "nt":
        one.path.write_text(f'@"{sys.executable}" "%~dp0quarto.py" %*\n', "utf-8")
    else:
        one.path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$(dirname "$0")/quarto.py" "$@"\n', "utf-8")
        one.path.chmod(0o755)
    one.say()
    return one
