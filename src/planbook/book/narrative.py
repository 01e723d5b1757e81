"""The narrative: chapters are Quarto Markdown with Jinja; every value enters through one escaping door.

`{{ fact("plan.2021.households") }}` prints a fact, `{{ figure("year-built") }}` and `{{ table("annual-2021") }}` place
what a notebook published, `{{ cite("j05") | prose }}` prints what a macro wrote. `{{` needs its following blank, so
that `{{< pagebreak >}}` passes, and Jinja's comments are `{## … ##}`, so that `{#sec-x}` passes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from planbook.book.tagfaults import absent, cannot, fault
from planbook.errors import InputError
from planbook.report.html import table_html
from planbook.words import _, at_line

PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!~^$<>|@\"'&=:])")
# spares what nobody could take for markup, so that the assembled Markdown stays readable
HARMLESS = re.compile(r"(?<=\d)\\\.(?=\d)|(?<=\d)\\-(?=\d)")
TAGS_ALONE = re.compile(r"^([ \t]*(?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.M)


class Markdown(str):
    """Text that is Markdown already: what our own functions return."""

    __slots__ = ()


class UnknownError(Exception):
    """A fact, figure or table no notebook published."""


def escape(value: object) -> str:
    """Any value as plain text in Markdown: a community called 1~3号楼 or A*甲* is text, never markup."""
    if isinstance(value, Markdown):
        return str(value)
    text = " ".join(str(value).split())
    return HARMLESS.sub(lambda m: m[0][1:], PUNCTUATION.sub(r"\\\1", text))


class Published:
    """What the notebooks of one book published, as the narrative asks for it."""

    def __init__(self, chapters: Mapping[str, Mapping[str, Any]]) -> None:
        self.facts: dict[str, Mapping[str, Any]] = {}
        self.notebooks: dict[str, str] = {}  # a fact's id → the number of the (first) notebook that publishes it
        self.figures: dict[str, Mapping[str, Any]] = {}
        self.tables: dict[str, Mapping[str, Any]] = {}
        self.rules: list[Mapping[str, Any]] = []
        for number, content in sorted(chapters.items()):
            for kind in ("facts", "figures", "tables"):
                mine: dict[str, Mapping[str, Any]] = getattr(self, kind)
                for id, item in content[kind].items():
                    if mine.setdefault(id, item) != item:
                        raise InputError(
                            _("{kind} {id} is published by two notebooks with different contents").format(
                                kind=_named(kind), id=id
                            ),
                            place=f"notebooks/{number}",
                        )
            for id in content["facts"]:
                self.notebooks.setdefault(id, number)
            self.rules += content["rules"]

    def find(self, kind: str, id: str) -> Mapping[str, Any]:
        known: Mapping[str, Mapping[str, Any]] = getattr(self, kind)
        if id not in known:
            near = difflib.get_close_matches(id, known, 1, 0.4)
            hint = _("; the nearest is {near}").format(near=near[0]) if near else ""
            raise UnknownError(_("no notebook publishes the {kind} {id}").format(kind=_named(kind), id=id) + hint)
        return known[id]

    # -- what chapters call

    def fact(self, id: str) -> Markdown:
        return Markdown(f'[{escape(self.find("facts", id)["display"])}]{{.fact fact="{id}"}}')

    def value(self, id: str) -> Any:
        """The exact value, for conditions: a number, a name, or None where it is missing."""
        found = self.find("facts", id)
        value = found["value"]
        return Decimal(value) if isinstance(value, str) and found["unit"] else value

    def has(self, id: str) -> bool:
        """Is the fact published, with a value?"""
        return id in self.facts and self.facts[id]["status"] == "ok"

    def figure(self, id: str) -> Markdown:
        found = self.find("figures", id)
        alt = found["alt"].replace("\\", "\\\\").replace('"', '\\"')
        return Markdown(
            f'![{escape(found["caption"])}](figures/{id}){{#fig-{id} fig-alt="{alt}" width={found["width"]}%}}'
        )

    def table(self, id: str, most: int = 0) -> Markdown:
        """A table, or of a long list its first rows (0: all); the annex has every row."""
        found = self.find("tables", id)
        if most and (more := len(found["body"]) - most) > 0:
            note = f"注：只列前{most}行，其余{more}行见 Excel 附表。"
            found = {**found, "body": found["body"][:most], "notes": [*found["notes"], note]}
        return table_block(found)


def table_block(table: Mapping[str, Any]) -> Markdown:
    """A table of `Table.as_dict()` as a chapter has it."""
    classes = "".join(f" .{name}" for name in ("landscape", "small") if table[name])
    parts = [f"::: {{#tbl-{table['id']}{classes}}}"]
    if table["unit"]:
        parts.append(f"单位：{escape(table['unit'])}")
    parts.append(f"```{{=html}}\n{table_html(table)}\n```")
    parts += [escape(note) for note in table["notes"]]
    parts += [escape(table["caption"]), ":::"]
    return Markdown("\n\n".join(parts))


def _named(kind: str) -> str:
    return {"facts": _("fact"), "figures": _("figure"), "tables": _("table")}[kind]


class Chapters(jinja2.FileSystemLoader):
    """Reads templates so that a line of tags leaves nothing behind, and a tag within a line leaves the line whole.

    Jinja's trim_blocks would eat the line's end after any tag, and with it the blank line between two paragraphs. Here
    the end of a line of tags is put into a comment instead, so that lines keep their numbers.
    """

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        source, name, current = super().get_source(environment, template)
        return TAGS_ALONE.sub(r"\1{##\n##}", source), name, current


class Compiled(jinja2.BytecodeCache):
    """Templates once compiled in this process, for all units and until their text changes."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)  # which looks whether the text is still the same

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def environment_of(folder: Path) -> jinja2.Environment:
    """How chapters are written: which signs are Jinja's, and what becomes of a value."""
    return jinja2.Environment(
        loader=Chapters(folder, encoding="utf-8"),
        variable_start_string="{{ ",
        variable_end_string=" }}",
        comment_start_string="{##",
        comment_end_string="##}",
        undefined=jinja2.StrictUndefined,
        finalize=escape,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=COMPILED,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )


def renderer(folder: Path, context: Mapping[str, Any]) -> Callable[[str], str]:
    """A function from a template's name (relative to `folder`) to assembled Markdown."""
    environment = environment_of(folder)
    environment.globals.update(context)
    environment.filters["prose"] = Markdown  # what a macro wrote has been escaped value by value

    def render(name: str) -> str:
        try:
            return environment.get_template(name).render()
        except jinja2.TemplateSyntaxError as error:
            chapter = folder / (error.name or name)  # where an end is missing, Jinja tells the path as the name
            raise fault(error, chapter.relative_to(folder).as_posix()) from error
        except jinja2.TemplateNotFound as error:
            message, cure = absent(error, environment.list_templates(["qmd"]))
            raise InputError(message, place=_line_of(error, folder, name), cure=cure) from error
        except UnknownError as error:
            raise InputError(str(error), place=_line_of(error, folder, name)) from error
        except SyntaxError as error:  # of the Python that Jinja makes of it: {% break %} in no loop
            raise InputError(cannot(error.msg), place=f"chapters/{name}") from error
        except (jinja2.TemplateError, TypeError, ArithmeticError) as error:
            raise InputError(cannot(str(error)), place=_line_of(error, folder, name)) from error

    return render


def _line_of(error: BaseException, folder: Path, name: str) -> str:
    """Jinja maps compiled code back to the template's lines in the traceback."""
    place, trace = f"chapters/{name}", error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.suffix == ".qmd" and file.is_relative_to(folder):
            place = at_line(f"chapters/{file.relative_to(folder).as_posix()}", trace.tb_lineno)
        trace = trace.tb_next
    return place
