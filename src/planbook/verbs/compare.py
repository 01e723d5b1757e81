"""What differs between two builds, and whether a delivered folder is whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from planbook.errors import UsageError
from planbook.verbs.common import debug_option, write_text
from planbook.words import _


@click.command(
    help=_(
        "Say what differs between two builds (folders, manifests) or survey rounds, and why; exit code 1 if anything."
    ),
    epilog=_("Example: python3 build.py diff 2020-05 2020-08 --unit wusu --html revisions.html"),
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--unit", "units", metavar="UNIT", multiple=True, help=_("Only this unit; may be given again."))
@click.option(
    "--tolerance", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE",
    help=_("Numbers that differ by no more than this share of the larger count as equal: 0.01 is one percent."),
)  # fmt: skip
@click.option("--html", "html_file", metavar="FILE", default="", help=_("A page for reviewers (in Chinese)."))
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All of it as JSON; - is stdout."))
@click.option("--md", "md_file", metavar="FILE", default="", help=_("A summary as Markdown; - is stdout."))
@click.option("--bytes", "exact", is_flag=True, help=_("Name the first part that differs in each file instead."))
@debug_option
def diff(
    old: str, new: str, units: Sequence[str], tolerance: float, html_file: str, json_file: str, md_file: str,
    exact: bool, debug: bool,
) -> None:  # fmt: skip
    from decimal import Decimal

    from planbook.compare.as_json import json_text
    from planbook.compare.as_markdown import markdown_text
    from planbook.compare.as_page import page_text
    from planbook.compare.builds import find_side
    from planbook.compare.diff import compare_builds
    from planbook.compare.exact import differences
    from planbook.compare.rounds import round_maker
    from planbook.compare.terminal import show_bytes, show_diff
    from planbook.params import find_unit
    from planbook.project import find_project
    from planbook.terminal import Screen

    if json_file == md_file == "-":
        raise UsageError(_("--json and --md cannot both write to stdout"), cure=_("name a file for one of them"))
    with Screen(to_stderr="-" in (json_file, md_file)) as screen:
        if exact:
            for word in (old, new):
                if not Path(word).exists():
                    raise UsageError(_("no such file or folder: {place}").format(place=word))
            found = differences(Path(old), Path(new))
            show_bytes(screen.console, found)
            sys.exit(1 if found else 0)
        project = find_project()
        ids = [find_unit(project, unit) for unit in units]
        make = round_maker(project, ids, screen.tell)
        sides = [find_side(word, project, ids, make) for word in (old, new)]
        compared = compare_builds(
            sides[0].records, sides[1].records, (sides[0].name, sides[1].name), Decimal(str(tolerance))
        )
        for file, text in ((html_file, page_text), (json_file, json_text), (md_file, markdown_text)):
            if file:
                write_text(file, text(compared))
        screen.stop()
        show_diff(screen.console, compared)
    sys.exit(0 if compared.same else 1)


@click.command(
    help=_("Check a delivered folder against its manifest: files missing, changed or added; exit code 1 if any."),
    epilog=_("Example: python3 build.py verify /media/usb/_book/manifest.json"),
)
@click.argument("manifest", metavar="[MANIFEST]", required=False, type=click.Path(path_type=Path))
@debug_option
def verify(manifest: Path | None, debug: bool) -> None:
    from planbook.book.verify import verify as check
    from planbook.project import find_project

    found = check(manifest or find_project().book)
    for words, names in (
        (_("missing: {file}"), found.missing), (_("changed: {file}"), found.changed), (_("added: {file}"), found.added)
    ):  # fmt: skip
        for name in names:
            click.echo(words.format(file=name))
    if found.whole:
        click.echo(_("all {count} files are as they were made").format(count=found.count))
    sys.exit(0 if found.whole else 1)
