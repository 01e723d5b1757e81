"""Writing with the result beside: the books in the browser, the notebooks in JupyterLab."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from planbook.verbs.common import debug_option, pairs_option, round_option
from planbook.words import _


@click.command(
    help=_("Show the books in the browser and build what changes while its sources are edited. Ctrl-C ends it."),
    epilog=_("Example: python3 build.py preview wusu --open"),
)
@click.argument("units", nargs=-1, metavar="[UNIT]...")
@round_option
@pairs_option
@click.option("--open", "show", is_flag=True, help=_("Open the browser."))
@click.option("--port", type=click.IntRange(1, 65535), default=None, help=_("Where to serve; else the first free."))
@click.option("--accept-errors", is_flag=True, help=_("Build although the survey has errors; the documents say so."))
@debug_option
def preview(
    units: Sequence[str], round_: str, pairs: Sequence[str], show: bool, port: int | None, accept_errors: bool,
    debug: bool,
) -> None:  # fmt: skip
    import webbrowser

    from planbook.params import find_unit, listed_units, parse_overrides
    from planbook.preview.board import Board
    from planbook.preview.changes import watch
    from planbook.preview.server import open_server
    from planbook.preview.session import Session
    from planbook.preview.shelf import Shelf
    from planbook.project import find_project
    from planbook.todo import Order

    project = find_project()
    chosen = tuple(dict.fromkeys(find_unit(project, unit) for unit in units))
    order = Order(
        chosen or tuple(listed_units(project)), round=round_, overrides=parse_overrides(pairs),
        accept_errors=accept_errors,
    )  # fmt: skip
    board, shelf, stop = Board(), Shelf(project.book), threading.Event()
    server = open_server(board, shelf, port or 0)
    session = Session(project, order, board, shelf, click.echo, chosen)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    watch(project, session.changed, stop)
    address = server.address + (f"{chosen[0]}/html/index.html" if chosen else "")
    click.echo(_("preview: {address} (the PDF: {pdf}); Ctrl-C ends it").format(
        address=address, pdf=f"{server.address}{order.units[0]}/pdf"
    ))  # fmt: skip
    if show:
        webbrowser.open(address)
    try:
        session.run()
    except KeyboardInterrupt:
        stop.set()
        click.echo(_("the preview has ended"))
        sys.stdout.flush()
        os._exit(0)  # waits for no page and for no book that is being rendered


@click.command(
    help=_("Open JupyterLab on the notebooks, or on that of CHAPTER. It is saved without outputs."),
    epilog=_("Example: python3 build.py lab 03 --unit wusu"),
)
@click.argument("chapter", required=False, metavar="[CHAPTER]")
@click.option("--unit", default="", metavar="UNIT", help=_("The unit that notebooks run for; else what they say."))
@round_option
@pairs_option
@click.option("--no-browser", is_flag=True, help=_("Only say the address."))
@click.option("--port", type=click.IntRange(1, 65535), default=None, help=_("Where to serve; else the first free."))
@debug_option
def lab(
    chapter: str | None, unit: str, round_: str, pairs: Sequence[str], no_browser: bool, port: int | None, debug: bool
) -> None:
    from importlib.util import find_spec

    from planbook.environment import become
    from planbook.errors import UsageError
    from planbook.lab.place import find_notebook, options, write_kernel
    from planbook.params import find_unit, load_params, parse_overrides
    from planbook.project import find_project

    if find_spec("jupyterlab") is None:
        raise UsageError(
            _("JupyterLab is not installed in this environment"),
            cure='pip install "planbook[lab]"',
        )
    project = find_project()
    notebook = find_notebook(project, chapter) if chapter else None
    overrides = parse_overrides(pairs)
    given: dict[str, object] = {}
    if unit:
        id = find_unit(project, unit)
        given = {"unit": id, "round": load_params(project, id, overrides).round}
    given |= {"round": round_} if round_ else {}
    given |= {"overrides": overrides} if overrides else {}
    folders = [str(write_kernel(project, given)), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(folders)
    sys.exit(become(Path(sys.executable), "-m", "jupyterlab", *options(project, notebook, not no_browser, port or 0)))
