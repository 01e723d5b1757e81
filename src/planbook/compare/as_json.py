"""A difference as JSON: everything, uncapped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from planbook.compare.diff import Diff, UnitDiff
from planbook.compare.facts import FactChange
from planbook.compare.rows import Pair


def json_text(diff: Diff) -> str:
    content = {
        "old": diff.old, "new": diff.new, "same": diff.same, "only_old": list(diff.only_old),
        "only_new": list(diff.only_new), "units": [_unit(unit) for unit in diff.units],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _unit(unit: UnitDiff) -> dict[str, Any]:
    return {
        "unit": unit.unit, "name": unit.name, "old": unit.old, "new": unit.new, "same": unit.same,
        "within_tolerance": unit.close, "causes": [asdict(cause) for cause in unit.causes],
        "facts": [_fact(change) for change in unit.facts],
        "tables": [asdict(change) for change in unit.tables], "figures": [asdict(change) for change in unit.figures],
        "sentences": [asdict(change) for change in unit.sentences],
        "issues": [asdict(change) for change in unit.issues], "rules": [asdict(change) for change in unit.rules],
    }  # fmt: skip


def _fact(change: FactChange) -> dict[str, Any]:
    return {
        "id": change.id, "kind": change.kind, "severity": change.severity, "printed": change.printed,
        "before": _value(change.before), "after": _value(change.after),
        "difference": None if change.difference is None else f"{change.difference:f}",
        "percent": None if change.percent is None else f"{change.percent:.4f}",
        "used_in": change.fact["used_in"], "how": change.fact["how"],
        "rows": [_row(pair) for pair in change.reasons.rows], "params": list(change.reasons.params),
        "issues": change.reasons.issues,
    }  # fmt: skip


def _value(fact: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if fact is None else {key: fact[key] for key in ("value", "display", "unit", "status")}


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "county": pair.row.county, "name": pair.row.name, "table": pair.row.table,
        "before": pair.before and pair.before.place(), "after": pair.after and pair.after.place(),
        "columns": [
            {"column": key, "before": pair.before.values.get(key), "after": pair.after.values.get(key),
             "cell": pair.after.place(key)}
            for key in pair.columns if pair.before and pair.after
        ],
    }  # fmt: skip
