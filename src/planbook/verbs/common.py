"""What several verbs share: options, lists of formats, text written to a file or to stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planbook.errors import UsageError
from planbook.words import _

if TYPE_CHECKING:
    from planbook.todo import Format

DEFECT = 3  # the exit code of what is our fault

debug_option = click.option("--debug", is_flag=True, help=_("Show tracebacks."))
round_option = click.option(
    "--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey.")
)
pairs_option = click.option(
    "-P", "pairs", metavar="KEY=VALUE", multiple=True, help=_("Override a parameter: -P targets.2021=35.")
)
renderer_option = click.option(
    "--renderer", type=click.Choice(["pandoc", "quarto"]), default=None,
    help=_("What sets the books, instead of what their parameters say."),
)  # fmt: skip


def formats_in(text: str) -> tuple[Format, ...]:
    """pdf,docx → the formats, in their usual order. UsageError for one that is none."""
    from planbook.todo import FORMATS

    chosen = [word.strip() for word in text.split(",") if word.strip()]
    if not chosen or any(word not in FORMATS for word in chosen):
        raise UsageError(_("--to {list}: unknown format").format(list=text), cure=", ".join(FORMATS))
    return tuple(form for form in FORMATS if form in chosen)


def write_text(file: str, text: str) -> None:
    """To the file, or to stdout; UTF-8 whatever the terminal's code page is."""
    if file == "-":
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        message = _("cannot be written: {reason}").format(reason=error.strerror or str(error))
        raise UsageError(message, place=file, cure=_("close the program that has it open, or name another")) from error
