"""What a book says, as text to be compared with another one later, on another machine: `record/` beside the documents.

One JSON file a subject, one entry a line: about, facts, tables, figures, narrative, rows (of the survey and of the
reference tables, by their addresses), issues, rules, params.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from planbook.analysis.communities import enriched
from planbook.analysis.pairs import text_of
from planbook.book.assemble import Assembled, Edition
from planbook.book.places import HEADING, UNESCAPED
from planbook.reference import Reference
from planbook.survey.store import Survey

FOLDER = "record"
SUBJECTS = ("about", "facts", "tables", "figures", "narrative", "rows", "issues", "rules", "params")
SPAN = re.compile(r'\[((?:[^\]\\]|\\.)*)\]\{\.fact fact="([^"]+)"\}')
REFERENCE, REFERRED = re.compile(r"\[@(tbl|fig|sec)-[^\]]*\]"), {"tbl": "表", "fig": "图", "sec": "节"}
ITEM = re.compile(r"(?:[-*+]|\d+\.) ")
ATTRIBUTES = re.compile(r"(?<=[\])])\{[^}]*\}")
ADDRESS = ("file", "sheet", "row", "places", "county", "county_name")
EARLIER = "earlier "  # before the name of a table: of the round compared with
KEYS = {"catalogue": "code", "policies": "id", "standards": "id", "annual": "year"}  # a community goes by its name


def record_folder(made: Assembled) -> Path:
    return made.folder.parent / FOLDER


def write_record(
    made: Assembled, edition: Edition, survey: Survey, reference: Reference, origin: Mapping[str, Any]
) -> None:
    """Puts the record of an assembled book beside its folder, anew. `origin`: what the book was made from."""
    about = {
        "unit": edition.unit, "name": edition.params.unit.name, "round": edition.info.id, "label": edition.info.label,
        "counties": list(edition.counties), "missing": list(edition.missing), **origin,
    }  # fmt: skip
    params = flat(edition.params.model_dump(mode="json"))
    content: dict[str, Any] = {
        "about": about, "facts": made.facts, "tables": _placed(made.published.tables, made.places.tables),
        "figures": _placed(made.published.figures, made.places.figures),
        "narrative": list(sections(made.folder)), "rows": list(rows(edition, survey, reference)),
        "issues": [issue.as_dict() for issue in survey.issues], "rules": made.published.rules, "params": params,
    }  # fmt: skip
    folder = record_folder(made)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for subject in SUBJECTS:
        (folder / f"{subject}.json").write_text(lines(content[subject]), "utf-8", newline="\n")


def _placed(items: Mapping[str, Mapping[str, Any]], places: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    """What the book prints, each with where it does so."""
    return {id: {**items[id], "used_in": [p.pair for p in places[id]]} for id in sorted(items) if places.get(id)}


def lines(content: Any) -> str:
    """JSON with one entry a line, so that a text diff of it can be read."""

    def said(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    if isinstance(content, Mapping):
        body = [f"{said(str(key))}:{said(value)}" for key, value in content.items()]
        return "{\n" + ",\n".join(body) + "\n}\n"
    return "[\n" + ",\n".join(map(said, content)) + "\n]\n"


def flat(tree: Any, above: str = "") -> dict[str, Any]:
    """Parameters by their dotted keys: {"targets.2021": "30"}."""
    if not isinstance(tree, Mapping):
        return {above: tree}
    out: dict[str, Any] = {}
    for key, value in tree.items():
        out |= flat(value, f"{above}.{key}" if above else str(key))
    return out


# ---------------------------------------------------------------------------------------------------- the narrative


def sections(folder: Path) -> Iterator[dict[str, Any]]:
    """The running text of the assembled chapters, section by section: {"file", "title", "anchor", "text": [paragraph]}.

    Facts are left as `{{id|as printed}}`; tables, figures and other markup are left out.
    """
    for path in sorted(folder.glob("*.qmd")):
        current: dict[str, Any] | None = None
        for block in _blocks(path.read_text("utf-8")):
            if heading := HEADING.match(block):
                label = re.search(r"#([\w.-]+)", heading[3] or "")
                title = UNESCAPED.sub(r"\1", heading[2])
                current = {"file": path.name, "title": title, "anchor": label[1] if label else "", "text": []}
                yield current
            elif current is not None:
                current["text"].append(_plain(block))


def _blocks(text: str) -> Iterator[str]:
    """Headings, paragraphs and list items, each on one line; nothing of fenced blocks with tables, nor of figures."""
    table, paragraph = False, ""
    for line in (*text.splitlines(), ""):
        if line.startswith(("::: {#tbl-", ":::{#tbl-")):
            table = True
        elif line.strip() == ":::":
            table = False
        prose = not table and line.strip() and not line.startswith(("![", "```", ":::", "<"))
        alone = HEADING.match(line) or ITEM.match(line)
        if paragraph and (not prose or alone):
            yield paragraph
            paragraph = ""
        if prose and HEADING.match(line):
            yield line.strip()
        elif prose:
            paragraph += line.strip()


def _plain(block: str) -> str:
    kept = SPAN.sub(lambda found: "{{" + found[2] + "|" + UNESCAPED.sub(r"\1", found[1]) + "}}", block)
    kept = REFERENCE.sub(lambda found: f"［{REFERRED[found[1]]}］", kept)
    return UNESCAPED.sub(r"\1", ATTRIBUTES.sub("", kept))


# ---------------------------------------------------------------------------------------------------- rows


def rows(edition: Edition, survey: Survey, reference: Reference) -> Iterator[dict[str, Any]]:
    """Every row that a fact may rest on: {"table", "file", "sheet", "row", "county", "name", "values", "cells"}."""
    frames = {
        "communities": enriched(survey.communities, edition.params), "annual": survey.annual,
        "willingness": survey.willingness, "catalogue": reference.catalogue, "policies": reference.policies,
        "standards": reference.standards,
    }  # fmt: skip
    if then := survey.earlier:
        earlier = {"communities": enriched(then.communities, edition.params), "annual": then.annual}
        frames |= {EARLIER + table: frame for table, frame in {**earlier, "willingness": then.willingness}.items()}
    for table, frame in frames.items():
        columns = [column for column in frame.columns if column not in ADDRESS]
        for row in frame.to_dict("records"):
            values = {str(column): text_of(row[column]) for column in columns}
            key = KEYS.get(table.removeprefix(EARLIER), "name")
            yield {
                "table": table, "file": row["file"], "sheet": row["sheet"], "row": int(row["row"]),
                "county": row.get("county_name", ""), "name": values[key],
                "values": {column: value for column, value in values.items() if value},
                "cells": dict(place.split("=", 1) for place in row.get("places", ()) if "=" in place),
            }  # fmt: skip


__all__ = ["EARLIER", "FOLDER", "KEYS", "SUBJECTS", "lines", "record_folder", "write_record"]
