"""The renovation standards as the plan prints them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

Frame = pd.DataFrame

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


def documents(standards: Frame) -> list[str]:
    """The documents some requirements come from, each once, in the order they are met."""
    return [source for source in dict.fromkeys(standards["source"]) if source]


def printed(standards: Frame, catalogue: Frame) -> Frame:
    """The requirements with three more columns.

    `concerns`: the item, or the names of all items (`codes`) it is about; `said`: the requirement with its value;
    `basis`: the number of its document (`numbered`), or that it is assumed.
    """
    names = dict(zip(catalogue["code"], catalogue["item"], strict=True))
    numbers = dict(zip(sources := documents(standards), numbered(sources), strict=True))
    return standards.assign(
        concerns=[
            item or "、".join(names[code] for code in codes)
            for item, codes in zip(standards["item"], standards["codes"], strict=True)
        ],
        said=[
            f"{requirement}：{value}{unit}" if value else requirement
            for requirement, value, unit in zip(
                standards["requirement"], standards["value"], standards["unit"], strict=True
            )
        ],
        basis=[
            numbers.get(source, "") + ("示例" if assumed else "")
            for source, assumed in zip(standards["source"], standards["assumed"], strict=True)
        ],
    )


def numbered(sources: Sequence[str]) -> list[str]:
    """①, ② … as the column `basis` and the note below a table number documents."""
    return [CIRCLED[at] if at < len(CIRCLED) else f"[{at + 1}]" for at in range(len(sources))]
