"""A rule as it was applied, and what rules are applied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import pandas as pd

from planbook.params import Params
from planbook.reference import Reference

Verdict = Literal["pass", "fail", "not_applicable", "not_computable"]
VERDICTS: dict[Verdict, str] = {
    "pass": "符合",
    "fail": "不符合",
    "not_applicable": "不适用",
    "not_computable": "无法判定",
}
WORST_FIRST: tuple[Verdict, ...] = ("fail", "not_computable", "pass", "not_applicable")


@dataclass(frozen=True)
class Rule:
    """One rule, applied.

    `figure` is exact, in `unit`; `limit` says in Chinese what it is held against; `rows` are the survey or reference
    rows that break it, with name, county_name, file, sheet and row; `details` say in Chinese how, where their names do
    not, or why nothing can be said; `mend` says what would mend it, or make it computable; `edit` names the file or the
    key of params to edit where that is not the survey.
    """

    id: str
    title: str
    clause: str
    figure: Decimal | None
    unit: str
    limit: str
    verdict: Verdict
    rows: pd.DataFrame
    mend: str = ""
    details: tuple[str, ...] = ()
    edit: str = ""

    @property
    def bound(self) -> str:
        """The limit beside its unit: 431.91, 28～32; as it is where words follow the unit (0项超过)."""
        return self.limit.replace(self.unit, "") if self.unit and self.limit.endswith(self.unit) else self.limit

    @property
    def places(self) -> list[dict[str, Any]]:
        """Its rows, each by name, county, file, sheet and row."""
        columns = ("name", "county_name", "file", "sheet", "row")
        return [
            {"name": str(name), "county": str(county), "file": file, "sheet": sheet, "row": int(row)}
            for name, county, file, sheet, row in zip(*(self.rows[column] for column in columns), strict=True)
        ]


@dataclass(frozen=True)
class Evidence:
    """What rules are applied to.

    `communities` with scope (analysis.scope); `annual`, the counties' annual forms; `members`, the parameters of each
    county in them, by id, in order: for a county's own plan its own.
    """

    communities: pd.DataFrame
    annual: pd.DataFrame
    reference: Reference
    params: Params
    members: Mapping[str, Params]

    @property
    def planned(self) -> pd.DataFrame:
        return self.communities[self.communities["planned"]]

    @property
    def nothing(self) -> pd.DataFrame:
        return self.communities.iloc[0:0]

    def local(self, text: str) -> str:
        """What is said of several counties; of a county itself without 各县（市）."""
        return text if self.params.unit.is_county else f"各县（市）{text}"


def judged(
    id: str, title: str, clause: str, figure: Decimal, unit: str, limit: str, *, broken: bool, rows: pd.DataFrame,
    mend: str, details: tuple[str, ...] = (), edit: str = "",
) -> Rule:  # fmt: skip
    """A rule that could be applied: kept or broken. What would mend it is said only of a broken one."""
    if not broken:
        return Rule(id, title, clause, figure, unit, limit, "pass", rows.iloc[0:0])
    return Rule(id, title, clause, figure, unit, limit, "fail", rows, mend, details, edit)


def none_of(evidence: Evidence, id: str, title: str, clause: str, rows: pd.DataFrame, mend: str) -> Rule:
    """A rule that no community may break."""
    if evidence.communities.empty:
        return Rule(id, title, clause, None, "个", "0个", "not_applicable", rows)
    return judged(id, title, clause, Decimal(len(rows)), "个", "0个", broken=len(rows) > 0, rows=rows, mend=mend)


def households(rows: pd.DataFrame) -> Decimal:
    return Decimal(int(rows["households"].dropna().sum()))


def plain(number: Decimal) -> str:
    """As people write it: no exponent, no zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: Decimal, places: int = 1) -> str:
    """For a sentence; rules themselves use exact values."""
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
