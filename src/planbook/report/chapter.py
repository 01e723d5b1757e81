"""What a notebook speaks to.

    chapter = open_chapter("03", unit, round, overrides)
    known = chapter.communities.where(…, "2000年底以前建成的小区")
    chapter.total("stock.before.households", known, "households")
    chapter.publish()

A notebook publishes facts, figures, tables and rules; `publish` writes them to chapter.json in the chapter's own
folder, the only place a notebook writes to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as Drawing

from planbook import watch
from planbook.analysis.communities import enriched
from planbook.analysis.rules import VERDICTS, Check, Rule
from planbook.errors import InputError
from planbook.params import Params, load_params
from planbook.project import find_project
from planbook.reference import CATEGORIES, Reference, load_reference
from planbook.report import facts as make
from planbook.report.data import Data
from planbook.report.earlier import Earlier
from planbook.report.facts import Fact
from planbook.report.figures import Figure, pictures_in, save, use_house_style
from planbook.report.html import table_html
from planbook.report.ownrules import own_checks
from planbook.report.rows import Rows
from planbook.report.tables import Table
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.earlier import with_earlier
from planbook.survey.store import County, Source, Survey, open_survey
from planbook.words import _


def open_chapter(number: str, unit: str, round: str, overrides: Mapping[str, Any] | None = None) -> Chapter:
    """The chapter `number` (two digits) of a unit's book: its parameters, its survey, and a place to publish to."""
    project = find_project()
    params = load_params(project, unit, overrides)
    reads: set[str] = set()

    def read(path: Path) -> None:
        reads.add(path.resolve().relative_to(project.root).as_posix())

    known = known_counties(project, unit, params)
    mine = counties_of(unit, params)
    place, cache, bounds = project.rounds / round, project.cache / "survey", Bounds.of(params)

    how: Any = {"only": mine, "cache": cache, "report": read, "bounds": bounds}

    def survey() -> Survey:
        return open_survey(place, known, **how)

    def compared(survey: Survey) -> Survey:
        return with_earlier(survey, params.since, project.rounds, known, **how)

    folder = Path(os.environ.get("PLANBOOK_CHAPTER_DIR") or project.build / round / unit / "chapters" / number)
    folder.mkdir(parents=True, exist_ok=True)
    read(style := project.root / "figures" / "plan.mplstyle")
    use_house_style(style)
    reference, counties = load_reference(project, read), [c for c in known if c.id in mine]
    return Chapter(number, unit, round, params, survey, reference, counties, folder, reads, overrides or {}, compared)


class Chapter:
    """A chapter being made. `communities`, `annual` and `willingness` are the unit's survey rows."""

    def __init__(
        self, number: str, unit: str, round: str, params: Params, survey: Callable[[], Survey], reference: Reference,
        counties: Sequence[County], folder: Path, reads: set[str], overrides: Mapping[str, Any],
        compared: Callable[[Survey], Survey] = lambda survey: survey,
    ) -> None:  # fmt: skip
        self.number, self.unit, self.round, self.params, self.reference = number, unit, round, params, reference
        self._open_survey, self._compared, self._known = survey, compared, counties
        self.folder, self._reads, self.overrides = folder, reads, dict(overrides)
        self._facts: dict[str, Fact] = {}
        self._figures: dict[str, Figure] = {}
        self._tables: dict[str, Table] = {}
        self._rules: list[Rule] = []

    # -- the survey, opened by the first who asks: a chapter that prints none of it does not depend on it

    @cached_property
    def survey(self) -> Survey:
        return self._open_survey()

    @cached_property
    def counties(self) -> tuple[County, ...]:
        """The unit's counties that sent a workbook; `missing`: those that did not."""
        return tuple(c for c in self._known if c.id not in self.survey.missing)

    @cached_property
    def missing(self) -> tuple[County, ...]:
        return tuple(c for c in self._known if c.id in self.survey.missing)

    @cached_property
    def communities(self) -> Rows:
        return Rows(enriched(self.survey.communities, self.params), "摸底调查的小区")

    @cached_property
    def annual(self) -> Rows:
        return Rows(self.survey.annual, "年度计划表的填报行", "行")

    @cached_property
    def willingness(self) -> Rows:
        return Rows(self.survey.willingness, "居民意愿调查的小区")

    @cached_property
    def earlier(self) -> Earlier:
        """The round compared with (`since` in the parameters); InputError where none is."""
        found = self._compared(self.survey).earlier
        if found is None:
            raise InputError(_("there is no round to compare with"), cure=_("--since ROUND, or since: in params/"))
        return Earlier(found, self.params, self._known)

    def params_of(self, county: str) -> Params:
        """A county's own parameters, for what a prefecture's book says of each."""
        return self.params if county == self.unit else load_params(find_project(), county)

    @cached_property
    def own_checks(self) -> tuple[Check, ...]:
        """The project's own rules (planbook.report.ownrules)."""
        return own_checks(find_project())

    # -- rows everyone speaks of

    @property
    def before(self) -> Rows:
        return self.communities.where(
            self.communities.frame["era"] == "before", f"{self.params.rules.built_before}年底以前建成的小区"
        )

    @property
    def planned(self) -> Rows:
        return self.communities.where(self.communities.frame["planned"], f"列入{self.params.period.span}计划的小区")

    def planned_in(self, year: int) -> Rows:
        rows = self.planned
        return rows.where(rows.frame["plan_year"] == year, f"{year}年计划改造的小区")

    def of_county(self, rows: Rows, county: County) -> Rows:
        return rows.where(rows.frame["county"] == county.id, f"{county.name}{rows.label}")

    # -- facts: the closed set of constructors, each kept under its id

    def _keep(self, fact: Fact) -> Fact:
        known = self._facts.setdefault(fact.id, fact)
        if known != fact:
            raise ValueError(f"fact {fact.id} is published twice with different pasts")
        return known

    def fact(self, id: str) -> Fact:
        """A fact this chapter has published."""
        return self._facts[id]

    def total(self, id: str, rows: Rows, column: str) -> Fact:
        own = {one.key: (one.label, one.unit) for one in self.survey.info.own.columns}
        return self._keep(make.total(id, rows, column, own.get(column)))

    def count(self, id: str, rows: Rows, unit: str = "个") -> Fact:
        return self._keep(make.count(id, rows, unit))

    def distinct(self, id: str, rows: Rows, column: str, unit: str, noun: str) -> Fact:
        return self._keep(make.distinct(id, rows, column, unit, noun))

    def share(self, id: str, part: Fact, whole: Fact) -> Fact:
        return self._keep(make.share(id, part, whole))

    def ratio(self, id: str, above: Fact, below: Fact, unit: str, scale: int = 1) -> Fact:
        return self._keep(make.ratio(id, above, below, unit, scale))

    def difference(self, id: str, a: Fact, b: Fact, unit: str = "") -> Fact:
        return self._keep(make.difference(id, a, b, unit))

    def extreme(self, id: str, among: Mapping[str, Fact], what: str, largest: bool = True) -> Fact:
        name, value = make.extreme(id, among, what, largest)
        self._keep(value)
        return self._keep(name)

    def score(self, id: str, rows: Rows, column: str, item: str) -> Fact:
        name = self.reference.item_name(item)
        return self._keep(make.score(id, rows, column, item, self.survey.info.needs_weights, name))

    def ranking(self, id: str, among: Mapping[str, Fact], top: int, what: str) -> Fact:
        return self._keep(make.ranking(id, among, top, what))

    def given(self, id: str, key: str, unit: str, county: County | None = None) -> Fact:
        """A figure of the parameters: the unit's, or those of one of its counties."""
        if county is None or county.id == self.unit:
            return self._keep(make.given(id, self.params, key, unit))
        return self._keep(make.given(id, self.params_of(county.id), key, unit, county.id))

    def stated(self, id: str, rows: Rows, column: str, unit: str = "") -> Fact:
        return self._keep(make.stated(id, rows, column, unit))

    def asking(self, code: str) -> Fact:
        """needs.<code>.asking: how many communities of `before` ask for an item of the catalogue."""
        item, rows = self.reference.item_name(code), self.before
        key = next(key for _name, prefix, key in CATEGORIES if code.startswith(prefix))
        asking = rows.asking(f"needs_{key}", code, f"{rows.label}中提出{item}的小区")
        return self.count(f"needs.{code.lower()}.asking", asking)

    def rest(self, id: str, whole: int, parts: Sequence[Fact]) -> Fact:
        return self._keep(make.rest(id, whole, parts))

    def rule(self, rule: Rule) -> Fact:
        """Publishes a rule; its figure becomes the fact rule.<id>."""
        self._rules.append(rule)
        return self._keep(make.checked(f"rule.{rule.id}", rule))

    def measures(self, prefix: str, rows: Rows) -> dict[str, Fact]:
        """The form's five measures of some rows, as facts <prefix>.area, .households, .buildings, .communities and
        .investment."""
        out = {key: self.total(f"{prefix}.{key}", rows, key) for key in ("area", "households", "buildings")}
        out["communities"] = self.count(f"{prefix}.communities", rows)
        out["investment"] = self.total(f"{prefix}.investment", rows, "investment")
        return out

    # -- figures and tables

    def figure(self, id: str, drawing: Drawing, *, caption: str, alt: str, data: Data) -> Shown:
        """Saves a drawing. `data` is what was drawn, `alt` says it in words for those who cannot see it."""
        if id in self._figures:
            raise ValueError(f"figure {id} is published twice")
        for fact in data.facts:
            self._keep(fact)
        folder = self.folder / "figures"
        width = save(drawing, folder, id, data, pictures_in(find_project().results))
        self._figures[id] = Figure(id, caption, alt, width, data)
        return Shown(svg=(folder / f"{id}.svg").read_text("utf-8"), text=f"图：{caption}")

    def table(self, table: Table) -> Shown:
        """Keeps a table; a total of the whole unit says which counties it lacks."""
        if table.id in self._tables:
            raise ValueError(f"table {table.id} is published twice")
        for fact in table.facts:
            self._keep(fact)
        if self.missing and table.foot and not table.part:
            absent = "、".join(county.name for county in self.missing)
            table = replace(table, notes=(*table.notes, f"注：合计不含{absent}，本轮未报送调查表。"))
        self._tables[table.id] = table
        return Shown(html=table_html(table.as_dict()), text=f"表：{table.caption}")

    # -- the end

    def source(self, name: str) -> Path:
        """A file or folder under data/ (say "data/prices.csv") that the notebook reads by itself: reported, so that a
        build runs the notebook again when it changes. InputError for what lies elsewhere."""
        root = find_project().root
        path = (root / name).resolve()
        if not path.is_relative_to(root / "data"):
            raise InputError(_("a notebook reads what lies under data/, not {file}").format(file=name))
        self._reads.add(path.relative_to(root).as_posix())
        return path

    def publish(self) -> Shown:
        """Writes chapter.json and says what is in it. UnreportedReadError where the notebook read more than it said."""
        if watch.is_on():
            project = find_project()
            watch.check(project.root, self._reads, (self.folder, project.cache, project.params))
        content = {
            "chapter": self.number,
            "unit": self.unit,
            "round": self.round,
            "overrides": self.overrides,
            "reads": sorted(self._reads),
            "survey": {source.file: source.sha256 for source in self._opened},
            "facts": {id: fact.as_dict() for id, fact in sorted(self._facts.items())},
            "figures": {id: figure.as_dict() for id, figure in self._figures.items()},
            "tables": {id: table.as_dict() for id, table in self._tables.items()},
            "rules": [_rule(rule) for rule in self._rules],
        }
        (self.folder / "chapter.json").write_text(_one_a_line(content), "utf-8", newline="\n")
        return Shown(
            text=f"第{self.number}章：{len(self._facts)}个数据，{len(self._figures)}幅图，{len(self._tables)}张表，"
            f"{len(self._rules)}条规则"
        )

    @property
    def _opened(self) -> Iterator[Source]:
        """The workbooks behind the chapter: one that asked for no row depends on none."""
        if "survey" in vars(self):
            yield from self.survey.sources
        if "earlier" in vars(self):
            yield from self.earlier.survey.sources


class Shown:
    """What a cell shows in Jupyter: never printed, so that the build stays silent."""

    def __init__(self, *, html: str = "", svg: str = "", text: str = "") -> None:
        self._html, self._svg, self._text = html, svg, text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        out = {"text/plain": self._text}
        if self._html:
            out["text/html"] = self._html
        if self._svg:
            out["image/svg+xml"] = self._svg
        return out


def _one_a_line(content: Mapping[str, Any]) -> str:
    """JSON with an entry a line: what json indents itself takes five times as long, and a fact is easier to find so."""

    def dumped(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def shown(value: Any) -> str:
        if isinstance(value, Mapping):
            return "{\n " + ",\n ".join(f"{dumped(key)}: {dumped(one)}" for key, one in value.items()) + "}"
        return "[\n " + ",\n ".join(map(dumped, value)) + "]" if isinstance(value, list) else dumped(value)

    return "{" + ",\n".join(f"{dumped(key)}: {shown(value)}" for key, value in content.items()) + "}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "title": rule.title, "clause": rule.clause, "limit": rule.limit, "fact": f"rule.{rule.id}",
        "verdict": rule.verdict, "printed": VERDICTS[rule.verdict], "mend": rule.mend, "details": list(rule.details),
        "rows": rule.places,
    }  # fmt: skip
