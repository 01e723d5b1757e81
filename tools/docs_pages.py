"""Pages of the documentation that are written from the code: the survey's form, the rules, and the interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from planbook.audit.units import audit_units
from planbook.project import Project
from planbook.survey.form import COMMUNITY_SHEETS, SHEETS, Column, letter

KINDS = {
    "serial": "a running number", "county": "a county's name", "text": "text", "concerns": "text", "year": "a year",
    "count": "a whole number", "decimal": "a number", "items": "numbers of the catalogue, most urgent first",
}  # fmt: skip


def form_page(_: Project) -> str:
    """The sheets of the survey's form with their columns, from planbook.survey.form."""
    parts = [
        "# The form, column by column",
        "Sheets and columns are found by what they are called: by the header of the form, or by any of the other "
        "words, whatever their brackets, blanks and units. An empty cell of a required column is an error.",
    ]
    communities = "、".join(sheet.name for sheet in SHEETS if sheet.key in COMMUNITY_SHEETS)
    for sheet in SHEETS:
        if sheet.key in COMMUNITY_SHEETS[1:]:
            continue  # the same columns as the first
        parts.append(f"## {communities if sheet.key in COMMUNITY_SHEETS else sheet.name}")
        heads = ("column", "header", "key", "holds", "required", "other words for the header")
        parts.append(_table(heads, (_column(at, column) for at, column in enumerate(sheet.columns))))
    return _page(parts)


def _column(at: int, column: Column) -> tuple[str, ...]:
    holds = "、".join(column.choices) or KINDS[column.kind] + (f" ({column.unit})" if column.unit else "")
    head = f"{column.group}: {column.header}" if column.group else column.header
    return letter(at), head, f"`{column.key}`", holds, "yes" if column.required else "", column.also.replace(" ", "、")


def rules_page(project: Project) -> str:
    """Every rule of planbook.analysis.rules as it is applied to the project's prefecture, rules of each year once."""
    (audited,) = audit_units(project, ["tacheng"])
    rows = {}
    for rule in audited.rules:
        id = re.sub(r"\.20\d\d$", ".<year>", rule.id)
        rows.setdefault(id, (f"`{id}`", rule.title, rule.clause, rule.limit))
    return _page(
        [
            "# The plan's rules",
            "Each rule with its title, the clause of the plan that sets it, and what its figure is held against; of "
            "rules that hold for every year, the first. [Can I sign this?](trust.md) says how they are applied.",
            _table(("rule", "title", "clause", "limit"), rows.values()),
        ]
    )


def interface_pages(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """File name and text of a page for each section of quartodoc's configuration, as quartodoc writes them."""
    from quartodoc import Builder, blueprint, collect

    builder = Builder.from_quarto_config({"quartodoc": dict(config)})
    shaped = blueprint(builder.layout, dynamic=builder.dynamic, parser=builder.parser)
    rendered = {page.path: builder.renderer.render(page) for page in collect(shaped, base_dir="")[0]}
    for section in shaped.sections:
        name = "api-" + section.title.rpartition(": ")[2].replace(" ", "-") + ".md"
        yield name, _page([f"# {section.title}", *(_below(rendered[page.path]) for page in section.contents)])


def _below(page: str) -> str:
    """A module's page as a section of another, its classes and functions right below it.

    quartodoc gives attributes no section of their own, though it links to one: what is linked to is the table's row.
    """

    def link(found: re.Match[str]) -> str:
        return found[0] if f"{{ #{found[2]} }}" in page else f"[{found[1]}]{{#{found[2]}}}"

    text = re.sub(r"^## (Classes|Functions|Attributes)\n\n", "", page, flags=re.M)
    return "#" + re.sub(r"\[([\w.]+)\]\(#([\w.]+)\)", link, text)


GENERATED = {"form.md": form_page, "rules.md": rules_page}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text if text.startswith("`") else re.sub(r"([|<~^$*_@])", r"\\\1", text)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
