"""Parameters of a unit: params/<unit>.yml, what it extends, and overrides from the command line.

A unit is a prefecture or a county. Everything is validated before any notebook starts; an error names the file, the
line and, for a mistyped key, the nearest valid one.
"""

from planbook.params.files import (
    UNIT_ID,
    all_units,
    find_unit,
    lineage,
    listed_units,
    load_params,
    parse_overrides,
    unit_ids,
)
from planbook.params.models import Checks, CostWeights, Document, Params, Period, Renderer, Unit, schema

__all__ = [
    "UNIT_ID",
    "Checks",
    "CostWeights",
    "Document",
    "Params",
    "Period",
    "Renderer",
    "Unit",
    "all_units",
    "find_unit",
    "lineage",
    "listed_units",
    "load_params",
    "parse_overrides",
    "schema",
    "unit_ids",
]
