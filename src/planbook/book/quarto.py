"""Quarto's own CLI, 1.9 or newer, on an assembled book folder: for those who have it (docs/quarto.md).

It runs the filters and templates of `_plan/` as `_quarto.yml` names them. Quarto calls a render done although a
reference, a variable or a font is missing, so its log and its output are read, and what is missing there is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from planbook.book import dialect
from planbook.book.folder import BookFolder, read_book
from planbook.book.pandoc import finished, stopped_by_filter
from planbook.book.swap import copy_folder
from planbook.errors import InputError
from planbook.fonts import Fonts
from planbook.words import _

Format = Literal["html", "pdf", "docx"]
TO: dict[str, str] = {"html": "html", "pdf": "typst", "docx": "docx"}
NEEDED = (1, 9)  # what went before makes no PDF of a book, and says that all is well
SHOWN = 12  # last lines of the log in a message

COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# what is missing by a line of the log; the group is its name in the chapters
LOST = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"unable to resolve crossref (@[\w.-]+)",
        r"citation (\S+) not found",
        r"unknown (?:var|variable|meta key) (\S+) specified in",
        r"shortcode '([^']+)' not found",
        r"unable to resolve link target: (\S+)",
        r"could not fetch resource (\S+)",
        r"unknown font family: (.+)",
    )
)
COMPLAINT = re.compile(r"^\(?(?:ERROR|FATAL)\b")
# what Quarto prints in the place of what it did not find
PLACEHOLDER = re.compile(r"\?@?((?:fig|tbl|sec)-[\w-]+)|\?(?:var|meta|env):([\w.-]+)")
MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Quarto:
    """An installed CLI that is new enough."""

    path: Path
    version: str

    @property
    def name(self) -> str:
        """How the manifest records it."""
        return f"quarto {self.version}"


def find_quarto() -> Quarto:
    """The CLI that QUARTO_PATH names (the file or its folder), else the one on PATH. InputError if none will do."""
    path = _executable()
    version = _version(path)
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < NEEDED:
        raise InputError(
            _("Quarto {version} is too old: planbook needs 1.9 or newer").format(version=version or "?"),
            place=str(path),
            cure=_("install a newer one, or leave the rendering to planbook: renderer: pandoc"),
        )
    return Quarto(path, version)


def _executable() -> Path:
    named = os.environ.get("QUARTO_PATH", "")
    if named:
        found = shutil.which("quarto", path=named) if Path(named).is_dir() else shutil.which(named)
    else:
        found = shutil.which("quarto")
    if not found:
        raise InputError(
            _("no Quarto at {place}").format(place=named) if named else _("Quarto is not installed"),
            place="QUARTO_PATH" if named else "",
            cure=_("only renderer: quarto needs it: install 1.9 or newer (docs/quarto.md)"),
        )
    return Path(found)


@cache
def _version(path: Path) -> str:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    found = re.search(r"^\d+\.\d+\S*", done.stdout, re.MULTILINE)
    return found[0] if found else ""


def render(quarto: Quarto, book: Path, to: Sequence[Format], out: Path, *, fonts: Fonts) -> None:
    """Renders a book folder into `out`, which is there: html/ (Quarto's site), <title>.pdf and .docx.

    Logs stand beside the book folder. InputError where the dialect is left, Quarto fails, or something is missing in
    what it made; it names chapter and line as far as they are known, else the log.
    """
    folder = read_book(book)
    dialect.check(folder)
    for form in to:
        with tempfile.TemporaryDirectory() as scratch:  # Quarto does not empty a folder outside of the project
            log = _run(quarto, folder, form, Path(scratch), fonts)
            made = _made(Path(scratch), form, log)
            _refuse_placeholders(folder, made)
            target = out / (form if form == "html" else f"{folder.file_name}.{form}")
            if form == "html":
                shutil.rmtree(target, ignore_errors=True)
                copy_folder(made, target)
            elif form == "pdf":
                shutil.copyfile(made, target)
            else:
                target.write_bytes(finished(made.read_bytes(), folder))


def _run(quarto: Quarto, folder: BookFolder, form: Format, output: Path, fonts: Fonts) -> Path:
    """One call of the CLI. Returns its log, everything it and its programs said, once nothing in it is an error."""
    log = folder.path.parent / f"quarto-{form}.log"
    command = [str(quarto.path), "render", str(folder.path), "--to", TO[form]]
    command += ["--no-clean", "--output-dir", str(output)]
    with log.open("wb") as file:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            env=_environment(folder, fonts), check=False,
        )  # fmt: skip
    lines = COLOUR.sub("", log.read_text("utf-8", "replace")).splitlines()
    if done.returncode and (stopped := stopped_by_filter("\n".join(lines), folder.path.name)):
        raise stopped
    if lost := list(_lost(folder, lines)):
        raise InputError(_("Quarto did not find {what}").format(what="\n  ".join(lost)), place=str(log))
    if done.returncode or any(COMPLAINT.match(line) for line in lines):
        said = "\n  ".join(line for line in lines[-SHOWN:] if line.strip())
        raise InputError(
            _("Quarto failed (exit code {code}):").format(code=done.returncode) + f"\n  {said}", place=str(log)
        )
    return log


def _environment(folder: BookFolder, fonts: Fonts) -> dict[str, str]:
    """The host's environment without what would change the output; the fonts of the lock and no others."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LUA_", "PANDOC_", "PLANBOOK_"))}
    ours = {"TYPST_FONT_PATHS": os.pathsep.join(fonts.folders), "TYPST_IGNORE_SYSTEM_FONTS": "true"}
    return {**kept, **ours, "SOURCE_DATE_EPOCH": str(folder.epoch), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def _lost(folder: BookFolder, lines: Sequence[str]) -> Iterator[str]:
    """What the log calls missing, each line with the chapter and line that name it, where one does."""
    for line in dict.fromkeys(lines):
        for pattern in LOST:
            if found := pattern.search(line):
                place = _named_at(folder, found[1])
                yield f"{found[1]} ({place})" if place else line.strip()


def _named_at(folder: BookFolder, name: str) -> str:
    for file in folder.files:
        for number, line in enumerate((folder.path / file).read_text("utf-8").splitlines(), start=1):
            if name in line:
                return f"{file}:{number}"
    return ""


def _made(output: Path, form: Format, log: Path) -> Path:
    """The folder of the site, or the one document; Quarto names that after the title, in its own spelling."""
    found = sorted(output.glob("index.html" if form == "html" else f"*.{form}"))
    if len(found) != 1:
        raise InputError(_("Quarto ended well, but made no {format}").format(format=form), place=str(log))
    return output if form == "html" else found[0]


def _refuse_placeholders(folder: BookFolder, made: Path) -> None:
    """Stops where ?@fig-x or ?var:y is printed, in a site or a Word file; in a PDF that would take seconds to find."""
    if made.is_dir():
        texts = {path.name: path.read_text("utf-8") for path in sorted(made.glob("*.html"))}
    elif made.suffix == ".docx":
        with zipfile.ZipFile(made) as package:
            texts = {made.name: package.read("word/document.xml").decode("utf-8")}
    else:
        return
    for name, text in texts.items():
        if found := PLACEHOLDER.search(MARKUP.sub("", text)):
            place = _named_at(folder, found[1] or found[2]) or name
            raise InputError(_("Quarto did not find {what}").format(what=found[0]), place=place)
