"""What reading a workbook can have to say: automatic mends and doubts, each at its cell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]


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
