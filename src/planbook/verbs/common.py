"""What several verbs share: options, lists of formats, text written to a file or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from planbook.errors import UsageError
from planbook.words import _

if TYPE_CHECKING:
    from planbook.todo import Format
    from planbook.typography import Standard

DEFECT = 3  # the exit code of what is our fault

debug_option = click.option("--debug", is_flag=True, help=_("Show tracebacks."))
round_option = click.option(
    "--round", "round_", metavar="R", default="", help=_("Survey round, a folder of data/survey.")
)
pairs_option = click.option(
    "-P", "pairs", metavar="KEY=VALUE", multiple=True, help=_("Override a parameter: -P targets.2021=35.")
)
since_option = click.option(
    "--since", metavar="R", default=None, help=_("Compare with this earlier round, in an appendix; as -P since=R.")
)
renderer_option = click.option(
    "--renderer", type=click.Choice(["pandoc", "quarto"]), default=None,
    help=_("What sets the books, instead of what their parameters say."),
)  # fmt: skip


def overrides_in(pairs: Sequence[str], since: str | None) -> dict[str, Any]:
    """What -P and --since say, by key."""
    from planbook.params import parse_overrides

    return parse_overrides(pairs) | ({"since": since} if since else {})


def formats_in(text: str) -> tuple[Format, ...]:
    """pdf,docx → the formats, in their usual order. UsageError for one that is none."""
    from planbook.todo import FORMATS

    chosen = [word.strip() for word in text.split(",") if word.strip()]
    if not chosen or any(word not in FORMATS for word in chosen):
        raise UsageError(_("--to {list}: unknown format").format(list=text), cure=", ".join(FORMATS))
    return tuple(form for form in FORMATS if form in chosen)


def standards_in(text: str) -> tuple[Standard, ...]:
    """ua-1,a-2b → the standards a PDF is to conform to. UsageError for one that is not offered."""
    from planbook.typography import Standard

    offered: tuple[Standard, ...] = get_args(Standard)
    chosen = [word.strip().lower() for word in text.split(",") if word.strip()]
    if any(word not in offered for word in chosen):
        raise UsageError(_("--pdf-standard {list}: not offered").format(list=text), cure=", ".join(offered))
    return tuple(standard for standard in offered if standard in chosen)


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
