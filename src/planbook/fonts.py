"""The fonts of the plan, from a wheel of the lock: figures and PDFs look the same on every machine.

Headings, captions and figures are set in 黑体 (Noto Sans SC), the body in 宋体 (Noto Serif SC); both hold all of GBK.
A PDF may ask for others: those are this machine's, and books made with them are the same only where these are.
"""

from __future__ import annotations

import difflib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from planbook.errors import InputError
from planbook.words import _

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"

WHEEL = "pylopdf-fonts-zh-cn"


@dataclass(frozen=True)
class SystemFont:
    """A family of this machine's, and every file that holds a face of it."""

    family: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Fonts:
    """The files of the two families, named `SANS` and `SERIF` inside; `system`: what a book asks for beside them."""

    sans: Path
    serif: Path
    system: tuple[SystemFont, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """Where a typesetter should look, and nowhere else."""
        return tuple(sorted({str(path.parent) for path in (self.sans, self.serif)}))


def find_fonts(system: tuple[SystemFont, ...] = ()) -> Fonts:
    """The fonts of the installed wheel; its package is not imported for that."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    fonts = Fonts(folder / "NotoSansSC-Regular.otf", folder / "NotoSerifSC-Regular.otf", system)
    if not (spec and fonts.sans.is_file() and fonts.serif.is_file()):
        raise InputError(
            _("the Chinese fonts of the package {name} are not installed").format(name=WHEEL),
            cure=_("run build.py again: it installs what requirements.lock lists"),
        )
    return fonts


def system_fonts(families: Iterable[str], place: str) -> tuple[SystemFont, ...]:
    """Where this machine has these families; those of the lock need no search. InputError, at `place`, for one it
    has not."""
    asked = sorted(set(families) - {SANS, SERIF})
    if not asked:
        return ()
    import typst

    brought = typst.Fonts(include_system_fonts=False).families()
    there: dict[str, set[Path]] = {}
    for font in typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts():
        if font.path:
            there.setdefault(font.family, set()).add(Path(font.path))
    for family in asked:
        if family not in there and family not in brought:
            raise _unknown(family, [*there, *brought, SANS, SERIF], place)
    return tuple(SystemFont(family, tuple(sorted(there[family]))) for family in asked if family not in brought)


def _unknown(family: str, known: Iterable[str], place: str) -> InputError:
    names = {name.lower(): name for name in known}
    near = [names[name] for name in difflib.get_close_matches(family.lower(), names, 3, 0.5)]
    return InputError(
        _("this machine has no font {family}").format(family=family),
        place=place,
        cure=_("did you mean {near}?").format(near=", ".join(near))
        if near
        else _("install it, or leave the key out: {serif} and {sans} come with planbook").format(
            serif=SERIF, sans=SANS
        ),
    )


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
