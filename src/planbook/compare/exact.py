"""Two builds that should be the same bytes and are not: the first part that differs inside each file."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lxml import etree
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from planbook.words import _

LONGEST = 80
REFERENCE = re.compile(r"IndirectObject\((\d+), \d+, \d+\)")


@dataclass(frozen=True)
class Difference:
    """`place`: where in the file (a part, an XML path, an object, a line); `before`, `after`: what stands there."""

    file: str
    place: str
    before: str
    after: str


def differences(old: Path, new: Path) -> list[Difference]:
    """The first difference of every file that differs, of two folders or two files."""
    if old.is_file() and new.is_file():
        found = _first(old, new)
        return [found] if found else []
    names = sorted({*_names(old), *_names(new)})
    out = []
    for name in names:
        here, there = old / name, new / name
        if not there.is_file() or not here.is_file():
            states = [_("there") if path.is_file() else _("missing") for path in (here, there)]
            out.append(Difference(name, "", *states))
        elif found := _first(here, there):
            out.append(Difference(name, found.place, found.before, found.after))
    return out


def _names(folder: Path) -> Iterator[str]:
    yield from (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _first(old: Path, new: Path) -> Difference | None:
    before, after = old.read_bytes(), new.read_bytes()
    if before == after:
        return None
    look: Callable[[Path, Path], tuple[str, str, str] | None]
    look = {".pdf": _pdf, ".ipynb": _json, ".json": _json}.get(old.suffix, _other)
    if zipfile.is_zipfile(old) and zipfile.is_zipfile(new):
        look = _archive
    return Difference(new.name, *(look(old, new) or _bytes(before, after)))


def _archive(old: Path, new: Path) -> tuple[str, str, str] | None:
    """The parts in their order, then what is in them, then what the archive says of them (times, rights)."""
    with zipfile.ZipFile(old) as one, zipfile.ZipFile(new) as other:
        for was, now in zip_longest(one.infolist(), other.infolist()):
            names = [info.filename if info else _("missing") for info in (was, now)]
            if names[0] != names[1]:
                return _("the order of parts"), names[0], names[1]
            if (found := _part(was.filename, one.read(was), other.read(now))) is not None:
                return found
            for key in ("date_time", "external_attr", "create_system", "compress_type", "extra", "flag_bits"):
                if getattr(was, key) != getattr(now, key):
                    return f"{was.filename} ({key})", str(getattr(was, key)), str(getattr(now, key))
    return None


def _part(name: str, before: bytes, after: bytes) -> tuple[str, str, str] | None:
    if before == after:
        return None
    if name.endswith((".xml", ".rels")):
        one, other = etree.fromstring(before), etree.fromstring(after)
        if found := _xml(one, other, etree.ElementTree(one)):
            return f"{name} {found[0]}", found[1], found[2]
    place, was, now = _bytes(before, after)
    return f"{name} {place}", was, now


def _xml(one: etree._Element, other: etree._Element, tree: Any) -> tuple[str, str, str] | None:
    path = tree.getpath(one)
    if one.tag != other.tag:
        return path, str(one.tag), str(other.tag)
    for key in sorted({*one.attrib, *other.attrib}):
        if one.get(key) != other.get(key):
            return f"{path}/@{etree.QName(key).localname}", _short(one.get(key)), _short(other.get(key))
    if one.text != other.text:
        return path, _short(one.text), _short(other.text)
    for child, mate in zip_longest(one, other):
        if child is None or mate is None:
            states = [_("nothing") if node is None else etree.QName(node).localname for node in (child, mate)]
            return path, *states
        if found := _xml(child, mate, tree):
            return found
    return (path, _short(one.tail), _short(other.tail)) if one.tail != other.tail else None


def _pdf(old: Path, new: Path) -> tuple[str, str, str] | None:
    """Objects by number: what they say, then what their streams hold."""
    one, other = PdfReader(old), PdfReader(new)
    ids = [sorted(n for objects in reader.xref.values() for n in objects) for reader in (one, other)]
    ids[0], ids[1] = (sorted({*found, *reader.xref_objStm}) for found, reader in zip(ids, (one, other), strict=True))
    if ids[0] != ids[1]:
        return _("the number of objects"), str(len(ids[0])), str(len(ids[1]))
    for number in ids[0]:
        was, now = (reader.get_object(IndirectObject(number, 0, reader)) for reader in (one, other))
        kind = was.get("/Type", "") if isinstance(was, dict) else ""
        place = _("object {number} {kind}").format(number=number, kind=kind).strip()
        if isinstance(was, dict) and isinstance(now, dict):
            for key in sorted({*was, *now}):
                said, told = (_told(one.raw_get(key)) if key in one else _("nothing") for one in (was, now))
                if said != told:
                    return f"{place} {key}", *_parted(said, told)
            if hasattr(was, "get_data") and hasattr(now, "get_data") and was.get_data() != now.get_data():
                at, first, second = _bytes(was.get_data(), now.get_data())
                return f"{place} {at}", first, second
        elif _told(was) != _told(now):
            return place, *_parted(_told(was), _told(now))
    return None


def _told(found: Any) -> str:
    """A PDF object as text; a reference by its number alone."""
    return REFERENCE.sub(r"\1 0 R", repr(found))


def _json(old: Path, new: Path) -> tuple[str, str, str] | None:
    before, after = (json.loads(path.read_text("utf-8")) for path in (old, new))
    return _tree("", before, after)


def _tree(place: str, before: Any, after: Any) -> tuple[str, str, str] | None:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            if found := _tree(f"{place}/{key}", before.get(key), after.get(key)):
                return found
        return None
    if isinstance(before, list) and isinstance(after, list):
        for at, (one, other) in enumerate(zip_longest(before, after)):
            if found := _tree(f"{place}/{at}", one, other):
                return found
        return None
    return None if before == after else (place, *_parted(str(before), str(after)))


def _other(old: Path, new: Path) -> tuple[str, str, str] | None:
    """Texts line by line."""
    try:
        before, after = (path.read_bytes().decode("utf-8").splitlines() for path in (old, new))
    except UnicodeDecodeError:
        return None
    for number, (one, other) in enumerate(zip_longest(before, after, fillvalue=""), 1):
        if one != other:
            return _("line {number}").format(number=number), *_parted(one, other)
    return None


def _bytes(before: bytes, after: bytes) -> tuple[str, str, str]:
    shorter = min(len(before), len(after))
    at = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    return _("byte {number}").format(number=at), repr(before[at : at + 16]), repr(after[at : at + 16])


def _parted(before: str, after: str) -> tuple[str, str]:
    """Both from a little before where they part."""
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, at - 20)
    return _short(before[start:]), _short(after[start:])


def _short(text: str | None) -> str:
    line = "" if text is None else text
    return f"{line[:LONGEST]}…" if len(line) > LONGEST else line
