"""A figure as it is published: one SVG, the PNG made from it, and the data behind it as CSV."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import typst
from matplotlib.figure import Figure as Drawing

from planbook.fonts import SANS, register_matplotlib
from planbook.report.facts import ID

TEXT_WIDTH = 6.06 * 72  # points: the text's width on the page
PNG_PPI = 220  # sharp in print at the width it is placed at


@dataclass(frozen=True)
class Figure:
    """`caption` and `alt` are Chinese; `width` is in percent of the text's width, so that type has its true size."""

    id: str
    caption: str
    alt: str
    width: int
    facts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"facts": list(self.facts)}


def use_house_style(style: Path) -> None:
    """The project's mplstyle, with the Chinese font of the lock: no font of the host's is ever used."""
    register_matplotlib()
    plt.rcdefaults()
    plt.style.use(style)
    plt.rcParams["font.family"] = [SANS]


def save(drawing: Drawing, folder: Path, id: str, data: pd.DataFrame) -> int:
    """Writes <id>.svg, .png and .csv into `folder`, closes the drawing and gives its width in percent of the text's.

    The same drawing gives the same bytes.
    """
    if not ID.fullmatch(id):
        raise ValueError(f"figure id {id!r}: lower case, digits and hyphens")
    folder.mkdir(parents=True, exist_ok=True)
    svg = folder / f"{id}.svg"
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    drawing.savefig(svg, format="svg", metadata=nothing, bbox_inches="tight", pad_inches=0.04)
    plt.close(drawing)
    to_png(svg)
    with (folder / f"{id}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        data.to_csv(file, index=False, lineterminator="\r\n")  # as Excel expects it
    return min(100, round(100 * points_wide(svg.read_text("utf-8")) / TEXT_WIDTH))


def points_wide(svg: str) -> float:
    """The width of an SVG of matplotlib's, in points."""
    found = re.search(r'<svg [^>]*?\bwidth="([\d.]+)pt"', svg, re.S)
    if found is None:
        raise ValueError("an SVG without a width in points")
    return float(found[1])


def to_png(svg: Path) -> Path:
    """The PNG beside an SVG, made by Typst (a tenth of the time matplotlib takes, and the same picture)."""
    png = svg.with_suffix(".png")
    source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{svg.name}", width: 15.4cm)\n'
    page: Any = source.encode()  # the stubs want source and root of one type, the compiler does not
    png.write_bytes(typst.compile(page, root=str(svg.parent), format="png", ppi=PNG_PPI, ignore_system_fonts=True))
    return png
