"""What reading a workbook can have to say: automatic mends and doubts, each at its cell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")  # worst first
SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warning": "警告", "note": "提示"}  # in files and documents


@dataclass(frozen=True, order=True)
class Issue:
    """A doubt about one cell. `message` is one plain Chinese sentence that says what to do.

    An error cannot be used; a warning was used, but look at it; a note is for information. `value`: what the cell was
    read as, "" where it could not be.
    """

    file: str
    sheet: str
    cell: str
    code: str
    severity: Severity
    raw: str
    message: str
    value: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        place = "!".join(part for part in (self.file, self.sheet, self.cell) if part)
        return f"{place}: {self.message}" + (f"（原文：{self.raw}）" if self.raw else "")


@dataclass(frozen=True, order=True)
class Correction:
    """An automatic reading that is not verbatim."""

    file: str
    sheet: str
    cell: str
    raw: str
    value: str
    rule: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def worst_first(issues: Iterable[Issue]) -> list[Issue]:
    """File by file, the file with most errors first; in a file errors first, then by sheet and cell as on the sheet."""
    found = list(issues)
    counts = Counter((issue.file, issue.severity) for issue in found)

    def key(issue: Issue) -> tuple[object, ...]:
        file = tuple(-counts[issue.file, severity] for severity in SEVERITIES)
        letters, digits = re.fullmatch(r"([A-Z]*)(\d*).*", issue.cell, re.DOTALL).groups()  # type: ignore[union-attr]
        place = (issue.sheet, int(digits or 0), len(letters), letters)
        return (*file, issue.file, SEVERITIES.index(issue.severity), *place, issue)

    return sorted(found, key=key)


def printable(text: str, longest: int = 0) -> str:
    """On one line, without characters that steer a terminal or turn the writing round; shortened to `longest`."""
    line = "".join("\ufffd" if _steers(sign) else sign for sign in " ".join(text.split()))
    return f"{line[: longest - 1]}…" if longest and len(line) > longest else line


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")
