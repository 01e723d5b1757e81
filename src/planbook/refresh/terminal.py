"""A refresh on the terminal: what was done, then what a person has to look at, samples capped and the rest counted."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from planbook.compare.thresholds import SHOWN
from planbook.refresh import phrases
from planbook.refresh.outcome import Outcome
from planbook.survey.issues import printable
from planbook.words import _


def show_outcome(console: Console, out: Outcome, file: Path) -> None:
    def line(text: str, style: str = "") -> None:
        console.print(Text(printable(text), style=style), soft_wrap=True)

    line(f"{out.name}  {out.old} → {out.new}", "bold")
    for said in phrases.summary(out):
        line(f"  {said}")
    for why, looks in out.by_reason.items():
        line(f"{phrases.heading(why)} ({len(looks)})", "yellow")
        for look in looks[:SHOWN]:
            line(f"  {phrases.look(look)}")
        if len(looks) > SHOWN:
            line("  " + _("… and {count} more").format(count=len(looks) - SHOWN), "dim")
    line(_("written: {file}; in Word every change can be accepted or rejected").format(file=file), "green")
    line(_("update contents and numbers of captions there with Ctrl+A, F9"), "dim")
