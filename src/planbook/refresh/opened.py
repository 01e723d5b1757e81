"""A Word file opened with care: what is no DOCX, is encrypted or far too large is said so, with its cure."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from planbook.book.printed import RELATIONS, Printed, from_part
from planbook.book.wordtext import Text, W, read_text
from planbook.errors import InputError
from planbook.words import _

LARGEST = 300_000_000  # bytes of all parts together; a plan has some 5 million
MAIN = "word/document.xml"
TYPES = "[Content_Types].xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how .doc files and encrypted .docx files begin
Element = etree._Element


@dataclass(frozen=True)
class Opened:
    """A Word file. `printed`: what it said when planbook made it, and `part`, the name of the part that says so."""

    path: Path
    parts: dict[str, bytes]
    root: Element
    text: Text
    printed: Printed | None
    part: str


@dataclass(frozen=True)
class Fresh:
    """The book of the new round; `name`: its unit's.

    facts: every fact it has, printed or not, by its id: as printed, and its unit. captions: of its figures, by the
    names of their pictures. label: what people call the round. date: the round's, as tracked changes bear it.
    """

    name: str
    word: Opened
    printed: Printed
    facts: Mapping[str, tuple[str, str]]
    captions: Mapping[str, str]
    label: str
    date: str


def open_word(path: Path) -> Opened:
    """Reads a DOCX whole. InputError, naming the file, for whatever is none."""
    parts = _parts(path)
    if not {MAIN, RELATIONS, TYPES} <= parts.keys():
        raise InputError(_("this is no Word document"), place=path.name, cure=_("open it in Word and save it as .docx"))
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root, *_others = (etree.fromstring(parts[name], parser) for name in (MAIN, RELATIONS, TYPES))
    except etree.XMLSyntaxError as error:
        raise _damaged(path) from error
    body = root.find(f"{W}body")
    if body is None:
        raise _damaged(path)
    part, printed = _printed(parts)
    return Opened(path, parts, root, read_text(body), printed, part)


def _parts(path: Path) -> dict[str, bytes]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(_("no such file"), place=str(path)) from None
    except OSError as error:
        cure = _("close the program that has it open, and see whether you may read it")
        raise InputError(error.strerror or str(error), place=str(path), cure=cure) from error
    if raw.startswith(OLE):
        cure = _("open it in Word, take the password off, and save it as .docx")
        raise InputError(_("an old .doc file, or one with a password"), place=path.name, cure=cure)
    try:
        with zipfile.ZipFile(path) as package:
            if sum(entry.file_size for entry in package.infolist()) > LARGEST:
                raise InputError(_("too large for a plan"), place=path.name, cure=_("compress its pictures in Word"))
            return {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    except zipfile.BadZipFile as error:
        if raw.startswith(b"PK"):
            raise _damaged(path) from error
        cure = _("open it in Word and save it as .docx")
        raise InputError(_("this is no Word document"), place=path.name, cure=cure) from error
    except (zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InputError:
    return InputError(_("the file is damaged"), place=path.name, cure=_("open it in Word, let it repair it, and save"))


def _printed(parts: dict[str, bytes]) -> tuple[str, Printed | None]:
    for name in sorted(parts):
        if name.startswith("customXml/item") and name.endswith(".xml"):
            found = from_part(parts[name])
            if found:
                return name, found
    return "", None
