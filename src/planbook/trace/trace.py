"""One number's past, looked up in the last build and computed again from the workbooks as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planbook.audit.units import audit_survey
from planbook.params import load_params
from planbook.project import Project
from planbook.reference import load_reference
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.earlier import with_earlier
from planbook.survey.store import open_survey
from planbook.trace.build import Build, behind
from planbook.trace.received import Line, Received, addresses
from planbook.trace.recompute import Recomputer
from planbook.trace.rerun import rerun

Verdict = Literal["holds", "changed", "gone"]


@dataclass(frozen=True)
class Part:
    """A fact that the number was computed from."""

    id: str
    fact: Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """`past`: the fact as the book has it; `parts`: what it was computed from, nearest first; `lines`: the rows behind
    it and them, as the workbooks have them now. `recomputed`: what its formula gives over these rows; `now`: what its
    notebook gives now, None where it publishes the fact no more. `changed`: workbooks that are not those of the book;
    `come` and `gone`: row addresses (file!sheet!row) that count only now, or only did then."""

    id: str
    past: Mapping[str, Any]
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    recomputed: str
    now: Mapping[str, Any] | None
    changed: tuple[str, ...]
    come: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        if self.now is None:
            return "gone"
        told = ("value", "status", "display")
        return "holds" if all(self.now[key] == self.past[key] for key in told) else "changed"


def trace(project: Project, build: Build, id: str) -> Trace:
    """Traces a fact of the build. InputError where the survey or the notebook cannot be read now."""
    past = build.facts[id]
    found = open_received(project, build)
    parts = [Part(one, build.facts[one]) for one in behind(build.facts, past["of"])]
    now = rerun(project, build, past["notebook"])
    before, after = _rows(build.facts, id), _rows(now, id) if id in now else set()
    return Trace(
        id, past, tuple(parts), tuple(_lines(found.received, build, id)), found.recomputer.fact(id).display,
        now.get(id), tuple(sorted(file for file, old in build.survey.items() if found.survey.get(file) != old)),
        tuple(sorted(after - before)), tuple(sorted(before - after)),
    )  # fmt: skip


@dataclass(frozen=True)
class Now:
    """What the workbooks say now: their rows, the facts computed again from them, and file → sha256."""

    received: Received
    recomputer: Recomputer
    survey: Mapping[str, str]


def open_received(project: Project, build: Build) -> Now:
    """The unit's survey as it lies in the round's folder, read with the build's parameters."""
    params = load_params(project, build.unit, build.overrides)
    known, mine = known_counties(project, build.unit, params), counties_of(build.unit, params)
    how: Any = {"only": mine, "cache": project.cache / "survey", "bounds": Bounds.of(params)}
    survey = open_survey(project.rounds / build.round, known, **how)
    survey = with_earlier(survey, params.since, project.rounds, known, **how)
    reference = load_reference(project)
    received = Received(survey, reference, params)
    rules = {rule.id: rule for rule in audit_survey(project, build.unit, params, survey, reference).rules}
    recomputer = Recomputer(build.facts, received, lambda county: load_params(project, county), rules)
    return Now(received, recomputer, {source.file: source.sha256 for source in survey.all_sources})


def _lines(received: Received, build: Build, id: str) -> list[Line]:
    """The rows behind a fact and what it was computed from, each once a column."""
    out: dict[Line, None] = {}
    for one in behind(build.facts, [id]):
        fact = build.facts[one]
        out |= dict.fromkeys(received.lines(fact["sources"], fact["args"].get("column", "")))
    return list(out)


def _rows(facts: Mapping[str, Mapping[str, Any]], id: str) -> set[str]:
    """The addresses behind a fact; facts of other notebooks that it rests on are not among those of a rerun."""
    out: set[str] = set()
    waiting, seen = [id], set()
    while waiting:
        one = waiting.pop()
        if one not in seen and one in facts:
            seen.add(one)
            waiting += facts[one]["of"]
            out |= {f"{file}!{sheet}!{row}" for file, sheet, row in addresses(facts[one]["sources"])}
    return out
