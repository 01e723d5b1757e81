"""Which counties a unit's book is about, and which a round may hold workbooks of."""

from __future__ import annotations

from planbook.params import Params, lineage, load_params, unit_ids
from planbook.project import Project
from planbook.survey.county import County


def counties_of(unit: str, params: Params) -> tuple[str, ...]:
    """The ids of the counties in a unit's book: a prefecture's, or the county itself."""
    return (unit,) if params.unit.is_county else params.counties


def known_counties(project: Project, unit: str, params: Params) -> tuple[County, ...]:
    """Every county whose workbook may lie in the round's folder: those of the unit's prefecture, in its order."""
    return tuple(_county(project, id) for id in siblings(project, unit, params))


def siblings(project: Project, unit: str, params: Params) -> tuple[str, ...]:
    """The counties of a prefecture; for a county those of the prefecture it lies in, itself where none names it."""
    if not params.unit.is_county:
        return params.counties
    head = prefecture_of(project, unit)
    return head.counties if head else (unit,)


def prefecture_of(project: Project, unit: str) -> Params | None:
    """The prefecture that names a county among its own, if one does; what the county extends is asked first."""
    nearest_first = dict.fromkeys([*lineage(project, unit)[1:], *unit_ids(project)])
    all_params = (load_params(project, other) for other in nearest_first)  # lazily: others' may be at fault
    return next((params for params in all_params if unit in params.counties), None)


def _county(project: Project, id: str) -> County:
    unit = load_params(project, id).unit
    return County(id, unit.name, unit.code, unit.aliases)
