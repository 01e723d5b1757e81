"""An edited Word file brought to another round."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from planbook.errors import UsageError
from planbook.verbs.common import debug_option, round_option, write_text
from planbook.words import _


@click.command(
    help=_(
        "Bring a Word file that people edited to another survey round, as tracked changes; edits stay. Exit code 1 if"
        " there is something to look at."
    ),
    epilog=_("Example: python3 build.py refresh 修改稿.docx --round 2020-08"),
)
@click.argument("edited", metavar="EDITED.docx", type=click.Path(path_type=Path))
@round_option
@click.option(
    "-o", "--out", metavar="OUT.docx", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help=_("Where to write it, instead of beside the edited one under the round's name."),
)  # fmt: skip
@click.option(
    "--base", metavar="FILE.docx", type=click.Path(path_type=Path), default=None,
    help=_("The document as planbook made it, where the edited one no longer says so."),
)  # fmt: skip
@click.option("--accept-errors", is_flag=True, help=_("Refresh although the survey has errors."))
@click.option("--md", "md_file", metavar="FILE", default="", help=_("The whole report as Markdown; - is stdout."))
@debug_option
def refresh(
    edited: Path, round_: str, out: Path | None, base: Path | None, accept_errors: bool, md_file: str, debug: bool
) -> None:
    from planbook.book.printed import Source
    from planbook.project import find_project
    from planbook.refresh.as_markdown import markdown_text
    from planbook.refresh.document import refresh_document
    from planbook.refresh.opened import Fresh
    from planbook.refresh.rounds import label_of, make_fresh
    from planbook.refresh.terminal import show_outcome
    from planbook.terminal import Screen

    if md_file not in ("", "-") and Path(md_file).suffix.lower() == ".docx":
        raise UsageError(_("--md writes a report, not the document"), cure=_("the document goes where -o says"))
    project = find_project()
    with Screen(to_stderr=md_file == "-") as screen:

        def make(source: Source) -> Fresh:
            return make_fresh(project, source, round_, screen.tell, accept_errors=accept_errors)

        outcome, file = refresh_document(edited, base, out, make, lambda round: label_of(project, round))
        screen.stop()
        if md_file:
            write_text(md_file, markdown_text(outcome, file.name))
        show_outcome(screen.console, outcome, file)
    sys.exit(1 if outcome.looks else 0)
