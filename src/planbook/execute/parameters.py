"""The code cell that hands a notebook its parameters, the same whether or not a formatter is installed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from papermill.translators import PythonTranslator, papermill_translators

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

KERNEL = "planbook"  # the name under which papermill finds this translator
WIDTH = 100


class ParametersTranslator(PythonTranslator):  # type: ignore[misc]
    """papermill's, but Chinese stays Chinese and long values break one item a line."""

    @classmethod
    def codify(cls, parameters: Mapping[str, JSON], comment: str = "Parameters") -> str:
        return "\n".join([f"# {comment}", *(f"{name} = {literal(value)}" for name, value in parameters.items())])


def literal(value: JSON, indent: str = "") -> str:
    """A JSON value as a Python literal; TypeError for anything else."""
    short = _short(value)
    if len(indent) + len(short) <= WIDTH or isinstance(value, str) or not isinstance(value, Mapping | Sequence):
        return short
    inner = indent + "    "
    if isinstance(value, Mapping):
        items = [f"{inner}{_short(key)}: {literal(item, inner)},\n" for key, item in value.items()]
        return "{\n" + "".join(items) + indent + "}"
    return "[\n" + "".join(f"{inner}{literal(item, inner)},\n" for item in value) + indent + "]"


def _short(value: JSON) -> str:
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_short(key)}: {_short(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_short(item) for item in value) + "]"
    raise TypeError(f"a notebook's parameters are JSON values, not {type(value).__name__}")


papermill_translators.register(KERNEL, ParametersTranslator)
