"""A fact computed again, by the constructor that made it, from the rows at the addresses it remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from planbook.analysis.rules import Rule
from planbook.params import Params
from planbook.report import facts as make
from planbook.report.facts import Fact
from planbook.trace.received import Received

Past = Mapping[str, Any]


class Recomputer:
    """`past`: the build's facts by id; `params_of`: a county's own parameters; `rules`: the rules applied anew, by id.

    A fact that rests on others rests on those recomputed, never on what was written down.
    """

    def __init__(
        self,
        past: Mapping[str, Past],
        received: Received,
        params_of: Callable[[str], Params],
        rules: Mapping[str, Rule],
    ) -> None:
        self._past, self._received, self._params_of, self._rules = past, received, params_of, rules
        self._done: dict[str, Fact] = {}

    def fact(self, id: str) -> Fact:
        if id not in self._done:
            past = self._past[id]
            self._done[id] = getattr(self, f"_{past['op']}")(id, past, past["args"])
        return self._done[id]

    def _of(self, past: Past) -> list[Fact]:
        return [self.fact(id) for id in past["of"]]

    def _named(self, past: Past) -> dict[str, Fact]:
        return dict(zip(past["args"]["names"], self._of(past), strict=True))

    # -- one method an operation of planbook.report.facts

    def _total(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        own = (args["name"], past["unit"]) if "name" in args else None
        return make.total(id, self._received.rows(past["sources"]), args["column"], own)

    def _count(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        rows = self._received.rows(past["sources"])
        if cells := self._received.cells(past["sources"]):
            return Fact(id, len(cells), past["unit"], past["how"], "count", sources=tuple(past["sources"]))
        return make.count(id, rows, past["unit"])

    def _distinct(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.distinct(id, self._received.rows(past["sources"]), args["column"], past["unit"], args["noun"])

    def _cell(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.cell(id, self._received.rows(past["sources"]).frame.iloc[0], args["column"])

    def _score(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        rows = self._received.rows(past["sources"])
        return make.score(id, rows, args["column"], args["item"], args["weights"])

    def _stated(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.stated(id, self._received.rows(past["sources"]), args["column"], args["unit"])

    def _share(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        part, whole = self._of(past)
        return make.share(id, part, whole)

    def _ratio(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        above, below = self._of(past)
        return make.ratio(id, above, below, args["unit"], int(Decimal(args["scale"])))

    def _difference(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        first, second = self._of(past)
        return make.difference(id, first, second, args["unit"])

    def _rest(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.rest(id, args["whole"], self._of(past), past["unit"])

    def _ranking(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.ranking(id, self._named(past), args["top"], args["what"])

    def _extreme(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        name, value = id.removesuffix(".value"), id.endswith(".value")
        return make.extreme(name, self._named(self._past[name]), args["what"], args["largest"])[value]

    def _given(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        county = args.get("county", "")
        params = self._params_of(county) if county else self._received.params
        return make.given(id, params, args["key"], past["unit"], county)

    def _checked(self, id: str, past: Past, args: Mapping[str, Any]) -> Fact:
        return make.checked(id, self._rules[args["rule"]])


def same_value(fact: Fact, past: Past) -> bool:
    """Whether a recomputed fact is what was written down."""
    value = str(fact.value) if isinstance(fact.value, Decimal) else fact.value
    return bool(value == past["value"] and fact.status == past["status"])
