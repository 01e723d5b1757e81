"""The website: pages as Pandoc made them, and beside them what they name; or the whole book in one file for mailing."""

from __future__ import annotations

import base64
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planbook.book.breaks import well_broken
from planbook.book.folder import BookFolder
from planbook.book.notebooks import notebook_pages
from planbook.book.search import search_index
from planbook.errors import InputError
from planbook.words import _

RESOURCE = re.compile(r'<(?:img|link|script|a(?=[^>]* download\b))\b[^>]*?\b(?:src|href)="([^"]+)"')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"([^>]*)>')
SCRIPT = re.compile(r'<script src="([^"]+)"></script>')
IMAGE = re.compile(r'(<(?:img src|link rel="icon" href)=")([^"]+)')
DOWNLOAD = re.compile(r'(<a href=")([^"]+)" download="')
SEARCH, TRACE = "search-index.js", "trace.js"  # the pages load them when they are asked for
TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".csv": "text/csv"}


def page_name(file: str) -> str:
    """`03-targets.qmd` is printed on `03-targets.html`."""
    return PurePosixPath(file).with_suffix(".html").name


@dataclass(frozen=True)
class Site:
    """A folder that holds one book's pages and nothing else."""

    target: Path
    book: BookFolder

    def write(self, pages: Mapping[str, bytes]) -> list[Path]:
        """Replace the folder by these pages (name → content, in the order of the book), those of the notebooks behind
        them, the files they all point to and the index they search; the book's trace.js is taken along."""
        if self.target.exists():
            shutil.rmtree(self.target)
        everything = {**pages, **notebook_pages(self.book, pages)}
        needed = {name for page, content in everything.items() for name in _named(page, content)}
        if (self.book.path / TRACE).is_file():
            needed.add(TRACE)
        broken = {name: well_broken(content) for name, content in everything.items()}
        files = {**broken, SEARCH: search_index(pages)}
        files |= {name: _read(self.book, name) for name in sorted(needed)}
        for folder in sorted({folder for name in files for folder in PurePosixPath(name).parents}):
            (self.target / folder).mkdir()
        for name, content in files.items():
            (self.target / name).write_bytes(content)
        return [self.target / name for name in files]


def _named(page: str, content: bytes) -> Iterator[str]:
    """The files a page points to, as names within the site."""
    for name in named_files(content):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(page), name))


def named_files(content: bytes) -> list[str]:
    """The pictures, styles, scripts and downloads of a page, as it names them."""
    return RESOURCE.findall(content.decode("utf-8"))


def one_file(page: bytes, book: BookFolder) -> bytes:
    """The page of a whole book with its styles, scripts, figures and their data inside; it needs no other file."""

    def style(found: re.Match[str]) -> str:
        return f"<style{found[2]}>\n{_text(book, found[1])}</style>"

    def data(found: re.Match[str]) -> str:
        return found[1] + data_uri(found[2], _read(book, found[2]))

    def download(found: re.Match[str]) -> str:
        return f'{data(found)}" download="{PurePosixPath(found[2]).name}'

    text = STYLE.sub(style, well_broken(page).decode("utf-8"))
    text = DOWNLOAD.sub(download, IMAGE.sub(data, text))
    loaded = [_script(search_index({"": page}).decode("utf-8"))]
    if (book.path / TRACE).is_file():
        loaded.append(_script(_text(book, TRACE)))
    text = SCRIPT.sub(lambda found: _script(_text(book, found[1])), text)
    return text.replace("</body>", "\n".join([*loaded, "</body>"])).encode()


def data_uri(name: str, content: bytes) -> str:
    """A file's content as an address of its own."""
    return f"data:{TYPES[PurePosixPath(name).suffix]};base64,{base64.b64encode(content).decode('ascii')}"


def _script(text: str) -> str:
    harmless = text.replace("</", "<\\/")  # in a string nothing else; outside of one it would end the script
    return f"<script>\n{harmless}</script>"


def _text(book: BookFolder, name: str) -> str:
    return _read(book, name).decode("utf-8")


def _read(book: BookFolder, name: str) -> bytes:
    path = book.path / name
    if not path.is_file():
        raise InputError(_("the file {file} is named but not there").format(file=name), place=book.path.name)
    return path.read_bytes()
