"""From a survey round straight to the rules of each unit's plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planbook.analysis.rules import WORST_FIRST, Evidence, Rule, audit
from planbook.analysis.scope import with_scope
from planbook.errors import InputError
from planbook.params import Params, load_params
from planbook.project import Project
from planbook.reference import Reference, load_reference
from planbook.report.ownrules import own_checks
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.store import Survey, open_survey, warm_cache
from planbook.words import _


@dataclass(frozen=True)
class Audited:
    """One unit's rules, applied. `errors`: cells of its survey that could not be read and count as blank; `missing`:
    the names of its counties that sent no workbook."""

    unit: str
    round: str
    evidence: Evidence
    rules: tuple[Rule, ...]
    errors: int = 0
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.evidence.params.unit.name

    @property
    def failed(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.verdict == "fail"]

    @property
    def worst_first(self) -> list[Rule]:
        return sorted(self.rules, key=lambda rule: WORST_FIRST.index(rule.verdict))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; figures are exact, as text."""
        return {
            "unit": self.unit, "name": self.name, "round": self.round, "unread_cells": self.errors,
            "missing": list(self.missing),
            "rules": [_rule(rule) for rule in self.worst_first],
        }  # fmt: skip


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "title": rule.title, "verdict": rule.verdict,
        "figure": None if rule.figure is None else f"{rule.figure:f}", "unit": rule.unit, "limit": rule.limit,
        "clause": rule.clause, "rows": rule.places, "details": list(rule.details), "mend": rule.mend,
        "edit": rule.edit,
    }  # fmt: skip


def audit_survey(project: Project, unit: str, params: Params, survey: Survey, reference: Reference) -> Audited:
    """The rules of one unit over its survey."""
    members = {county: params if county == unit else load_params(project, county) for county in survey.counties}
    evidence = Evidence(with_scope(survey.communities, params), survey.annual, reference, params, members)
    errors = sum(issue.severity == "error" for issue in survey.issues)
    missing = tuple(load_params(project, county).unit.name for county in survey.missing)
    return Audited(unit, survey.info.id, evidence, tuple(audit(evidence, own_checks(project))), errors, missing)


def audit_units(
    project: Project, units: Sequence[str], round: str = "", overrides: Mapping[str, Any] | None = None
) -> list[Audited]:
    """The rules of each unit, that which breaks most first. One that has no workbook in the round can break none; it is
    an InputError if it is the only one.
    """
    found = list(_audited(project, units, round, overrides or {}))
    return sorted(found, key=lambda one: -len(one.failed))


def _audited(project: Project, units: Sequence[str], round: str, overrides: Mapping[str, Any]) -> Iterator[Audited]:
    cache, reference, warmed = project.cache / "survey", load_reference(project), set()
    for unit in units:
        params = load_params(project, unit, overrides)
        folder, bounds = project.rounds / (round or params.round), Bounds.of(params)
        known = known_counties(project, unit, params)
        if (key := (folder, known, bounds.key())) not in warmed:
            warm_cache(folder, known, cache, bounds=bounds)
            warmed.add(key)
        survey = open_survey(folder, known, only=counties_of(unit, params), cache=cache, bounds=bounds)
        if len(units) == 1:
            refuse_empty(params, survey)
        yield audit_survey(project, unit, params, survey, reference)


def refuse_empty(params: Params, survey: Survey) -> None:
    """InputError where the round holds no workbook of the unit."""
    if not survey.counties:
        message = _("the round {round} holds no workbook of this unit").format(round=survey.info.id)
        cure = _("put the county's workbook into data/survey/{round}").format(round=survey.info.id)
        raise InputError(message, place=params.unit.name, cure=cure)


def refuse_broken(audited: Audited) -> None:
    """What `strict` asks for: InputError naming every rule that fails, how, and what would mend it."""
    if not audited.failed:
        return
    lines = [_("no book, for strict is set; rules that fail: {count}").format(count=len(audited.failed))]
    for rule in audited.failed:
        named = [f"{place['name']}（{place['file']}!{place['sheet']}!{place['row']}）" for place in rule.places[:3]]
        told = "；".join(rule.details or named)
        lines.append(f"- {rule.title}{'：' if told else ''}{told}。{rule.mend}。")
    cure = _("mend them, or build without --strict and strict: true; audit {unit} shows all rows")
    raise InputError("\n".join(lines), cure=cure.format(unit=audited.unit))
