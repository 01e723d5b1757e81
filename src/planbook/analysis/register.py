"""Lists the appendices print: what is in the plan, what is not and why, what was mended or doubted in the survey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from planbook.params import Period
from planbook.survey.clean import MENDS
from planbook.survey.form import TITLE_ROW
from planbook.survey.issues import SEVERITIES, SEVERITY_NAMES, Correction, Issue

Frame = pd.DataFrame

CORRECTION_COLUMNS = ("file", "sheet", "cell", "row", "raw", "value", "done")
ISSUE_COLUMNS = ("file", "sheet", "cell", "row", "severity", "raw", "message")


def form_numbers(codes: Sequence[str]) -> str | None:
    """Items as the form numbers them, most urgent first: (J14, J05) → 14、5; None for none."""
    return "、".join(str(int(code[1:])) for code in codes) or None


def left_out(communities: Frame, period: Period) -> Frame:
    """The communities that are not in the plan (columns of `with_scope`), with `reason` said for each."""
    out = communities[~communities["planned"].astype(bool)]
    return out.assign(reason=[_reason(row["reason"], row["plan_year"], period) for _index, row in out.iterrows()])


def _reason(reason: str, plan_year: Any, period: Period) -> str:
    if reason:
        return reason
    if pd.isna(plan_year):
        return "未安排改造年度"
    return f"计划改造年度{int(plan_year)}年不在{period.first}—{period.last}年内"


def correction_rows(corrections: Sequence[Correction]) -> Frame:
    """The survey's automatic mends in reading order; `done` says in Chinese what was done."""
    rows = [(c.file, c.sheet, c.cell, _row(c.cell), c.raw, c.value, MENDS.get(c.rule, c.rule)) for c in corrections]
    return pd.DataFrame(rows, columns=list(CORRECTION_COLUMNS))


def issue_rows(issues: Sequence[Issue]) -> Frame:
    """The survey's doubts, the gravest first; `severity` in Chinese."""
    rows = [
        (i.file, i.sheet, i.cell, _row(i.cell), SEVERITY_NAMES[i.severity], i.raw, i.message)
        for i in sorted(issues, key=lambda issue: SEVERITIES.index(issue.severity))
    ]
    return pd.DataFrame(rows, columns=list(ISSUE_COLUMNS))


def _row(cell: str) -> int:
    """The row of a cell's address; a whole sheet's doubt is kept at its title."""
    found = re.search(r"\d+$", cell)
    return int(found[0]) if found else TITLE_ROW
