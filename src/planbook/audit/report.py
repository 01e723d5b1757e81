"""How an audit is told: on the terminal, worst first, and as JSON with the same content."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from planbook.analysis.rules import WORST_FIRST, Rule, Verdict
from planbook.analysis.rules.rule import plain, rounded
from planbook.audit.findings import KINDS, Finding, contradictions, findings
from planbook.audit.published import Document, read_published, subject
from planbook.audit.units import Audited, audit_units
from planbook.project import Project
from planbook.survey.issues import printable
from planbook.words import _

STYLES: dict[Verdict, str] = {"fail": "red", "not_computable": "yellow", "pass": "green", "not_applicable": "dim"}
SHOWN = 8  # rows of a rule on the terminal; JSON has all
EXACT = 4  # places of a figure on the terminal


@dataclass(frozen=True)
class Reviewed:
    """An existing document against the unit whose plan it is."""

    document: Document
    unit: Audited
    findings: tuple[Finding, ...]


def review(
    project: Project, file: Path, audited: Sequence[Audited], round: str, overrides: Mapping[str, Any]
) -> Reviewed:
    """The document against its unit, which is audited for it if it is none of those that were."""
    document = read_published(file)
    unit = subject(project, document, [one.unit for one in audited])
    known = [one for one in audited if one.unit == unit] or audit_units(project, [unit], round, overrides)
    return Reviewed(document, known[0], tuple(findings(document, known[0].evidence)))


def broken(audited: Sequence[Audited], reviewed: Reviewed | None) -> bool:
    """Does a rule fail, or the document contradict anything?"""
    return any(one.failed for one in audited) or bool(reviewed and contradictions(reviewed.findings))


def json_text(audited: Sequence[Audited], reviewed: Reviewed | None) -> str:
    published = None
    if reviewed:
        said = [finding.as_dict() for finding in reviewed.findings]
        unit = reviewed.unit
        published = {"file": reviewed.document.file, "unit": unit.unit, "name": unit.name, "findings": said}
    content = {"units": [one.as_dict() for one in audited], "published": published}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def show(console: Console, audited: Sequence[Audited], reviewed: Reviewed | None) -> None:
    """A table a unit, that which breaks most first; then the document."""
    for one in audited:
        _unit(console, one)
    if reviewed:
        _document(console, reviewed)


def _unit(console: Console, one: Audited) -> None:
    counts, words = Counter(rule.verdict for rule in one.rules), _verdicts()
    said = ", ".join(f"{words[verdict]} {counts[verdict]}" for verdict in WORST_FIRST if counts[verdict])
    console.print(Text(f"{one.name} ({one.unit}, {one.round}): {said}", style="bold"), soft_wrap=True)
    _gaps(console, one)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("verdict"), no_wrap=True)
    table.add_column(_("rule and its clause"), overflow="fold")
    table.add_column(_("value"), justify="right", no_wrap=True)
    table.add_column(_("limit"), no_wrap=True)
    for rule in one.worst_first:
        figure = "—" if rule.figure is None else f"{_read(rule.figure)}{rule.unit}"
        verdict = Text(words[rule.verdict], style=STYLES[rule.verdict])
        title = Text.assemble(rule.title, "  ", (rule.clause, "dim"))
        table.add_row(verdict, title, Text(figure), Text(rule.limit))
        for line in _below(rule):
            table.add_row("", Text(line))
    console.print(table)
    console.print()


def _gaps(console: Console, one: Audited) -> None:
    """What of the survey is not in the figures."""
    if one.errors:
        said = _("cells that could not be read and count as blank: {count}").format(count=one.errors)
        console.print(Text(said, style="yellow"))
    if one.missing:
        said = _("not in the figures, for no workbook came: {counties}").format(counties="、".join(one.missing))
        console.print(Text(said, style="yellow"), soft_wrap=True)


def _read(figure: Decimal) -> str:
    """For reading; what was judged is exact."""
    return plain(Decimal(rounded(figure, EXACT)))


def _below(rule: Rule) -> list[str]:
    """What is said of a rule below its line: how it is broken, where, and the cure."""
    lines = list(rule.details)
    for place in rule.places[:SHOWN]:
        address = "!".join(str(part) for part in (place["file"], place["sheet"], place["row"]) if part)
        lines.append(printable(f"- {place['county']}{place['name']} {address}"))
    if (more := len(rule.rows) - SHOWN) > 0:
        lines.append("- " + _("and {count} more rows, all in --json").format(count=more))
    where = f" ({rule.edit})" if rule.edit else ""
    return [*lines, *([f"→{rule.mend}{where}"] if rule.mend else [])]


def _document(console: Console, reviewed: Reviewed) -> None:
    found = reviewed.findings
    head = _("{file}, held against itself, the rules and the survey of {unit}: {count} contradictions")
    said = head.format(file=reviewed.document.file, unit=reviewed.unit.name, count=len(contradictions(found)))
    console.print(Text(said, style="bold"), soft_wrap=True)
    _gaps(console, reviewed.unit)
    for kind, name in KINDS.items():
        for number, finding in enumerate((one for one in found if one.kind == kind), 1):
            if number == 1:
                console.print(Text(name, style="bold"))
            line = finding.place.removeprefix(f"{reviewed.document.file}: ")
            console.print(Text(f"{number}. {finding.text}"), Text(f"({line})", style="dim"), soft_wrap=True)


def _verdicts() -> dict[Verdict, str]:
    return {
        "pass": _("passes"),
        "fail": _("fails"),
        "not_applicable": _("not applicable"),
        "not_computable": _("not computable"),
    }
