"""A new unit: its params file, its place among its prefecture's counties, and the form it fills in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planbook.errors import PlanbookError, UsageError
from planbook.params import UNIT_ID, Params, lineage, load_params, unit_ids
from planbook.project import Project
from planbook.survey.blank import Asked, blank_workbook
from planbook.survey.counties import prefecture_of
from planbook.survey.rounds import read_round
from planbook.words import _

Units = Mapping[str, Params]

NO_CODE = "000000"
COUNTIES = re.compile(r"^(counties: *\[)([a-z0-9, -]*)(\] *(?:#.*)?)$", re.MULTILINE)


@dataclass(frozen=True)
class Made:
    """What was written. `listed`: the prefecture's file names the county now; `open`: what is still to be filled in."""

    params: Path
    form: Path
    prefecture: str
    listed: bool
    open: tuple[str, ...]


def new_unit(
    project: Project, unit: str, *, name: str = "", code: str = "", extends: str = "", form: Path | None = None
) -> Made:
    """Writes params/<unit>.yml and the empty workbook. Nothing that is there is overwritten.

    What is left out is taken from where it can be: the only prefecture; the unit's id as its name. UsageError: the
    unit, its name or its code is there already, or is none.
    """
    path = project.params / f"{unit}.yml"
    units = {id: load_params(project, id) for id in unit_ids(project)}
    prefecture = _prefecture(units, extends)
    name = name.strip() or unit
    _refuse(units, unit, name, code)
    if path.exists():
        raise UsageError(
            _("{file} is there already").format(file=f"params/{path.name}"),
            cure=_("edit it; its empty workbook alone: new {unit} --form FILE").format(unit=unit),
        )
    target = _free(form or project.build / "forms" / f"{name}老旧小区摸底调查表.xlsx")
    workbook = _blank(project, name, units[prefecture].unit.name, units[prefecture])
    path.write_text(_text(units, prefecture, name, code or NO_CODE), "utf-8", newline="\n")
    try:
        units[unit] = load_params(project, unit)
    except PlanbookError:
        path.unlink()  # a file that cannot be read would stop every verb
        raise
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook)
    asked = {"unit.name": name == unit, "unit.code": not code}
    left = tuple(key for key, missing in asked.items() if missing)
    return Made(path, target, prefecture, _list(project, units, prefecture, unit), left)


def write_form(project: Project, unit: str, target: Path) -> None:
    """Writes the empty workbook of a county that is there, for its round and period. UsageError: no county; a file."""
    params = load_params(project, unit)
    if not params.unit.is_county:
        raise UsageError(_("{unit} is a prefecture: its counties fill in the forms").format(unit=unit))
    _free(target)
    parents = (load_params(project, parent) for parent in lineage(project, unit)[1:])
    head = next((parent for parent in parents if not parent.unit.is_county), None) or prefecture_of(project, unit)
    workbook = _blank(project, params.unit.name, head.unit.name if head else "", params)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook)


def _blank(project: Project, name: str, prefecture: str, params: Params) -> bytes:
    """`params`: whose round and period they are."""
    own = read_round(project.rounds / params.round, implied=True).own
    return blank_workbook(Asked(name, prefecture, params.period.years, own))


def _free(target: Path) -> Path:
    if target.exists():
        raise UsageError(
            _("{file} is there already").format(file=target.name), cure=_("move it, or name another: --form")
        )
    return target


def _prefecture(units: Units, extends: str) -> str:
    """The unit that the new one extends; where none is named, the only prefecture."""
    heads = [unit for unit, params in units.items() if not params.unit.is_county]
    if not extends and len(heads) == 1:
        return heads[0]
    if extends not in heads:
        raise UsageError(
            _("--extends {unit}: no prefecture").format(unit=extends or "…"),
            cure=_("prefectures: {units}").format(units=", ".join(heads) or "—"),
        )
    return extends


def refuse_id(unit: str) -> None:
    """UsageError for what cannot name a unit's file."""
    if not UNIT_ID.fullmatch(unit):
        raise UsageError(
            _("{unit} is no unit's id").format(unit=unit),
            cure=_("lower-case letters, digits and hyphens, such as {example}").format(example="kuitun"),
        )


def _refuse(units: Units, unit: str, name: str, code: str) -> None:
    refuse_id(unit)
    if code and not re.fullmatch(r"\d{4}(?!00)\d{2}", code):
        raise UsageError(
            _("--code {code}: no county's code").format(code=code),
            cure=_("six digits (GB/T 2260), such as {example}; a prefecture ends in 00").format(example="654202"),
        )
    if len(name) < 2:
        raise UsageError(_("--name {name}: too short").format(name=name), cure=_("the county's full name"))
    for other, params in units.items():
        there = params.unit
        if name in (there.name, *there.aliases) or (code and code == there.code):
            raise UsageError(
                _("{name} is the unit {unit} already").format(name=f"{there.name} ({there.code})", unit=other),
                cure=_("edit {file}").format(file=f"params/{other}.yml"),
            )


def _text(units: Units, prefecture: str, name: str, code: str) -> str:
    """The params file, laid out as those of the other counties."""
    taken = {word for params in units.values() for word in (params.unit.name, *params.unit.aliases)}
    short = name[:-1] if re.fullmatch("[\u4e00-\u9fff]{2,}[市县区旗]", name) else ""
    aliases = [short] if len(short) > 1 and short not in taken else []
    return f"""\
# yaml-language-server: $schema=schema.json
extends: {prefecture}
unit:
  code: "{code}"
  name: {_plain(name)}
  level: county
  aliases: [{", ".join(map(_plain, aliases))}]
  government: {_plain(f"{name}人民政府")}
  department: {_plain(f"{name}住房和城乡建设局")}
document:
  client: {_plain(f"{name}住房和城乡建设局")}
grade: {{level: 基础级, assumed: true}}
"""


def _plain(text: str) -> str:
    """As YAML: Chinese as it is, anything else in quotes."""
    return text if re.fullmatch("[\u4e00-\u9fff]+", text) else json.dumps(text, ensure_ascii=False)


def _list(project: Project, units: Units, prefecture: str, unit: str) -> bool:
    """Put the county into its prefecture's `counties:` line, in the order of codes; False where it is not one line."""
    path = project.params / f"{prefecture}.yml"
    text = path.read_text("utf-8")
    before = units[prefecture].counties
    codes = {id: units[id].unit.code for id in (*before, unit)}
    later = (i for i, id in enumerate(before) if codes[unit] != NO_CODE and codes[id] > codes[unit])
    at = next(later, len(before))
    wanted = (*before[:at], unit, *before[at:])
    changed, count = COUNTIES.subn(lambda line: f"{line[1]}{', '.join(wanted)}{line[3]}", text)
    if count != 1:
        return False
    path.write_text(changed, "utf-8", newline="\n")
    if load_params(project, prefecture).counties == wanted:
        return True
    path.write_text(text, "utf-8", newline="\n")
    return False
