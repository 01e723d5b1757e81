"""One edited document, from its file to the refreshed one beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planbook.book.printed import Printed, Source
from planbook.book.word import packed
from planbook.errors import InputError, UsageError
from planbook.refresh.opened import Fresh, Opened, open_word
from planbook.refresh.outcome import Outcome
from planbook.refresh.refresh import refresh
from planbook.words import _


def refresh_document(
    edited: Path, base: Path | None, out: Path | None, make: Callable[[Source], Fresh], label: Callable[[str], str]
) -> tuple[Outcome, Path]:
    """Writes the refreshed document, whole or not at all; never over its input.

    base: the document as planbook made it, where the edited one no longer says so itself. out: where to write, instead
    of beside the input under the round's name. make: builds the new round's book. label: a round → what people call it.
    """
    word = open_word(edited)
    made = _made(word, base)
    if out is not None and out.exists() and out.samefile(edited):
        raise UsageError(_("the edited document is not written over"), place=str(out), cure=_("name another file"))
    fresh = make(made.source)
    target = out or edited.with_name(f"{edited.stem}-{fresh.printed.source.round}.docx")
    if out is None and target.exists():
        raise UsageError(_("is there already"), place=str(target), cure=_("name another file with -o, or delete it"))
    outcome = Outcome(fresh.name, label(made.source.round), fresh.label)
    parts = refresh(word, made, fresh, outcome)
    _write(target, packed(parts))
    return outcome, target


def _made(word: Opened, base: Path | None) -> Printed:
    if base is not None:
        found = open_word(base).printed
        if found is None:
            cure = _("name the Word file as planbook made it; build.py UNIT --round R --out FOLDER makes it again")
            raise InputError(_("no document that planbook made"), place=base.name, cure=cure)
        return found
    if word.printed is None:
        cure = _("name the document as planbook made it with --base; one that was written by hand cannot be refreshed")
        raise InputError(_("the document does not say what planbook printed in it"), place=word.path.name, cure=cure)
    return word.printed


def _write(target: Path, content: bytes) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        cure = _("close the program that has it open, or name another")
        message = _("cannot be written: {reason}").format(reason=error.strerror or str(error))
        raise UsageError(message, place=str(target), cure=cure) from error
