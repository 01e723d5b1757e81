"""Why two books differ: what happened to the survey, the parameters, the reference data, the words and the method."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from planbook.book.record import EARLIER
from planbook.compare.facts import FactChange
from planbook.compare.narrative import SentenceChange
from planbook.compare.record import Record
from planbook.compare.rows import SPLIT, Pair, Rows

What = Literal[
    "round", "county-lost", "county-came", "community-gone", "community-came", "community-renamed", "row-changed",
    "row-gone", "row-came", "item-gone", "item-came", "item-changed", "parameter", "together", "sentence", "method",
]  # fmt: skip
LOSSES = ("county-lost", "community-gone", "row-gone", "item-gone")
REFERENCE = ("catalogue", "policies", "standards")


@dataclass(frozen=True)
class Edit:
    """One column of a row, or one parameter, then and now."""

    key: str
    before: str
    after: str
    place: str = ""


@dataclass(frozen=True)
class Cause:
    """`subject`: whom or what it happened to, `table`: the kind of row it is; `facts`: ids of those it moved."""

    what: What
    subject: str
    table: str = ""
    county: str = ""
    place: str = ""
    edits: tuple[Edit, ...] = ()
    rows: int = 1
    facts: tuple[str, ...] = ()

    @property
    def loss(self) -> bool:
        return self.what in LOSSES


def find_causes(
    old: Record, new: Record, rows: Rows, facts: Sequence[FactChange], sentences: Sequence[SentenceChange]
) -> list[Cause]:
    """Every cause with the facts it moved: losses first, then as listed in `What`; of a kind what moved most."""
    moved: dict[int, list[str]] = defaultdict(list)
    by_param: dict[str, list[str]] = defaultdict(list)
    loose: list[str] = []
    for change in facts:
        for pair in change.reasons.rows:
            moved[id(pair)].append(change.id)
        for key in change.reasons.params:
            by_param[key].append(change.id)
        if not change.reasons.known:
            loose.append(change.id)
    data = [
        *_round(old, new), *_survey(old, new, rows, lambda pair: moved[id(pair)]), *_parameters(old, new, by_param),
    ]  # fmt: skip
    edits = _method(old, new)
    if data and not edits:
        data = _with_loose(data, loose)
    elif edits or loose:
        data.append(Cause("method", "", edits=edits, rows=len(edits), facts=tuple(loose)))
    found = [*data, *_words(sentences)]
    order = get_args(What)
    return sorted(found, key=lambda cause: (not cause.loss, order.index(cause.what), -len(cause.facts)))


def _round(old: Record, new: Record) -> Iterator[Cause]:
    if old.about["round"] != new.about["round"]:
        yield Cause("round", new.name, edits=(Edit("round", str(old.about["round"]), str(new.about["round"])),))


def _survey(old: Record, new: Record, rows: Rows, moved: Callable[[Pair], list[str]]) -> Iterator[Cause]:
    """Rows of the survey and the reference tables; a county that came or went as a whole is one cause."""
    here, there = (set(record.about["counties"]) for record in (old, new))
    as_before = old.params.get("since") == new.params.get("since")  # else the parameter is the cause
    whole: dict[tuple[What, str], list[Pair]] = defaultdict(list)
    single: list[Cause] = []
    for pair in rows.pairs:
        county = pair.row.county
        if pair.row.table.startswith(EARLIER) and not as_before:
            continue
        if not pair.after and county in here - there:
            whole["county-lost", county].append(pair)
        elif not pair.before and county in there - here:
            whole["county-came", county].append(pair)
        elif (what := _what(pair)) and (pair.renamed or not pair.same):
            single.append(_cause(what, pair, moved(pair)))
    for (what, county), pairs in whole.items():
        ids = dict.fromkeys(id for pair in pairs for id in moved(pair))
        count = sum(pair.row.table == "communities" for pair in pairs)
        yield Cause(what, county, "communities", county, pairs[0].row.file, rows=count, facts=tuple(ids))
    yield from single


def _what(pair: Pair) -> What | None:
    kind = {"communities": "community", **dict.fromkeys(REFERENCE, "item")}.get(pair.row.table, "row")
    if pair.renamed:
        return "community-renamed" if kind == "community" else "row-changed" if len(pair.columns) > 1 else None
    end = "came" if not pair.before else "gone" if not pair.after else "changed"
    names: dict[tuple[str, str], What] = {
        ("community", "came"): "community-came", ("community", "gone"): "community-gone",
        ("item", "came"): "item-came", ("item", "gone"): "item-gone", ("item", "changed"): "item-changed",
        ("row", "came"): "row-came", ("row", "gone"): "row-gone",
    }  # fmt: skip
    return names.get((kind, end), "row-changed")


def _cause(what: What, pair: Pair, facts: Iterable[str]) -> Cause:
    row, before, after = pair.row, pair.before, pair.after
    edits = tuple(
        Edit(column, before.values.get(column, ""), after.values.get(column, ""), after.place(column))
        for column in pair.columns
        if before and after and column not in SPLIT
    )
    place = edits[0].place if len(edits) == 1 else row.place("name" if row.table == "communities" else "")
    return Cause(what, row.called, row.table, row.county, place, edits, facts=tuple(facts))


def _parameters(old: Record, new: Record, moved: Mapping[str, list[str]]) -> Iterator[Cause]:
    for key in sorted(old.params.keys() | new.params.keys()):
        then, now = old.params.get(key), new.params.get(key)
        if then != now and key != "round":
            edit = Edit(key, *("" if v is None else str(v) for v in (then, now)))
            yield Cause("parameter", key, edits=(edit,), facts=tuple(moved.get(key, ())))


def _words(sentences: Sequence[SentenceChange]) -> Iterator[Cause]:
    """What somebody wrote, chapter by chapter."""
    written = Counter(s.file for s in sentences if s.said in ("rewritten", "added", "removed"))
    for file, count in written.items():
        yield Cause("sentence", file, place=f"chapters/{file}", rows=count)


def _with_loose(data: Sequence[Cause], loose: Sequence[str]) -> list[Cause]:
    """Where facts are computed as before, those that no row explains follow from the one cause there is, or from
    several together: the number of requests for a new item, which is 0, has no rows."""
    if loose and len(data) == 1:
        return [replace(data[0], facts=(*data[0].facts, *loose))]
    return [*data, *([Cause("together", "", facts=tuple(loose))] if loose else [])]


def _method(old: Record, new: Record) -> tuple[Edit, ...]:
    """Notebooks, planbook and what it runs on, where they differ."""
    names = sorted(old.sources.keys() | new.sources.keys())
    edits = [
        Edit(name, "", "", name)
        for name in names
        if name.startswith(("notebooks/", "figures/")) and old.sources.get(name) != new.sources.get(name)
    ]
    edits += [
        Edit(key, str(old.about[key]), str(new.about[key]))
        for key in ("planbook", "lock", "renderer")
        if old.about[key] != new.about[key]
    ]
    return tuple(edits)
