"""Which books can be reused, and which of a book's formats: the inputs of a rendering, as the index keeps them.

A book is as it was where everything behind it is: then nothing is opened or assembled. Else it is assembled, and each
format is rendered only if what it shows differs: of most changes a document shows nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from planbook.book.assemble import Assembled, Edition
from planbook.book.record import record_folder
from planbook.index import Index, Inputs, Record, digest_of_all, digest_of_text

Part = Literal["html", "html-single", "pdf", "docx", "figures", "xlsx", "record"]
SITES: tuple[Part, ...] = ("html", "html-single")
PAPERS: tuple[Part, ...] = ("pdf", "docx", "figures")
DOCUMENTS: tuple[Part, ...] = (*SITES, *PAPERS)
SITE_ALONE = ("trace.js", "notebooks/")  # of a book's folder; papers show nothing of it


@dataclass(frozen=True)
class Kept:
    """One format of a book as the index keeps it: the key it was rendered under, its files with their sha256."""

    key: str
    files: dict[str, str]


def parts_of(formats: Sequence[str]) -> list[Part]:
    """What a book consists of in these formats: with any document the figures on their own, and always its record."""
    wanted = {*formats, *(["figures"] if set(formats) - {"xlsx"} else [])}
    return [*(part for part in (*DOCUMENTS, "xlsx") if part in wanted), "record"]


def kept_parts(record: Record | None) -> dict[str, Kept]:
    return {part: Kept(**one) for part, one in record.more["parts"].items()} if record else {}


def book_inputs(
    index: Index, common: Mapping[str, str], reads: Iterable[str], runs: Mapping[str, Record | None],
    options: Mapping[str, str],
) -> Inputs:  # fmt: skip
    """Everything behind one unit's book. `runs`: its notebooks' records by chapter; `reads`: what was read beside them.

    All chapters count, other units' own versions too: one may import from another.
    """
    chapters = [name for name in index.sources if name.startswith("chapters/")]
    named = {name: index.digest(name) for name in ("_quarto.yml", *chapters, *reads)}
    return {**common, **named, **options, **{f"notebooks/{n}": published(run) for n, run in runs.items()}}


def published(run: Record | None) -> str:
    """The digest of what a notebook published, its executed copy among it: that is a page of the website."""
    return digest_of_all(run.outputs if run else {})


def part_keys(
    index: Index, common: Mapping[str, str], made: Assembled, edition: Edition, reads: Iterable[str]
) -> dict[str, str]:
    """What each part of a book shows, and what renders it."""
    files = _digests_of_folder(made.folder)
    printed = {name: digest for name, digest in files.items() if not name.startswith(SITE_ALONE)}
    site, paper = (digest_of_all({**common, **shown, "name": made.file_name}) for shown in (files, printed))
    published = made.published
    tables = json.dumps([published.facts, published.tables, published.rules], sort_keys=True)
    shown = {"tables": digest_of_text(tables), "edition": digest_of_text(repr(edition)), "name": made.file_name}
    shown["places"] = digest_of_text(repr(made.places.facts))
    annex = digest_of_all({**common, **shown, **{name: index.digest(name) for name in reads}})
    record = digest_of_all(_digests_of_folder(record_folder(made)))
    return {**dict.fromkeys(SITES, site), **dict.fromkeys(PAPERS, paper), "xlsx": annex, "record": record}


def _digests_of_folder(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def book_record(inputs: Inputs, parts: Mapping[str, Kept], said: Mapping[str, Any], reads: Sequence[str]) -> Record:
    """A book as the index keeps it. `said`: what the terminal says of it."""
    outputs = {name: digest for part in parts.values() for name, digest in part.files.items()}
    listed = {name: {"key": part.key, "files": part.files} for name, part in parts.items()}
    return Record(inputs, outputs, {"parts": listed, "said": dict(said), "reads": list(reads)})
