"""round.yml: what is said of a survey round as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from planbook.errors import InputError
from planbook.survey.own import Own, OwnColumn, own_form
from planbook.words import _
from planbook.yamlfile import Model, explained, read_yaml

ROUND_FILE = "round.yml"


class Planted(Model):
    """A failure put into synthetic rows on purpose, so that an audit is not all green: `text` says it in Chinese."""

    rule: str
    county: str
    text: str
    year: int | None = None
    community: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""


class RoundInfo(Model):
    """One survey round. `id` is the folder's name; `needs_weights` weigh the first, second … item a community asks for.

    `assumed`: what of the round rests on assumption, printed as 示例. `columns` and `headers`: what its form has beyond
    the common one (planbook.survey.own).
    """

    id: str
    date: str = Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")
    label: str = Field(min_length=1)
    surveyor: str
    coverage: str
    synthetic: bool
    needs_weights: tuple[int, ...] = Field(min_length=1)
    assumed: tuple[str, ...] = ()
    planted: tuple[Planted, ...] = ()
    columns: tuple[OwnColumn, ...] = ()
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        own_form(self.columns, self.headers)
        return self

    @cached_property
    def own(self) -> Own:
        return own_form(self.columns, self.headers)

    @property
    def year(self) -> int | None:
        """The survey's year: nothing on the form was built or funded later. None: not known."""
        return int(self.date[:4]) if self.date else None


def implied_round(folder: Path) -> RoundInfo:
    """What a folder without round.yml says by its name alone, such as 2020-08. For checking, not for a document."""
    date = re.match(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])", folder.name)
    return RoundInfo.model_construct(
        id=folder.name,
        date=date[0] if date else "",
        label=folder.name,
        surveyor="",
        coverage="",
        synthetic=False,
        needs_weights=(1,),
    )


def read_round(folder: Path, report: Callable[[Path], None] = lambda path: None, *, implied: bool = False) -> RoundInfo:
    """The round's own description; with `implied`, a folder without one is described by its name.

    InputError, with file and line, when it is missing or not as described here.
    """
    path, shown = folder / ROUND_FILE, f"{folder.name}/{ROUND_FILE}"
    report(path)
    if not path.is_file():
        if implied:
            return implied_round(folder)
        cure = _("write {file}: the other rounds have one").format(file=ROUND_FILE)
        raise InputError(_("the round has no description"), place=shown, cure=cure)
    content, places = read_yaml(path, shown)
    if "id" in content:
        cure = _("remove it: the round's id is its folder's name")
        raise InputError(_("unknown key {key}").format(key="id"), place=places["id",], cure=cure)
    try:
        return RoundInfo.model_validate({**content, "id": folder.name})
    except ValidationError as error:
        raise explained(error, RoundInfo, places, shown) from error
