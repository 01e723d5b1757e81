"""The house itself: what is missing, what may go, how fast it is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from planbook.errors import UsageError
from planbook.verbs.common import debug_option, write_text
from planbook.words import _


@click.command(
    help=_("Versions, fonts and renderers; what is missing, and the cure."),
    epilog=_("Example: python3 build.py doctor"),
)
@debug_option
def doctor(debug: bool) -> None:
    from planbook.doctor import examine
    from planbook.project import find_project
    from planbook.terminal import Screen

    with Screen() as screen:
        findings = examine(find_project())
        screen.findings(findings)
    sys.exit(1 if any(finding.cure and finding.needed for finding in findings) else 0)


@click.command(
    help=_("Remove working files (_build/); sources and finished books stay."),
    epilog=_("Example: python3 build.py clean"),
)
@click.option("--all", "everything", is_flag=True, help=_("The finished books in _book/, too."))
@click.option("--cache", "cache_only", is_flag=True, help=_("Only what is kept to be reused: _build/cache/."))
@debug_option
def clean(everything: bool, cache_only: bool, debug: bool) -> None:
    from planbook.project import find_project

    project = find_project()
    if cache_only and everything:
        raise UsageError(_("--cache and --all exclude each other"), cure=_("leave one of them out"))
    for folder in (project.cache if cache_only else project.build, *((project.book,) if everything else ())):
        if folder.exists():
            shutil.rmtree(folder)
            click.echo(_("removed {folder}").format(folder=f"{folder.relative_to(project.root).as_posix()}/"))


@click.command(
    help=_("Write a folder that sets up on a machine without network: project, lock and wheels."),
    epilog=_("Example: python3 build.py bundle ../planbook-windows --platform windows --python 3.12"),
)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--platform", default="", help=_("The other machine: windows, mac, mac-intel, linux, linux-arm."))
@click.option("--python", default="", metavar="3.X", help=_("Its Python, such as 3.12."))
@debug_option
def bundle(folder: Path, platform: str, python: str, debug: bool) -> None:
    from planbook.bundle import bundle as write
    from planbook.project import find_project

    made = write(find_project(), folder.resolve(), platform, python)
    said = _("{folder}: the project and {count} wheels ({size:.0f} MB) for {platform}, Python {python}")
    click.echo(said.format(folder=made.folder, count=made.wheels, size=made.megabytes,
                           platform=made.platform, python=made.python))  # fmt: skip


@click.command(
    help=_("Measure the work of a build beside other ways to do it: ratios, in a temporary folder."),
    epilog=_("Example: python3 build.py bench notebooks nothing --times 3"),
)
@click.argument("rows", nargs=-1, metavar="[ROW]...")
@click.option("--json", "json_file", metavar="FILE", default="", help=_("All that was measured, as JSON; - is stdout."))
@click.option("--times", type=click.IntRange(1, 99), default=3, show_default=True, help=_("Turns of each contender."))
@click.option("--units", "most", type=click.IntRange(0), default=0, help=_("Only so many units; 0 is all."))
@click.option("--sizes", metavar="LIST", default="50,100,200", show_default=True, help=_("Sizes of the row units."))
@debug_option
def bench(rows: Sequence[str], json_file: str, times: int, most: int, sizes: str, debug: bool) -> None:
    from tempfile import TemporaryDirectory

    from planbook.bench.place import Bench
    from planbook.bench.verb import as_json, lines, machine, measure
    from planbook.bench.verb import rows as known
    from planbook.project import find_project

    for row in rows:
        if row not in known():
            raise UsageError(_("no row {row}").format(row=row), cure=", ".join(known()))
    click.echo(machine(), err=True)
    results = []
    with TemporaryDirectory(prefix="planbook-bench-") as folder:
        place = Bench(find_project(), Path(folder).resolve(), times, most, tuple(map(int, sizes.split(","))))
        for result in measure(place, rows or known()):
            results.append(result)
            click.echo("\n".join(lines(result)), err=json_file == "-")
    if json_file:
        write_text(json_file, as_json(results))
