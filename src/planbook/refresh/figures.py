"""Figures brought to another round: a new image part, the old drawing deleted and the new one inserted."""

from __future__ import annotations

import hashlib

from lxml import etree

from planbook.book.printed import OFFICE, RELATIONS, Printed, images, relate
from planbook.book.wordtext import WP, A, Element, Picture, R
from planbook.refresh.decide import decide
from planbook.refresh.opened import TYPES, Fresh, Opened
from planbook.refresh.outcome import Look, Outcome
from planbook.refresh.revise import Reviser

PNG = "image/png"


def refresh_figures(
    edited: Opened, made: Printed, fresh: Fresh, revise: Reviser, parts: dict[str, bytes], out: Outcome
) -> dict[str, str]:
    """Adds the new images to `parts`. Returns the sha256 of each figure as it is printed from now on."""
    image, new_image = images(edited.parts), images(fresh.word.parts)
    news = {picture.name: picture for picture in fresh.word.text.pictures}
    digests = dict(made.figures)
    for picture in edited.text.pictures:
        new = news.get(picture.name)
        printed = made.figures.get(picture.name)
        now = _digest(image(_embedded(picture)))
        after = _digest(new_image(_embedded(new))) if new else None
        caption = fresh.captions.get(picture.name, picture.name)
        verdict = decide(printed, now, after)
        if verdict in ("gone", "overwritten"):
            out.looks.append(Look("figure", caption, picture.name, after=verdict))
        elif verdict == "update" and new is not None and after is not None:
            _swap(picture, new, new_image(_embedded(new)), revise, parts)
            digests[picture.name] = after
            out.figures.append(caption)
    return digests


def _swap(picture: Picture, new: Picture, image: bytes, revise: Reviser, parts: dict[str, bytes]) -> None:
    copy = revise.swap_picture(picture.blip)
    blip = next(copy.iter(f"{A}blip"))
    for name in [name for name in map(str, blip.keys()) if name.startswith(R)]:
        del blip.attrib[name]
    blip.set(f"{R}embed", _add_image(parts, image))
    theirs, ours = _drawing(new.blip), _drawing(blip)
    shape = _extent(theirs)
    if shape is not None and (mine := _extent(ours)) is not None:
        height = str(round(int(mine.get("cx", "0")) * int(shape.get("cy", "0")) / max(int(shape.get("cx", "1")), 1)))
        for extent in (mine, *ours.iter(f"{A}ext")):
            if extent.get("cy"):
                extent.set("cy", height)
    for mine, other in zip(ours.iter(f"{WP}docPr"), theirs.iter(f"{WP}docPr"), strict=False):
        mine.set("descr", other.get("descr", ""))


def _add_image(parts: dict[str, bytes], image: bytes) -> str:
    """Puts a PNG into the package, once; returns the id of the relation that leads to it."""
    name = f"media/{_digest(image)[:16]}.png"
    root = etree.fromstring(parts[RELATIONS])
    for one in root:
        if one.get("Target") == name:
            return str(one.get("Id"))
    parts[f"word/{name}"] = image
    id = relate(parts, f"rIdFigure{_digest(image)[:12]}", f"{OFFICE}/relationships/image", name)
    types = etree.fromstring(parts[TYPES])
    if not any(one.get("Extension", "").lower() == "png" for one in types):
        space = etree.QName(types).namespace
        types.insert(0, etree.Element(f"{{{space}}}Default", {"Extension": "png", "ContentType": PNG}))
        parts[TYPES] = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)
    return id


def _drawing(blip: Element) -> Element:
    """The drawing around an image: wp:inline or wp:anchor."""
    return next(one for one in blip.iterancestors() if one.tag in (f"{WP}inline", f"{WP}anchor"))


def _extent(drawing: Element) -> Element | None:
    return drawing.find(f"{WP}extent")


def _embedded(picture: Picture) -> str:
    return picture.blip.get(f"{R}embed", "")


def _digest(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()
