"""Results kept under a name that says all they come from: what would come out the same is not worked out again.

A file that is there is right, and may be thrown away any time. It begins with the digest of its content, so that one
that is damaged is taken for none and set aside, for the build to tell of; the least used go when the folder grows too
large.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BLOCK = 4096  # bytes that a disk gives to a file at least
MOST = 256 * 1024 * 1024  # bytes that a build leaves
DAMAGED = ".damaged"  # ends the name of what was set aside, by whichever process met it


@dataclass(frozen=True)
class Results:
    """A folder of results; None keeps nothing. `code`: what stands for the code that works them out."""

    folder: Path | None
    code: str = ""

    def get(self, come_from: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """What `make` gives, which depends on `come_from` and the code alone, and may have been kept."""
        if self.folder is None:
            return make()
        name = hashlib.sha256("".join(map(_digest, (self.code, *come_from))).encode()).hexdigest()
        path = self.folder / name
        found = _read(path)
        if found is None:
            found = make()
            _write(path, found)
        return found

    def forget_damaged(self) -> int:
        """Drops what was set aside as damaged since the last time; how many files."""
        found = sorted(self.folder.glob(f"*{DAMAGED}")) if self.folder else []
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def trim(self, most: int = MOST) -> None:
        """Drops those that were not used for the longest time, until `most` bytes are left."""
        if self.folder is None or not self.folder.is_dir():
            return
        used = sorted(((path.stat(), path) for path in self.folder.iterdir()), key=lambda one: -one[0].st_mtime_ns)
        total = 0
        for stat, path in used:
            total += -(-stat.st_size // BLOCK) * BLOCK
            if total > most:
                path.unlink(missing_ok=True)


NOTHING = Results(None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, content = data[:32], data[32:]
    if hashlib.sha256(content).digest() != digest:
        with suppress(OSError):  # another has met it, too, or looks into it: it is made anew in any case
            path.replace(path.with_suffix(DAMAGED))
        return None
    os.utime(path)
    return content


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whoever else writes the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        part.write_bytes(hashlib.sha256(content).digest() + content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
