"""What an existing document says of its own plan, as somebody typed it off: a small YAML file.

`data/published/` holds an example; every key may be left out that the document says nothing of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from planbook.errors import InputError, UsageError
from planbook.params import find_unit, load_params
from planbook.project import Project
from planbook.words import _
from planbook.yamlfile import Model, Places, explained, place_of, read_yaml

Amount = Annotated[Decimal, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Percent = Annotated[Decimal, Field(ge=0)]
YearNumber = Annotated[int, Field(ge=2000, le=2100)]


class Figures(Model):
    """The form's five measures: 万平方米, 个, 栋, 户, 万元."""

    area: Amount | None = None
    communities: Count | None = None
    buildings: Count | None = None
    households: Count | None = None
    investment: Amount | None = None

    def stated(self, measure: str) -> Decimal | None:
        """One measure as it is stated, exact."""
        value = getattr(self, measure)
        return None if value is None else Decimal(value)


class Year(Figures):
    """A year's figures; `share`: its households in percent of all; `post_2000_households`: those in communities
    completed after 2000."""

    share: Percent | None = None
    post_2000_households: Count | None = None


class Published(Model):
    """A document's figures. `unit`: whose plan it is (id, name or code), if the command does not say it."""

    unit: str = ""
    title: str = ""
    five_year: Figures = Figures()
    years: Annotated[dict[YearNumber, Year], Field(default_factory=dict)]
    phase_targets: Annotated[dict[YearNumber, Percent], Field(default_factory=dict)]
    post_2000_cap: Percent | None = None
    latest_year_built: YearNumber | None = None

    @property
    def targets(self) -> dict[int, Decimal]:
        """The phase targets; the year after the last that is named takes the rest."""
        last = max(self.years, default=0)
        if not self.phase_targets or last != max(self.phase_targets) + 1:
            return self.phase_targets
        return {**self.phase_targets, last: 100 - sum(self.phase_targets.values(), Decimal(0))}


@dataclass(frozen=True)
class Document:
    """The figures, and where each stands in the file: "old.yml: line 7"."""

    figures: Published
    file: str
    places: Places

    def place(self, *keys: str | int) -> str:
        return place_of(tuple(str(key) for key in keys), self.places, self.file)

    def years(self) -> Iterator[tuple[int, Year]]:
        """The years in their order."""
        yield from sorted(self.figures.years.items())


def read_published(path: Path) -> Document:
    """The file's figures. InputError with file and line: no file, no YAML, an unknown key, no figure at all."""
    shown = path.name
    if not path.is_file():
        raise InputError(_("no such file"), place=str(path), cure=_("data/published/ holds an example"))
    content, places = read_yaml(path, shown)
    try:
        figures = Published.model_validate(content)
    except ValidationError as error:
        raise explained(error, Published, places, shown) from None
    if not (figures.years or figures.five_year.model_fields_set or figures.phase_targets):
        cure = _("give five_year and years; data/published/ holds an example")
        raise InputError(_("states no figure"), place=shown, cure=cure)
    return Document(figures, shown, places)


def subject(project: Project, document: Document, units: Sequence[str]) -> str:
    """Whose plan the document is: what it says itself, the one unit named on the command line, or the prefecture."""
    if document.figures.unit:
        try:
            return find_unit(project, document.figures.unit)
        except UsageError as error:
            raise InputError(error.message, place=document.place("unit"), cure=error.cure) from None
    heads = [unit for unit in units if load_params(project, unit).counties] if len(units) > 1 else list(units)
    if len(heads) != 1:
        cure = _("name its unit on the command line, or write unit: into the file")
        raise InputError(_("whose plan is this?"), place=document.file, cure=cure)
    return heads[0]
