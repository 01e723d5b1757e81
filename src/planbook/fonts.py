"""The fonts of the plan, from a wheel of the lock: figures and PDFs look the same on every machine.

Headings, captions and figures are set in 黑体 (Noto Sans SC), the body in 宋体 (Noto Serif SC); both hold all of GBK.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from planbook.errors import InputError
from planbook.words import _

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"

WHEEL = "pylopdf-fonts-zh-cn"


@dataclass(frozen=True)
class Fonts:
    """The files of the two families, named `SANS` and `SERIF` inside."""

    sans: Path
    serif: Path

    @property
    def folders(self) -> tuple[str, ...]:
        """Where a typesetter should look, and nowhere else."""
        return tuple(sorted({str(path.parent) for path in (self.sans, self.serif)}))


def find_fonts() -> Fonts:
    """The fonts of the installed wheel; its package is not imported for that."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    fonts = Fonts(folder / "NotoSansSC-Regular.otf", folder / "NotoSerifSC-Regular.otf")
    if not (spec and fonts.sans.is_file() and fonts.serif.is_file()):
        raise InputError(
            _("the Chinese fonts of the package {name} are not installed").format(name=WHEEL),
            cure=_("run build.py again: it installs what requirements.lock lists"),
        )
    return fonts


def register_matplotlib(fonts: Fonts | None = None) -> None:
    """Let matplotlib know both families by name, and none of the host's fonts by the same names: figures would differ
    from one machine to another. Doing so twice changes nothing."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    found = fonts or find_fonts()
    ours = [str(path) for path in (found.sans, found.serif)]
    same = [entry for entry in manager.ttflist if entry.name in (SANS, SERIF)]
    if [str(entry.fname) for entry in same] == ours:
        return
    manager.ttflist = [entry for entry in manager.ttflist if entry.name not in (SANS, SERIF)]
    for path in ours:
        manager.addfont(path)
