"""`manifest.json`: every deliverable with its sha256 and what it was made from, and each unit in a few figures."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planbook import __version__
from planbook.book.assemble import Assembled, Edition
from planbook.book.deliver import Deliverable
from planbook.book.swap import is_there
from planbook.errors import InputError
from planbook.fonts import SystemFont
from planbook.index import ABSENT, Index, digest_of_text
from planbook.survey.store import Survey
from planbook.words import _

KEY_FACTS = (
    ("登记小区", "stock.communities"),
    ("登记户数", "stock.households"),
    ("计划改造小区", "plan.communities"),
    ("计划改造户数", "plan.households"),
    ("计划改造面积", "plan.area"),
    ("计划投资", "plan.investment"),
)


@dataclass(frozen=True)
class Built:
    """One unit's book as it was just built."""

    origin: Mapping[str, Any]
    summary: Mapping[str, Any]
    files: Sequence[Deliverable]


def made_from(
    index: Index, edition: Edition, survey: Survey, notebooks: Sequence[Path], reads: Sequence[str], renderer: str,
    fonts: Sequence[SystemFont] = (),
) -> dict[str, Any]:  # fmt: skip
    """What a unit's deliverables were made from: versions, parameters, and each source with its sha256.

    `fonts`: of this machine, not of the lock.
    """
    named = [name for name in index.sources if name.startswith(("chapters/", "figures/"))]
    named += ["_quarto.yml", *(f"notebooks/{path.name}" for path in notebooks), *reads]
    files = sorted(name for name in dict.fromkeys(named) if (index.root / name).is_file())
    lock = index.digest("requirements.lock")
    return {
        "planbook": __version__,
        "renderer": renderer,
        "lock": "" if lock == ABSENT else lock,
        "params": hashlib.sha256(edition.params.resolved.encode()).hexdigest(),
        "overrides": dict(edition.overrides),
        "round": edition.info.id,
        "survey": {source.file: source.sha256 for source in survey.all_sources},
        **({"since": edition.since.id} if edition.since else {}),
        "missing": list(edition.missing),
        **({"fonts": {f.family: {p.name: index.digest(str(p)) for p in f.files} for f in fonts}} if fonts else {}),
        "sources": {name: index.digest(name) for name in files},
    }


def summarise(edition: Edition, made: Assembled, pages: int) -> dict[str, Any]:
    """A unit in a few figures, as the portal shows it."""
    facts = made.facts
    verdicts = Counter(rule["verdict"] for rule in made.published.rules)
    return {
        "name": edition.params.unit.name,
        "level": edition.params.unit.level,
        "code": edition.params.unit.code,
        "title": edition.params.title,
        "file": made.file_name,
        "edition": edition.params.document.edition,
        "survey": edition.rests_on,
        "notes": edition.notes,
        "pages": pages,
        "facts": [
            {
                "name": name,
                "display": facts[id]["display"],
                "unit": facts[id]["unit"] if facts[id]["status"] == "ok" else "",
            }
            for name, id in KEY_FACTS
            if id in facts
        ],
        "audit": {verdict: verdicts[verdict] for verdict in ("pass", "fail", "not_applicable", "not_computable")},
        "failed": [
            {key: rule[key] for key in ("title", "details", "mend")}
            for rule in made.published.rules
            if rule["verdict"] == "fail"
        ],
    }


def read_manifest(out: Path) -> dict[str, Any]:
    """The units of an earlier build; none where nothing was built yet."""
    path = out / "manifest.json"
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
        origins, units = content["made_from"], content["units"]
        for entry in (entry for unit in units.values() for entry in unit["files"].values()):
            entry["made_from"] = origins[entry["made_from"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            _("not the manifest of a build"), place=path.name, cure=_("delete it and build again")
        ) from error
    return dict(units)


def write_manifest(out: Path, built: Mapping[str, Built]) -> dict[str, Any]:
    """Units just built replace their entries, file by file; the others stay as they are on disk. Returns all units."""
    units = read_manifest(out)
    for unit, book in built.items():
        before = units.get(unit, {}).get("files", {})
        kept = {file: entry for file, entry in before.items() if (out / file).is_file()}
        new = {file.path: {"sha256": file.sha256, "made_from": book.origin} for file in book.files}
        units[unit] = {"summary": dict(book.summary), "files": dict(sorted({**kept, **new}.items()))}
    units = {unit: entry for unit, entry in sorted(units.items()) if is_there(out / unit)}
    replace_text(out / "manifest.json", _text(units))
    return units


def _text(units: Mapping[str, Any]) -> str:
    """The manifest; what files were made from stands in it once, under its digest, for all files it holds for."""
    origins: dict[str, Any] = {}
    keys: dict[int, str] = {}  # of an origin, which hundreds of entries share, by its id

    def named(entry: Mapping[str, Any]) -> dict[str, Any]:
        origin = entry["made_from"]
        if id(origin) not in keys:
            keys[id(origin)] = digest_of_text(json.dumps(origin, sort_keys=True))[:16]
            origins[keys[id(origin)]] = origin
        return {**entry, "made_from": keys[id(origin)]}

    listed = {
        unit: {**content, "files": {name: named(entry) for name, entry in content["files"].items()}}
        for unit, content in units.items()
    }
    content = {"made_from": origins, "units": listed}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def replace_text(path: Path, text: str) -> None:
    """Writes a whole file or leaves the old one."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8", newline="\n")
    part.replace(path)
