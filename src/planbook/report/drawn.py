"""All that a drawing consists of, as text: two drawings with the same come out as the same picture.

It is what pickle writes of a drawing, settings of matplotlib beside it. Only what matplotlib, numpy and the standard
library define is told by its name alone; a drawing that rests on other code is told by nothing.
"""

from __future__ import annotations

import io
import pickle
import sys
from types import FunctionType
from typing import Any

import matplotlib
from matplotlib.figure import Figure as Drawing
from matplotlib.transforms import TransformNode

TOLD_BY_NAME = {"matplotlib", "numpy", *sys.stdlib_module_names}


def all_of(drawing: Drawing) -> str | None:
    """The text, the same in every process; None where a drawing holds what cannot be told."""
    out = io.BytesIO()
    try:
        _Pickler(out, protocol=5).dump(drawing)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return out.getvalue().hex() + repr(sorted(matplotlib.rcParams.items()))


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, FunctionType | type) and obj.__module__.partition(".")[0] not in TOLD_BY_NAME:
            raise pickle.PicklingError(obj.__qualname__)
        if isinstance(obj, TransformNode):  # its parents, which it must tell of a change, go by their addresses
            state: Any = obj.__getstate__()
            return object.__new__, (type(obj),), {**state, "_parents": None}
        return NotImplemented
