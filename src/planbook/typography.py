"""How a unit wants its pages set (params: typography): faces, type size, distance of lines, margins.

What is not given is the template's (book/_plan/plan.typ). A face may be named as offices name it; one that the lock
does not bring is a font of this machine (planbook.fonts finds it).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from planbook.words import _
from planbook.yamlfile import Model

Standard = Literal["ua-1", "a-2b"]

# GB/T 18358 and every word processor: the sizes by name, in points
SIZES = {
    "二号": Decimal(22), "小二": Decimal(18), "三号": Decimal(16), "小三": Decimal(15), "四号": Decimal(14),
    "小四": Decimal(12), "五号": Decimal("10.5"), "小五": Decimal(9),
}  # fmt: skip

# what Windows and WPS call 仿宋 is named FangSong inside the file
FAMILIES = {
    "宋体": "SimSun", "仿宋": "FangSong", "黑体": "SimHei", "楷体": "KaiTi", "仿宋_GB2312": "FangSong_GB2312",
    "楷体_GB2312": "KaiTi_GB2312", "华文中宋": "STZhongsong", "华文仿宋": "STFangsong", "微软雅黑": "Microsoft YaHei",
    "方正小标宋简体": "FZXiaoBiaoSong-B05S",
}  # fmt: skip

FACES = ("body", "heading", "latin")


def points(value: object) -> object:
    """小四, 12pt, 12磅 or 12 → 12."""
    text = str(value).strip()
    if text in SIZES:
        return SIZES[text]
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:pt|磅)?", text):
        return Decimal(found[1])
    said = _("{text} is neither a size ({sizes}) nor points as in 12pt")
    raise ValueError(said.format(text=text, sizes="、".join(SIZES)))


Points = Annotated[Decimal, BeforeValidator(points, json_schema_input_type=str | float)]
Centimetres = Annotated[Decimal, Field(ge=1, le=6)]
Face = Annotated[str, Field(min_length=2)]


class Margins(Model):
    """Around the text of an upright page, in centimetres."""

    top: Annotated[Centimetres, Field(description="上，厘米")] = Decimal("2.54")
    bottom: Annotated[Centimetres, Field(description="下，厘米")] = Decimal("2.54")
    left: Annotated[Centimetres, Field(description="左，厘米")] = Decimal("2.8")
    right: Annotated[Centimetres, Field(description="右，厘米")] = Decimal("2.8")


class Typography(Model):
    """Faces and measures of PDF and Word; the website follows the reader's device."""

    body: Annotated[Face | None, Field(description="正文字体；不填为思源宋体（随 planbook 安装）")] = None
    heading: Annotated[Face | None, Field(description="标题、题注、表头字体；不填为思源黑体")] = None
    latin: Annotated[Face | None, Field(description="正文中西文和数字的字体；不填与正文相同")] = None
    size: Annotated[Points | None, Field(ge=9, le=22, description="正文字号：小四、四号或 12pt；不填为小四")] = None
    line: Annotated[Points | None, Field(ge=12, le=48, description="正文行距（固定值），如 28磅；不填为 22磅")] = None
    margins: Annotated[Margins | None, Field(description="页边距，厘米；不填为上下 2.54、左右 2.8")] = None

    @property
    def families(self) -> tuple[str, ...]:
        """The faces that are asked for, as font files name them."""
        return tuple(FAMILIES.get(face, face) for key in FACES if (face := getattr(self, key)))

    def as_metadata(self) -> dict[str, Any]:
        """For the templates, under `plan: typography:` of a book: what was given, families as files name them."""
        faces = {key: FAMILIES.get(face, face) for key in FACES if (face := getattr(self, key))}
        measures = {key: f"{value:f}pt" for key in ("size", "line") if (value := getattr(self, key))}
        edges = {edge: f"{value:f}cm" for edge, value in self.margins.model_dump().items()} if self.margins else {}
        return {**faces, **measures, **edges}
