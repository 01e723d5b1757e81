"""What a round's form has beyond the common one: columns of its own, other words for headers. round.yml says it.

    columns:
      - {key: lifts, header: 电梯数（部）, kind: count, unit: 部, also: [电梯台数]}
    headers:
      households: [入住户数]

The columns stand on the three sheets of communities, after the form's. Their values are read, checked and traced like
any other's, and notebooks find them in `chapter.communities` under their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from planbook.survey import form
from planbook.survey.form import Column
from planbook.survey.headers import WORDS, header
from planbook.words import _
from planbook.yamlfile import Model

KEYS = {column.key for column in form.COMMUNITY_COLUMNS}
TAKEN = {*KEYS, *(column.key for column in form.WILLINGNESS_COLUMNS), "county_name", "period", "unread", "places"}
TAKEN |= {"file", "sheet", "row"}


class OwnColumn(Model):
    """A column that the common form lacks."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
    header: Annotated[str, Field(min_length=1)]
    kind: Literal["count", "decimal", "choice", "text"]
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.key in TAKEN:
            raise ValueError(_("the form has a column {key} already").format(key=self.key))
        for text in (self.header, *self.also):
            refuse_known(text, self.key)
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(_("choices go with kind: choice"))
        return self

    @property
    def column(self) -> Column:
        return Column(
            self.key, self.header, self.kind, unit=self.unit, required=self.required, choices=self.choices,
            also=" ".join(self.also),
        )  # fmt: skip


@dataclass(frozen=True)
class Own:
    """The columns, and the folded words of headers with the keys of what they head."""

    columns: tuple[Column, ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def key(self, path: tuple[str, ...]) -> str:
        """The column that the headers over it name, the lowest first; "" for none of these."""
        said = dict(self.words)
        return next((said[word] for text in reversed(path) for word in header(text).words if word in said), "")

    def sheet(self, sheet: form.Sheet) -> form.Sheet:
        """A sheet of the form with the columns, if it is one of communities."""
        if sheet.key not in form.COMMUNITY_SHEETS:
            return sheet
        return form.Sheet(sheet.key, sheet.name, sheet.title, (*sheet.columns, *self.columns))


NOTHING = Own()


def own_form(columns: Iterable[OwnColumn], headers: Mapping[str, Iterable[str]]) -> Own:
    """As round.yml says it. ValueError: a word of two meanings, a header of no column."""
    given = tuple(one.column for one in columns)
    words: dict[str, str] = {}
    own = [(text, column.key) for column in given for text in (column.header, *column.also.split())]
    for text, key in (*own, *((text, key) for key, texts in headers.items() for text in texts)):
        if key not in KEYS and key not in {column.key for column in given}:
            raise ValueError(_("headers: no column {key}").format(key=key))
        refuse_known(text, key)
        word = header(text).words[0]
        if words.setdefault(word, key) != key:
            raise ValueError(_("“{text}” heads two columns").format(text=text))
    return Own(given, tuple(words.items()))


def refuse_known(text: str, key: str) -> None:
    """ValueError for what is no header, or heads another column of the form."""
    words = header(text).words
    if not words:
        raise ValueError(_("“{text}” is no header").format(text=text))
    if WORDS["communities"].get(words[0], key) != key:
        raise ValueError(
            _("“{text}” heads the form's column {key}").format(text=text, key=WORDS["communities"][words[0]])
        )
