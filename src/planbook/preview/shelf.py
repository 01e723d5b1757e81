"""What is served: the books on disk, and over them the pages that are newer than the last build."""

from __future__ import annotations

import hashlib
import posixpath
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from planbook.book.html import named_files
from planbook.preview.board import is_paper

TRIES = 5  # a folder is replaced by two renames; between them it is not there


class Shelf:
    """Files by their path under `_book/`, as in yumin/html/03-current.html."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._drafts: dict[str, tuple[int, bytes]] = {}
        self._lock = threading.Lock()

    def put(self, path: str, content: bytes, edit: int) -> None:
        """A page as it is since the given edit."""
        with self._lock:
            self._drafts[path] = (edit, content)

    def built(self, unit: str, edit: int) -> None:
        """A unit's pages on disk hold everything up to this edit."""
        with self._lock:
            self._drafts = {
                path: one for path, one in self._drafts.items() if one[0] > edit or not path.startswith(f"{unit}/")
            }

    def read(self, path: str) -> bytes | None:
        """The file's content; None where there is none, or where it lies outside."""
        with self._lock:
            if path in self._drafts:
                return self._drafts[path][1]
        if is_paper(path):
            path = next(
                (f"{file.parent.name}/{file.name}" for file in sorted((self.root / path).parent.glob("*.pdf"))), path
            )
        place = (self.root / path).resolve()
        if not place.is_relative_to(self.root.resolve()):
            return None
        for again in range(TRIES):
            try:
                return place.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                if place.parent.is_dir() or again == TRIES - 1:
                    return None
                time.sleep(0.01)
            except IsADirectoryError:
                return None
        return None

    def token(self, path: str) -> str:
        """A digest of a page and of everything that it shows; "" where there is no such page."""
        content = self.read(path)
        if content is None:
            return ""
        digest = hashlib.sha256(content)
        for name in self._shown(path, content):
            digest.update(self.read(name) or b"")
        return digest.hexdigest()

    def _shown(self, path: str, content: bytes) -> Iterator[str]:
        if path.endswith(".html"):
            folder = posixpath.dirname(path)
            for name in sorted(set(named_files(content))):
                if not re.match(r"[a-z]+:", name):
                    yield posixpath.normpath(posixpath.join(folder, name))
