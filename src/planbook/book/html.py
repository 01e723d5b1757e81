"""The website: pages as Pandoc made them, and beside them the style sheet and the figures they name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planbook.book.folder import BookFolder
from planbook.errors import InputError
from planbook.words import _

RESOURCE = re.compile(r'<(?:img|link|script)\b[^>]*?\b(?:src|href)="([^"]+)"')


def page_name(file: str) -> str:
    """`03-targets.qmd` is printed on `03-targets.html`."""
    return PurePosixPath(file).with_suffix(".html").name


@dataclass(frozen=True)
class Site:
    """A folder that holds one book's pages and nothing else."""

    target: Path
    book: BookFolder

    def write(self, pages: Mapping[str, bytes]) -> list[Path]:
        """Replace the folder by these pages (name → content) and the files they point to."""
        if self.target.exists():
            shutil.rmtree(self.target)
        self.target.mkdir(parents=True)
        written = []
        needed: set[str] = set()
        for name, content in pages.items():
            path = self.target / name
            path.write_bytes(content)
            written.append(path)
            needed.update(RESOURCE.findall(content.decode("utf-8")))
        return written + [self._copy(resource) for resource in sorted(needed)]

    def _copy(self, resource: str) -> Path:
        source, target = self.book.path / resource, self.target / resource
        if not source.is_file():
            raise InputError(
                _("the file {file} is named but not there").format(file=resource), place=self.book.path.name
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target
