"""Whether two renderings of a book show the same."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from planbook.verbs.common import debug_option, write_text
from planbook.words import _


@click.command(
    help=_(
        "Hold two rendered books against each other, of one format or of two: headings, text, captions, references, "
        "tables, figures; exit code 1 if anything differs."
    ),
    epilog=_("Example: python3 build.py parity _book/wusu /tmp/with-quarto/wusu"),
)
@click.argument("a", metavar="A", type=click.Path(path_type=Path))
@click.argument("b", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All of it as JSON; - is stdout."))
@debug_option
def parity(a: Path, b: Path, json_file: str, debug: bool) -> None:
    from planbook.compare.parity import compare_places

    kinds = {
        "heading": _("headings"), "text": _("paragraphs"), "footnote": _("footnotes"), "caption": _("captions"),
        "reference": _("references"), "row": _("table rows"), "fact": _("numbers with a past"),
        "figure": _("alternative texts"), "picture": _("pictures"),
    }  # fmt: skip
    found = compare_places(a, b)
    if json_file:
        write_text(json_file, json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1) + "\n")
    for one in found:
        counts = ", ".join(f"{kinds[kind]} {count}" for kind, count in one.compared.items())
        click.echo(f"{' – '.join(one.formats)}: {counts}", err=json_file == "-")
        for difference in one.differences:
            click.echo(f"  {difference.place} ({kinds[difference.kind]})", err=json_file == "-")
            click.echo(f"  - {difference.before}\n  + {difference.after}", err=json_file == "-")
    count = sum(len(one.differences) for one in found)
    said = _("differences: {count}").format(count=count) if count else _("nothing differs")
    click.echo(said, err=json_file == "-")
    sys.exit(1 if count else 0)
