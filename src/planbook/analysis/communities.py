"""The survey's communities with all that the plan adds to them."""

from __future__ import annotations

import pandas as pd

from planbook.analysis.funding import with_categories
from planbook.analysis.scope import with_scope
from planbook.params import Params


def enriched(communities: pd.DataFrame, params: Params) -> pd.DataFrame:
    """The columns of `with_scope` and `with_categories` beside the survey's own."""
    return with_categories(with_scope(communities, params), params.cost_weights)
