"""Reading params/*.yml: a unit's own keys over those of what it extends, overrides over both; which units there are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError

from planbook.errors import InputError, UsageError
from planbook.params.models import Params
from planbook.project import Project
from planbook.words import _
from planbook.yamlfile import Places, explained, read_yaml

UNIT_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")


def unit_ids(project: Project) -> list[str]:
    """All units that have a params file, in the order of their file names."""
    return sorted(path.stem for path in project.params.glob("*.yml") if not path.name.startswith((".", "_")))


def all_units(project: Project) -> list[str]:
    """All units as the books are listed: each prefecture before its counties, in its own order."""
    ids = unit_ids(project)
    members = {unit: load_params(project, unit).counties for unit in ids}
    heads = [unit for unit in ids if members[unit]]
    ordered = [one for head in heads for one in (head, *members[head])]
    return list(dict.fromkeys([*ordered, *ids]))


def listed_units(project: Project) -> list[str]:
    """As `all_units`, but in the order of the files where one of them is at fault."""
    try:
        return all_units(project)
    except InputError:
        return unit_ids(project)


def lineage(project: Project, unit: str) -> list[str]:
    """The unit, what it extends, what that extends …: own words are looked for in this order."""
    out = [unit]
    while parent := read_yaml(project.params / f"{out[-1]}.yml", f"params/{out[-1]}.yml")[0].get("extends"):
        if parent in out:
            break
        out.append(str(parent))
    return out


def load_params(project: Project, unit: str, overrides: Mapping[str, Any] | None = None) -> Params:
    """The resolved parameters of a unit.

    `overrides` maps dotted keys to values, as -P gives them. InputError names file, line and the nearest valid name.
    """
    merged, places = _resolve(project, unit, ())
    for key, value in (overrides or {}).items():
        _assign(merged, key, value)
    try:
        return Params.model_validate(merged)
    except ValidationError as error:
        named = {key: f"-P {key}" for key in overrides or {}}
        raise explained(error, Params, places, f"params/{unit}.yml", named) from None


def parse_overrides(pairs: Iterable[str]) -> dict[str, Any]:
    """`targets.2021=35` → {"targets.2021": 35}; the value is read as YAML."""
    out: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                _("-P {pair}: not of the form key.path=value").format(pair=pair), cure="-P targets.2021=35"
            )
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            value = text
        out[key.strip()] = str(value) if isinstance(value, float | date) else value
    return dict(sorted(out.items()))


def _resolve(project: Project, unit: str, below: tuple[str, ...]) -> tuple[dict[str, Any], Places]:
    """A unit's own keys over those of what it extends, and where each key stands."""
    path = project.params / f"{unit}.yml"
    if unit in below:
        raise InputError(
            _("extends itself by way of {chain}").format(chain=" → ".join((*below, unit))),
            place=f"params/{below[-1]}.yml",
        )
    if not UNIT_ID.fullmatch(unit) or not path.is_file():
        near = difflib.get_close_matches(unit, unit_ids(project), 1, 0.5)
        raise InputError(
            _("no unit {unit}").format(unit=unit),
            place=f"params/{below[-1]}.yml: extends" if below else "params/",
            cure=_("did you mean {near}?").format(near=near[0])
            if near
            else _("units: {units}").format(units=", ".join(unit_ids(project))),
        )
    own, places = read_yaml(path, f"params/{path.name}")
    if (parent := own.pop("extends", None)) is None:
        return own, places
    if not isinstance(parent, str):
        raise InputError(_("extends names one unit"), place=places.get(("extends",), f"params/{path.name}"))
    base, base_places = _resolve(project, parent, (*below, unit))
    base.pop("counties", None)  # a prefecture's own
    return _merge(base, own), base_places | places


def _merge(base: Any, own: Any) -> Any:
    if isinstance(base, dict) and isinstance(own, dict):
        return {
            key: _merge(base[key], own[key]) if key in base and key in own else own.get(key, base.get(key))
            for key in {**base, **own}
        }
    return own


def _assign(tree: dict[str, Any], dotted: str, value: Any) -> None:
    *parents, last = dotted.split(".")
    for key in parents:
        found = _key(tree, key)
        child = tree.setdefault(found, {})
        if not isinstance(child, dict):
            raise UsageError(_("-P {key}: {part} holds no further keys").format(key=dotted, part=key))
        tree = child
    tree[_key(tree, last)] = value


def _key(tree: dict[Any, Any], key: str) -> Any:
    """Years are whole numbers in YAML, text on the command line."""
    return int(key) if key.isdigit() else key


# ---------------------------------------------------------------------------------------------------- units


def find_unit(project: Project, text: str) -> str:
    """The id of the unit a user means: its id, code, name or an alias of it."""
    ids = unit_ids(project)
    if text in ids:
        return text
    words: dict[str, str] = {}
    for unit in ids:
        found = load_params(project, unit).unit
        words |= {found.code: unit, found.name: unit, **dict.fromkeys(found.aliases, unit)}
    if text in words:
        return words[text]
    near = difflib.get_close_matches(text, [*ids, *words], 1, 0.5)
    raise UsageError(
        _("no unit {unit}").format(unit=text),
        cure=_("did you mean {near}?").format(near=near[0])
        if near
        else _("units: {units}").format(units=", ".join(ids)),
    )
