"""What a survey says, for other programs: JSON of a fixed shape, and the issues as CSV that Excel opens.

`docs/survey.schema.json` is `schema()`.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from planbook.survey.issues import SEVERITIES, SEVERITY_NAMES, Issue, worst_first
from planbook.survey.store import Survey
from planbook.yamlfile import Model

CSV_HEAD = ("严重程度", "代码", "文件", "工作表", "单元格", "原文", "读作", "说明")
NEEDS = {"basic": "needs_basic", "improve": "needs_improve", "enhance": "needs_enhance"}


class Needs(Model):
    """What the residents ask for most, most urgent first: codes of the catalogue (J01, W06, T02)."""

    basic: Annotated[tuple[str, ...] | None, Field(description="基础类")]
    improve: Annotated[tuple[str, ...] | None, Field(description="完善类")]
    enhance: Annotated[tuple[str, ...] | None, Field(description="提升类")]


class Source(Model):
    """Where a community stands: the file's name, the sheet, the row from 1."""

    file: str
    sheet: str
    row: int


class Community(Model):
    """One row of the three sheets of communities. What is blank or could not be read is null."""

    county: Annotated[str | None, Field(description="the county's name, as in its params")]
    name: str | None
    year_built: int | None
    property_type: Annotated[str | None, Field(description="公房, 商品房 or 其它")]
    area: Annotated[float | None, Field(description="万㎡")]
    households: int | None
    buildings: int | None
    needs: Needs
    funding: str | None
    investment: Annotated[float | None, Field(description="万元")]
    management: str | None
    renovation: Annotated[str | None, Field(description="未改造 or 局部改造")]
    plan_year: int | None
    period: Annotated[
        Literal["before", "after", "historic"],
        Field(description="the sheet it stands on: built by the end of 2000, later, or in a historic quarter"),
    ]
    historic: bool
    source: Source


class Doubt(Model):
    """An issue. `cell` is as D7, "" where a whole sheet or file is meant; `value` is what was read, null if nothing."""

    severity: Literal["error", "warning", "note"]
    code: str
    file: str
    sheet: str
    cell: str
    raw: str
    value: str | None
    message: str


class Mended(Model):
    """An automatic reading that is not verbatim, or a mend of corrections.yml."""

    file: str
    sheet: str
    cell: str
    raw: str
    value: str
    rule: str


class Totals(Model):
    """Sums over communities; what could not be read adds nothing."""

    communities: int
    households: int
    buildings: int
    area: Annotated[float, Field(description="万㎡")]
    investment: Annotated[float, Field(description="万元")]


class CountyTotals(Totals):
    county: Annotated[str | None, Field(description="null: rows that name no county of the project")]


class Summary(Model):
    """Counts over everything that was read."""

    rounds: tuple[str, ...]
    files: int
    missing: Annotated[tuple[str, ...], Field(description="counties that sent no workbook")]
    totals: Totals
    counties: tuple[CountyTotals, ...]
    issues: Annotated[dict[Literal["error", "warning", "note"], int], Field(description="by severity")]
    codes: Annotated[dict[str, int], Field(description="issues by code")]
    corrections: int


class Export(Model):
    """What `survey --json` writes."""

    communities: tuple[Community, ...]
    issues: tuple[Doubt, ...]
    corrections: tuple[Mended, ...]
    summary: Summary


def schema() -> str:
    """The JSON schema of `survey --json`."""
    made = Export.model_json_schema()
    made["title"] = "planbook survey --json"
    return json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def export(surveys: Sequence[Survey], names: Mapping[str, str]) -> Export:
    """All that was read. `names`: the name of each county's id."""
    rows = [row for survey in surveys for row in survey.communities.to_dict("records")]
    issues = worst_first(issue for survey in surveys for issue in survey.issues)
    communities = tuple(_community({str(key): value for key, value in row.items()}) for row in rows)
    corrections = tuple(Mended(**one.as_dict()) for survey in surveys for one in survey.corrections)
    counties = dict.fromkeys(community.county for community in communities)
    severities, codes = Counter(issue.severity for issue in issues), Counter(issue.code for issue in issues)
    summary = Summary(
        rounds=tuple(survey.info.id for survey in surveys),
        files=len({source.file for survey in surveys for source in survey.sources}),
        missing=tuple(names.get(county, county) for survey in surveys for county in survey.missing),
        totals=Totals(**_sums(communities)),
        counties=tuple(
            CountyTotals(county=county, **_sums(c for c in communities if c.county == county)) for county in counties
        ),
        issues={severity: severities[severity] for severity in SEVERITIES},
        codes=dict(sorted(codes.items())),
        corrections=len(corrections),
    )
    doubts = tuple(Doubt(**{**issue.as_dict(), "value": issue.value or None}) for issue in issues)
    return Export(communities=communities, issues=doubts, corrections=corrections, summary=summary)


def _community(row: Mapping[str, Any]) -> Community:
    needs = {name: None if key in row["unread"] else tuple(row[key]) for name, key in NEEDS.items()}
    source = Source(file=row["file"], sheet=row["sheet"], row=int(row["row"]))
    return Community(
        county=row["county_name"],
        name=row["name"],
        year_built=_whole(row["year_built"]),
        property_type=row["property_type"],
        area=_number(row["area"]),
        households=_whole(row["households"]),
        buildings=_whole(row["buildings"]),
        needs=Needs(**needs),
        funding=row["funding"],
        investment=_number(row["investment"]),
        management=row["management"],
        renovation=row["renovation"],
        plan_year=_whole(row["plan_year"]),
        period=row["period"],
        historic=row["period"] == "historic",
        source=source,
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int) else None  # pd.NA where there is none


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _sums(communities: Iterable[Community]) -> dict[str, Any]:
    rows = list(communities)
    whole = {key: sum(getattr(row, key) or 0 for row in rows) for key in ("households", "buildings")}
    exact = {key: float(sum(_exact(getattr(row, key)) for row in rows)) for key in ("area", "investment")}
    return {"communities": len(rows), **whole, **exact}


def _exact(value: float | None) -> Decimal:
    """As it was written, so that 0.1 + 0.2 is 0.3."""
    return Decimal(str(value or 0))


def json_text(found: Export) -> str:
    return json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def csv_text(issues: Iterable[Issue]) -> str:
    """The issues, worst first. Begins with the mark by which Excel knows UTF-8; no cell can become a formula there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEAD)
    for one in worst_first(issues):
        cells = (one.code, one.file, one.sheet, one.cell, one.raw, one.value, one.message)
        writer.writerow([SEVERITY_NAMES[one.severity], *map(inert, cells)])
    return "\ufeff" + out.getvalue()


def inert(text: str) -> str:
    """What a spreadsheet would take for a formula, as text."""
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@＝＋－＠") or text[:1] in tuple("\t\r\n") else text
