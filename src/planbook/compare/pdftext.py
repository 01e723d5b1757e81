"""The text of a tagged PDF's page, mark by mark (ISO 32000-2: 9.10 text, 14.6 marked content)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream

SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
HEX = rb"<([0-9A-Fa-f]+)>\s*"
PAIR, RANGE = re.compile(HEX + HEX), re.compile(HEX + HEX + rb"(?:" + HEX + rb"|\[(.*?)\])", re.DOTALL)
Codes = dict[int, str]


def marked_text(page: PageObject, known: dict[Any, Codes]) -> dict[int, str]:
    """Text by the number of its mark (MCID). `known`: the codes of fonts that other pages have; it is filled."""
    out: dict[int, str] = {}
    marks: list[int | None] = []
    codes: Codes = {}
    content = page.get_contents()
    for operands, operator in ContentStream(content, page.pdf).operations if content is not None else ():
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
            around = marks[-1] if marks and operands[0] != "/Artifact" else None
            marks.append(properties.get("/MCID", around))
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            codes = _codes(page, operands[0], known)
        elif operator in (b"Tj", b"TJ") and marks and marks[-1] is not None:
            shown = "".join(_decoded(piece, codes) for piece in _pieces(operands[0]))
            out[int(marks[-1])] = out.get(int(marks[-1]), "") + shown
    return out


def _pieces(operand: Any) -> Iterator[bytes]:
    for piece in operand if isinstance(operand, list) else [operand]:
        if isinstance(piece, (str, bytes)):
            yield piece if isinstance(piece, bytes) else piece.original_bytes  # type: ignore[attr-defined]


def _decoded(piece: bytes, codes: Codes) -> str:
    """Two bytes a glyph: the fonts that a typesetter embeds are of type 0."""
    return "".join(codes.get(int.from_bytes(piece[at : at + 2], "big"), "") for at in range(0, len(piece), 2))


def _codes(page: PageObject, name: str, known: dict[Any, Codes]) -> Codes:
    reference = page["/Resources"]["/Font"].raw_get(name)  # type: ignore[index]
    key = getattr(reference, "idnum", id(reference))
    if key not in known:
        font = reference.get_object()
        known[key] = _parsed(font["/ToUnicode"].get_object().get_data()) if "/ToUnicode" in font else {}
    return known[key]


def _parsed(cmap: bytes) -> Codes:
    """A ToUnicode table: single codes, and ranges that count up or list what they stand for."""
    found: Codes = {}
    for kind, section in SECTION.findall(cmap):
        if kind == b"bfchar":
            found.update((int(code, 16), _text(text)) for code, text in PAIR.findall(section))
            continue
        for first, last, start, listed in RANGE.findall(section):
            low, high = int(first, 16), int(last, 16)
            texts = re.findall(HEX, listed) or [b"%04X" % (int(start, 16) + at) for at in range(high - low + 1)]
            found.update((low + at, _text(text)) for at, text in enumerate(texts))
    return found


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode("ascii")).decode("utf-16-be", "replace")
