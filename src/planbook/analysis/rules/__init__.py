"""The plan's own rules, machine-checked: each with its figure, limit, verdict and the rows that break it.

Sources are the plan's clauses and the documents they rest on; each subject's module names them. Rules use exact
values, never rounded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from planbook.analysis.rules import contents, money, scope, years
from planbook.analysis.rules.rule import VERDICTS, WORST_FIRST, Evidence, Rule, Verdict

__all__ = ["VERDICTS", "WORST_FIRST", "Check", "Evidence", "Rule", "Verdict", "audit"]

Check = Callable[[Evidence], Iterator[Rule]]
CHECKS: tuple[Check, ...] = (
    scope.latest,
    scope.year_known,
    scope.right_sheet,
    scope.funded_again,
    scope.unsafe,
    scope.all_scheduled,
    years.post_shares,
    years.post_shares_of_counties,
    years.targets,
    years.sums,
    years.form_is_list,
    money.by_source,
    money.per_household,
    contents.tiers,
    contents.basic_offered,
    contents.grades,
    contents.protection,
)


def audit(evidence: Evidence, own: Iterable[Check] = ()) -> list[Rule]:
    """All rules, in the order in which the plan states them; then the project's `own`."""
    return [rule for check in (*CHECKS, *own) for rule in check(evidence)]
