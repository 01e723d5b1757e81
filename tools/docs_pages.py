"""Pages of the documentation that are written from the code: form, parameters, rules, and the interfaces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from planbook.audit.units import audit_units
from planbook.params import schema
from planbook.project import Project
from planbook.survey.form import COMMUNITY_SHEETS, SHEETS, Column, letter

KINDS = {
    "serial": "a running number", "county": "a county's name", "text": "text", "concerns": "text", "year": "a year",
    "count": "a whole number", "decimal": "a number", "items": "numbers of the catalogue, most urgent first",
}  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


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


def parameters_page(_: Project) -> str:
    """The keys of params/<unit>.yml, from the models that read them."""
    whole = json.loads(schema())
    heads = ("key", "meaning", "without it", "one of")
    return _page(
        [
            "# Parameters, key by key",
            "What `params/<unit>.yml` may say. A county has what its prefecture says unless it says otherwise; "
            "`-P key=value` says something else once.",
            _table(heads, _keys(whole, whole["$defs"])),
        ]
    )


def _keys(
    model: Mapping[str, Any], models: Mapping[str, Any], above: str = "", said: str = "", defaults: Any = None
) -> Iterator[tuple[str, ...]]:
    """A row a key. Where a part says nothing of a key, what is said of the part is; its defaults count, too."""
    for key, value in model["properties"].items():
        default = defaults.get(key) if defaults else value.get("default")
        title = value.get("title", "")  # pydantic makes one of the key where the model gives none
        meaning = value.get("description") or (title if HAN.search(title) else said)
        if "$ref" in value:
            part = models[value["$ref"].rpartition("/")[2]]
            yield from _keys(part, models, f"{above}{key}.", meaning, default)
            continue
        choices = value.get("enum") or value.get("items", {}).get("enum", [])
        yield f"`{above}{key}`", meaning, _default(default), "、".join(map(str, choices))


def _default(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value, ensure_ascii=False)}`"


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

    builder = Builder.from_quarto_config({"quartodoc": {**config, "renderer": _renderer()}})
    shaped = blueprint(builder.layout, dynamic=builder.dynamic, parser=builder.parser)
    rendered = {page.path: builder.renderer.render(page) for page in collect(shaped, base_dir="")[0]}
    for section in shaped.sections:
        name = "api-" + section.title.rpartition(": ")[2].replace(" ", "-") + ".md"
        yield name, _page([f"# {section.title}", *(_below(rendered[page.path]) for page in section.contents)])


@cache
def _renderer() -> Any:
    """quartodoc's, but summaries are a docstring's first paragraph, where quartodoc ends with its first line."""
    from griffe import Alias, Object
    from quartodoc import MdRenderer

    class Renderer(MdRenderer):
        style = "planbook"

        def summarize(self, el: Any, *args: Any, **options: Any) -> str:
            if isinstance(el, (Object, Alias)):
                said = el.docstring.value.split("\n\n")[0] if el.docstring else ""
                return " ".join(said.split()).replace("|", "\\|")
            return str(super().summarize(el, *args, **options))

    return Renderer(show_signature_annotations=True)


def _below(page: str) -> str:
    """A module's page as a section of another.

    quartodoc gives attributes no section of their own, though it links to one: what is linked to is the table's row.
    """

    def link(found: re.Match[str]) -> str:
        return found[0] if f"{{ #{found[2]} }}" in page else f"[{found[1]}]{{#{found[2]}}}"

    text = re.sub(r"^## (Classes|Functions|Attributes)$", r"### \1", page, flags=re.M)
    return "#" + re.sub(r"\[([\w.]+)\]\(#([\w.]+)\)", link, text)


GENERATED = {"form.md": form_page, "parameters.md": parameters_page, "rules.md": rules_page}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text if text.startswith("`") else re.sub(r"([|<~^$*_@])", r"\\\1", text)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
