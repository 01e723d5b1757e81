"""What the terminal shows: a bar a stage where there is a terminal, plain lines where there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from planbook.survey.issues import SEVERITIES, Issue, printable, worst_first
from planbook.uptodate import said
from planbook.words import _

if TYPE_CHECKING:
    from planbook.doctor import Finding
    from planbook.outcome import Outcome, Progress
    from planbook.survey.store import Survey

STYLES = {"error": "red", "warning": "yellow", "note": "blue"}
WIDE = 400
LONGEST = 60  # of what stands in a cell, on the terminal


class Screen:
    """Shows progress while it lasts and tables at the end."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        self.console = Console(highlight=False, soft_wrap=False, stderr=to_stderr)
        if not self.console.is_terminal:
            self.console.width = WIDE  # one line an issue, to search and to count
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
        self.stop()

    def stop(self) -> None:
        """Takes the bars away."""
        if self.bars:
            self.bars.stop()
            self.bars = None

    def tell(self, step: Progress) -> None:
        """One step done."""
        if step.stage == "note":
            self.console.print(step.what, markup=False, soft_wrap=True)
            return
        name = {"survey": _("survey"), "notebooks": _("notebooks"), "books": _("books")}[step.stage]
        if self.bars is None:
            self.console.print(f"{name} {step.done}/{step.total}  {step.what}", markup=False)
            return
        if step.stage not in self.tasks:
            self.tasks[step.stage] = self.bars.add_task(name, total=step.total, what="")
        self.bars.update(self.tasks[step.stage], completed=step.done, total=step.total, what=step.what)  # type: ignore[arg-type]

    def outcomes(self, outcomes: Sequence[Outcome], out: Path) -> None:
        """One table at the end; below it what stopped a book."""
        self.stop()
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
        if doubts := list(dict.fromkeys(doubt for one in outcomes for doubt in one.doubts)):
            self.console.print(Text(_("to look at in the prose:"), style="yellow"))
            for doubt in doubts:
                self.console.print(str(doubt), markup=False, soft_wrap=True)
        if any(not one.fault for one in outcomes):
            self.console.print(_("books: {place}").format(place=out), markup=False, soft_wrap=True)

    def nothing_to_do(self, books: int) -> None:
        """All that was asked for is as its sources say."""
        self.stop()
        self.console.print(said(books), markup=False, soft_wrap=True)

    def survey(self, found: Survey) -> None:
        """What was read, and the issues by file, worst first."""
        self.stop()
        self.console.print(
            _("round {round}: {files} workbooks, {rows} communities").format(
                round=found.info.id, files=len(found.sources), rows=len(found.communities)
            ),
            markup=False,
        )
        if found.corrections:
            self.console.print(_("{count} automatic corrections").format(count=len(found.corrections)), markup=False)
        if not found.issues:
            self.console.print(_("no issues"))
        for file, issues in groupby(worst_first(found.issues), lambda issue: issue.file):
            self._issues(file, list(issues))

    def _issues(self, file: str, issues: Sequence[Issue]) -> None:
        counts = Counter(issue.severity for issue in issues)
        words = self._severities()
        said = ", ".join(f"{words[severity]} {counts[severity]}" for severity in SEVERITIES if counts[severity])
        self.console.print()
        self.console.print(Text(f"{printable(file)}: {said}", style="bold"), soft_wrap=True)
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(_("sheet"), overflow="fold")
        table.add_column(_("cell"), no_wrap=True)
        table.add_column(_("severity"), no_wrap=True)
        table.add_column(_("as written"), overflow="fold", max_width=LONGEST // 2 if self.console.is_terminal else None)
        table.add_column(_("what to do"), overflow="fold", min_width=24)
        for issue in issues:
            table.add_row(
                Text(printable(issue.sheet)),
                Text(issue.cell),
                Text(words[issue.severity], style=STYLES[issue.severity]),
                Text(printable(issue.raw, LONGEST)),
                Text(printable(issue.message)),
            )
        self.console.print(table)

    @staticmethod
    def _severities() -> dict[str, str]:
        return {"error": _("error"), "warning": _("warning"), "note": _("note")}

    def annotated(self, folder: Path, written: Sequence[Path]) -> None:
        """Where the annotated copies are."""
        self.stop()
        self.console.print(
            _("{count} annotated workbooks: {place}").format(count=len(written), place=folder),
            markup=False,
            soft_wrap=True,
        )

    def findings(self, findings: Sequence[Finding]) -> None:
        """What doctor found."""
        self.stop()
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
