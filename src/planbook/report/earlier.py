"""The round that a book is compared with, as a notebook speaks of it: today's parameters, its own rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from planbook.analysis.communities import enriched
from planbook.params import Params
from planbook.report.rows import Rows
from planbook.survey.county import County
from planbook.survey.store import Survey


class Earlier:
    """`counties` are the unit's that sent a workbook then; rows name the round, to be told from today's."""

    def __init__(self, survey: Survey, params: Params, counties: Sequence[County]) -> None:
        self.survey, self._params = survey, params
        self.counties = tuple(county for county in counties if county.id not in survey.missing)
        self.label = survey.info.label

    @cached_property
    def communities(self) -> Rows:
        return Rows(enriched(self.survey.communities, self._params), f"{self.label}摸底调查的小区")

    @cached_property
    def annual(self) -> Rows:
        return Rows(self.survey.annual, f"{self.label}年度计划表的填报行", "行")

    @cached_property
    def willingness(self) -> Rows:
        return Rows(self.survey.willingness, f"{self.label}居民意愿调查的小区")

    @property
    def before(self) -> Rows:
        until = self._params.rules.built_before
        return self.communities.where(
            self.communities.frame["era"] == "before", f"{self.label}摸底调查中{until}年底以前建成的小区"
        )

    @property
    def planned(self) -> Rows:
        label = f"{self.label}摸底调查中列入{self._params.period.span}计划的小区"
        return self.communities.where(self.communities.frame["planned"], label)

    def of_county(self, rows: Rows, county: County) -> Rows:
        return rows.where(rows.frame["county"] == county.id, f"{county.name}{rows.label}")
