"""A delivered folder against its manifest: what is missing, what is not as it was made, what came in beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from planbook.book.manifest import read_manifest
from planbook.errors import InputError
from planbook.words import _


@dataclass(frozen=True)
class Verified:
    """Names of files, relative to the manifest; `count`: how many it lists."""

    count: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not (self.missing or self.changed or self.added)


def verify(manifest: Path) -> Verified:
    """Checks the folder of a manifest (or the manifest in a folder). InputError where there is none, or it is none."""
    folder = manifest if manifest.is_dir() else manifest.parent
    if not (folder / "manifest.json").is_file():
        raise InputError(_("no manifest.json"), place=str(manifest), cure=_("name the folder of a build"))
    units = read_manifest(folder)
    listed = {name: entry["sha256"] for unit in units.values() for name, entry in unit["files"].items()}
    there = {
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json",) and path != folder / "index.html"
    }
    changed = [name for name in sorted(listed.keys() & there) if _digest(folder / name) != listed[name]]
    return Verified(
        len(listed), tuple(sorted(listed.keys() - there)), tuple(changed), tuple(sorted(there - listed.keys()))
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
