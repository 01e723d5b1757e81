"""The verbs of the command line. Exit codes: 0 done, 1 the input is at fault, 2 usage, 3 our defect."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence

import click

from planbook import __version__
from planbook.errors import PlanbookError, UsageError
from planbook.verbs import build, compare, parity, refresh, survey, trust, upkeep, writing
from planbook.verbs.common import DEFECT
from planbook.words import _, choose_for_click


class Verbs(click.Group):
    """`build` is what is meant where no verb is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            if args and not args[0].startswith("-") and not _is_unit(args[0]):
                raise UsageError(
                    _("no verb and no unit {word}").format(word=args[0]),
                    cure=_("python3 build.py --help lists the verbs"),
                )
            args = ["build", *args]
        return super().parse_args(ctx, args)


def _is_unit(word: str) -> bool:
    from planbook.params import find_unit
    from planbook.project import find_project

    try:
        find_unit(find_project(), word)
    except UsageError:
        return False
    return True


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=_("From survey workbooks to complete renovation plans. Without a verb, everything is built."),
    epilog=_("python3 build.py test sets up and runs the tests."),
)
@click.version_option(__version__, prog_name="planbook", help=_("Show the version and exit."))
def cli() -> None:
    """The verbs; what is said of each is its `help`."""


for _verb in (
    *(build.build, build.explain, writing.preview, writing.lab, survey.survey, survey.new, trust.trace, trust.audit),
    *(compare.diff, compare.verify, refresh.refresh, parity.parity),
    *(upkeep.doctor, upkeep.clean, upkeep.bench, upkeep.bundle),
):
    cli.add_command(_verb)


def main(args: Sequence[str] | None = None) -> None:
    """The command line. No traceback without --debug."""
    arguments = list(sys.argv[1:] if args is None else args)
    choose_for_click()
    debug = "--debug" in arguments or bool(os.environ.get("PLANBOOK_DEBUG"))
    try:
        sys.exit(cli.main(arguments, prog_name="build.py", standalone_mode=False, obj=arguments) or 0)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _leave(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except PlanbookError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if debug:
            raise
        from planbook.errors import of_disk

        click.echo(str(of_disk(error)), err=True)
        sys.exit(1)
    except Exception as error:  # whatever else is a defect of ours, and is said as one
        if debug:
            raise
        click.echo(_("a defect of planbook: {what}").format(what=f"{type(error).__name__}: {error}"), err=True)
        click.echo(_("run it again with --debug and report what it prints"), err=True)
        sys.exit(DEFECT)


def _leave(code: int) -> None:
    """Ends at once: Python itself would wait for threads that are still rendering."""
    click.echo(_("interrupted; what was finished is kept"), err=True)
    if threading.active_count() > 1:
        from planbook import scratch

        sys.stdout.flush()
        sys.stderr.flush()
        scratch.tidy()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
