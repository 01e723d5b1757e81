"""What the terminal shows: a bar a stage where there is a terminal, plain lines where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from planbook.words import _

if TYPE_CHECKING:
    from planbook.doctor import Finding
    from planbook.pipeline import Outcome, Progress
    from planbook.survey.store import Survey

WORST_FIRST = ("error", "warning", "note")


class Screen:
    """Shows progress while it lasts and tables at the end."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=False)
        self.bars: Bars | None = None
        self.tasks: dict[str, object] = {}

    def __enter__(self) -> Screen:
        if self.console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[what]}"),
            )
            self.bars = Bars(*columns, TimeElapsedColumn(), console=self.console, transient=True)
            self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self.bars:
            self.bars.stop()
            self.bars = None

    def tell(self, step: Progress) -> None:
        """One step done."""
        name = {"survey": _("survey"), "notebooks": _("notebooks"), "books": _("books")}[step.stage]
        if self.bars is None:
            self.console.print(f"{name} {step.done}/{step.total}  {step.what}", markup=False)
            return
        if step.stage not in self.tasks:
            self.tasks[step.stage] = self.bars.add_task(name, total=step.total, what="")
        self.bars.update(self.tasks[step.stage], completed=step.done, total=step.total, what=step.what)  # type: ignore[arg-type]

    def outcomes(self, outcomes: Sequence[Outcome], out: Path) -> None:
        """One table at the end; below it what stopped a book."""
        self._stop()
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(_("unit"))
        for head in (_("pages"), _("facts"), _("issues"), _("files"), _("seconds")):
            table.add_column(head, justify="right")
        for one in outcomes:
            stopped = bool(one.fault)
            figures = ["—"] * 2 if stopped else [str(one.pages or "—"), str(one.facts)]
            name = Text(f"{one.name} ({one.unit})", style="red" if stopped else "")
            table.add_row(name, *figures, str(one.issues), "—" if stopped else str(one.files), f"{one.seconds:.1f}")
        self.console.print(table)
        for one in outcomes:
            if one.fault:
                self.console.print(Text(_("{unit}: not built").format(unit=one.name), style="bold red"))
                self.console.print(one.fault, markup=False, soft_wrap=True)
        if any(not one.fault for one in outcomes):
            self.console.print(_("books: {place}").format(place=out), markup=False, soft_wrap=True)

    def survey(self, found: Survey, name: str) -> None:
        """What was read, and the issues by file, worst first."""
        self._stop()
        read = {county.file: len(county.communities) for county in found.counties.values()}
        self.console.print(
            _("{name}, round {round}: {files} workbooks, {rows} communities").format(
                name=name, round=found.info.id, files=len(read), rows=sum(read.values())
            ),
            markup=False,
        )
        issues = sorted(found.issues, key=lambda i: (i.file, WORST_FIRST.index(i.severity), i))
        if not issues:
            self.console.print(_("no issues"))
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for head in (_("file"), _("sheet"), _("cell"), _("severity"), _("as written"), _("what to do")):
            table.add_column(head, overflow="fold")
        for issue in issues:
            table.add_row(
                *(
                    Text(t)
                    for t in (issue.file, issue.sheet, issue.cell, _severity(issue.severity), issue.raw, issue.message)
                )
            )
        self.console.print(table)

    def findings(self, findings: Sequence[Finding]) -> None:
        """What doctor found."""
        self._stop()
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            mark = (
                Text("✓", style="green")
                if not finding.cure
                else Text("✗" if finding.needed else "–", style="red" if finding.needed else "yellow")
            )
            table.add_row(mark, Text(finding.what), Text(finding.found))
            if finding.cure:
                table.add_row("", "", Text(f"→ {finding.cure}"))
        self.console.print(table)


def _severity(word: str) -> str:
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}[word]
