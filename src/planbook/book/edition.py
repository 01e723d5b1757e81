"""What makes one unit's book what it is, read off its survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planbook.book.assemble import Edition
from planbook.params import Params
from planbook.survey.county import County
from planbook.survey.store import Survey


def edition_of(
    unit: str, params: Params, survey: Survey, known: Sequence[County], overrides: Mapping[str, Any]
) -> Edition:
    """The edition of a unit's book from its parameters, its survey and the counties of its prefecture."""
    names = {county.id: county.name for county in known}
    errors = [issue for issue in survey.issues if issue.severity == "error"]
    left_out = []
    if errors:
        files = "、".join(sorted({issue.file for issue in errors}))
        left_out.append(f"{files}中有{len(errors)}处错误尚未改正，有关单元格按未填处理，汇总数不含这些数据。")
    return Edition(
        unit, params, survey.info, tuple(names[id] for id in survey.counties),
        tuple(names[id] for id in survey.missing), overrides, tuple(left_out),
        survey.earlier.info if survey.earlier else None,
    )  # fmt: skip
