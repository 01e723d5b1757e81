"""The renovation standards as the plan prints them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

Frame = pd.DataFrame

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
UNITS = {"m": "米", "㎡": "平方米"}  # as a Chinese text writes them
PLACE = "{}"  # where a requirement's value stands


def documents(standards: Frame) -> list[str]:
    """The documents some requirements come from, each once, in the order they are met."""
    return [source for source in dict.fromkeys(standards["source"]) if source]


def printed(standards: Frame, catalogue: Frame) -> Frame:
    """The requirements with three more columns.

    `concerns`: the item, or the names of all items (`codes`) it is about; `said`: the requirement with its value;
    `basis`: the number of its document (`numbered`), or 示例 where none is named.
    """
    names = dict(zip(catalogue["code"], catalogue["item"], strict=True))
    numbers = dict(zip(sources := documents(standards), numbered(sources), strict=True))
    return standards.assign(
        concerns=[
            item or "、".join(names[code] for code in codes)
            for item, codes in zip(standards["item"], standards["codes"], strict=True)
        ],
        said=[
            said(*parts) for parts in zip(standards["requirement"], standards["value"], standards["unit"], strict=True)
        ],
        basis=[numbers.get(source, "示例") for source in standards["source"]],
    )


def said(requirement: str, value: str, unit: str) -> str:
    """A requirement with its value in its place: 间距不大于{} → 间距不大于120米; after a colon if it has no place."""
    if PLACE in requirement or not value:
        return requirement.replace(PLACE, value + UNITS.get(unit, unit))
    return f"{requirement}：{value}{UNITS.get(unit, unit)}"


def numbered(sources: Sequence[str]) -> list[str]:
    """①, ② … as the column `basis` and the note below a table number documents."""
    return [CIRCLED[at] if at < len(CIRCLED) else f"[{at + 1}]" for at in range(len(sources))]
