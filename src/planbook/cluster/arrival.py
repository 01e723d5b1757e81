"""What a worker made takes its place here, as if it had been made here: the next build finds nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from shutil import rmtree
from typing import cast

from planbook.book.deliver import put_in_place
from planbook.book.manifest import Built
from planbook.book.reuse import Kept, Part, book_record, kept_parts
from planbook.book.strangers import names_in_book
from planbook.book.swap import new_folder
from planbook.cluster.parcel import write_files
from planbook.cluster.worker import Delivery, book_folder
from planbook.errors import InputError
from planbook.finish import Made
from planbook.index import Record
from planbook.outcome import Outcome
from planbook.package import unpack
from planbook.pipeline import record_run
from planbook.todo import Desk, Work
from planbook.words import _


def take_in(
    desk: Desk, work: Work, delivery: Delivery, archive: bytes, names: Mapping[str, str]
) -> tuple[Outcome, Made | None]:
    """Puts a unit's files in place and records its runs; with what is to be recorded of its book, if there is one.

    `names`: of all units, of which a worker knows few. InputError where another renderer or font was at work.
    """
    outcome, record = delivery.outcome, delivery.book
    if delivery.built:
        _check_origin(desk, work, delivery.built)
    top = f"{book_folder(work.unit)}/"
    files = unpack(archive)
    _take_runs(desk, work, delivery, {name: files[name] for name in files if not name.startswith(top)})
    if not delivery.built or not record:
        return outcome, None
    book = {name.removeprefix(top): files[name] for name in files if name.startswith(top)}
    kept = _take_book(desk, work.unit, delivery.built, record, book)
    strangers = names_in_book(desk.project, work.unit, work.params.counties, work.folder / "book", names)
    doubts = tuple(dict.fromkeys((*outcome.doubts, *strangers)))
    said, reads = record.more["said"], record.more["reads"]
    made = Made(work=work, reads=reads, record=book_record({}, kept, said, reads), built=delivery.built)
    return replace(outcome, doubts=doubts), made


def _check_origin(desk: Desk, work: Work, built: Built) -> None:
    fonts = {font.family: {p.name: desk.index.digest(str(p)) for p in font.files} for font in work.fonts}
    ours, theirs = work.book_common["renderer"], built.origin["renderer"]
    if ours != theirs:
        message = _("the worker's renderer is {theirs}, this machine's {ours}").format(theirs=theirs, ours=ours)
        raise InputError(message, cure=_("install the same on all workers"))
    if fonts != built.origin.get("fonts", {}):
        message = _("the worker's files of {fonts} are others than this machine's").format(fonts=", ".join(fonts))
        raise InputError(message, cure=_("install the same on all workers"))


def _take_runs(desk: Desk, work: Work, delivery: Delivery, files: dict[str, bytes]) -> None:
    """The unit's working folder anew, and the record of each run that ended well."""
    for notebook in work.notebooks:
        desk.index.drop(work.task(notebook))
    if work.folder.exists():
        rmtree(work.folder)
    write_files(files, desk.project.root)
    for notebook in work.notebooks:
        if work.task(notebook) in delivery.records:
            record_run(desk, work, notebook)


def _take_book(
    desk: Desk, unit: str, built: Built, record: Record, files: dict[str, bytes]
) -> dict[str, Kept]:  # fmt: skip
    """Swaps the book in; its parts as the index names their files here."""
    parts, top = kept_parts(record), f"{book_folder(unit)}/"
    desk.index.drop(desk.book_task(unit))
    with new_folder(desk.out / unit) as new:
        write_files(files, new)
        put_in_place(new, desk.out / unit, cast(list[Part], list(parts)), built.summary["file"])
    kept = {}
    for name, part in parts.items():
        here = {desk.output(f"{unit}/{file.removeprefix(top)}"): digest for file, digest in part.files.items()}
        kept[name] = Kept(part.key, here)
        for file, digest in here.items():
            desk.index.wrote(file, digest)
    return kept
