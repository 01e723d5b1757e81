"""A figure as it is published: one SVG, the PNG made from it, and the data behind it as CSV."""

from __future__ import annotations

import io
import re
import sys
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import machine
from typing import Any

import matplotlib.pyplot as plt
import typst
from matplotlib.figure import Figure as Drawing

from planbook.fonts import SANS, WHEEL, register_matplotlib
from planbook.report import drawn
from planbook.report.data import Data
from planbook.report.facts import ID
from planbook.results import NOTHING, Results

TEXT_WIDTH = 6.06 * 72  # points: the text's width on the page
SOURCES = (Path(__file__), Path(drawn.__file__))  # read on import: the code that runs is the code that was there then
LIBRARIES = ("matplotlib", "numpy", "typst", WHEEL)
CODE = "\n".join((*(path.read_text("utf-8") for path in SOURCES), *map(version, LIBRARIES), sys.platform, machine()))
PNG_PPI = 220  # sharp in print at the width it is placed at


@dataclass(frozen=True)
class Figure:
    """`caption` and `alt` are Chinese; `width` is in percent of the text's width, so that type has its true size.
    `data` is what was drawn."""

    id: str
    caption: str
    alt: str
    width: int
    data: Data

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "caption": self.caption, "alt": self.alt, "width": self.width, "data": self.data.as_dict(),
        }  # fmt: skip


def use_house_style(style: Path) -> None:
    """The project's mplstyle, with the Chinese font of the lock: no font of the host's is ever used."""
    register_matplotlib()
    plt.rcdefaults()
    plt.style.use(style)
    plt.rcParams["font.family"] = [SANS]


def pictures_in(folder: Path) -> Results:
    """Where a project keeps pictures, for whoever draws the same again with the same code."""
    return Results(folder, CODE)


def save(drawing: Drawing, folder: Path, id: str, data: Data, pictures: Results = NOTHING) -> int:
    """Writes <id>.svg, .png and .csv into `folder`, closes the drawing and gives its width in percent of the text's.

    The same drawing gives the same bytes, which may have been kept among `pictures`.
    """
    if not ID.fullmatch(id):
        raise ValueError(f"figure id {id!r}: lower case, digits and hyphens")
    folder.mkdir(parents=True, exist_ok=True)
    svg = folder / f"{id}.svg"
    whole = drawn.all_of(drawing)
    svg.write_bytes(_svg(drawing) if whole is None else pictures.get(("svg", whole), lambda: _svg(drawing)))
    plt.close(drawing)
    to_png(svg, pictures)
    (folder / f"{id}.csv").write_text(data.csv(), "utf-8-sig", newline="")
    return min(100, round(100 * points_wide(svg.read_text("utf-8")) / TEXT_WIDTH))


def _svg(drawing: Drawing) -> bytes:
    """The picture. UserWarning where it lacks something, a glyph say: one that is kept would lack it in silence."""
    out = io.BytesIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        drawing.savefig(out, format="svg", metadata=nothing, bbox_inches="tight", pad_inches=0.04)
    return out.getvalue()


def points_wide(svg: str) -> float:
    """The width of an SVG of matplotlib's, in points."""
    found = re.search(r'<svg [^>]*?\bwidth="([\d.]+)pt"', svg, re.S)
    if found is None:
        raise ValueError("an SVG without a width in points")
    return float(found[1])


def to_png(svg: Path, pictures: Results = NOTHING) -> Path:
    """The PNG beside an SVG, made by Typst (a tenth of the time matplotlib takes, and the same picture)."""
    png = svg.with_suffix(".png")
    source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{svg.name}", width: 15.4cm)\n'
    page: Any = source.encode()  # the stubs want source and root of one type, the compiler does not

    def made() -> bytes:
        return typst.compile(page, root=str(svg.parent), format="png", ppi=PNG_PPI, ignore_system_fonts=True)

    png.write_bytes(pictures.get(("png", source, str(PNG_PPI), svg.read_text("utf-8")), made))
    return png
