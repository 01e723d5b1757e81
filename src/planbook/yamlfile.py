"""YAML that people write: read with the place of every key, checked by closed models, faults by file and line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from planbook.errors import InputError
from planbook.words import _, at_line

Places = dict[tuple[str, ...], str]

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where the wheel has it


class Model(BaseModel):
    """Frozen, and closed: a key nobody declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path, shown: str) -> tuple[dict[str, Any], Places]:
    """A YAML mapping and, for each key path, "file: line N". Broken YAML and doubled keys are InputErrors."""
    content, places = load_yaml(path, shown)
    if content is None:
        return {}, {}
    if not isinstance(content, dict):
        raise InputError(_("not a mapping of keys to values"), place=shown)
    return content, places


def load_yaml(path: Path, shown: str) -> tuple[Any, Places]:
    """Whatever a YAML file holds (None: nothing), and where; a list's members are named by their number from 0."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(_("not UTF-8 text"), place=shown, cure=_("save the file as UTF-8")) from error
    content, places = _parsed(text, shown)
    return deepcopy(content), dict(places)


@lru_cache(256)
def _parsed(text: str, shown: str) -> tuple[Any, Places]:
    """A process asks for the same few files many times."""
    places: Places = {}
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        _collect(node, (), places, shown)  # before merged keys are put in their places
        content = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2020-13-45 is no date
        mark = getattr(error, "problem_mark", None)
        place = at_line(shown, mark.line + 1) if mark else shown
        raise InputError(
            _("not valid YAML: {what}").format(what=getattr(error, "problem", None) or error), place=place
        ) from error
    return content, places


def _collect(node: Any, path: tuple[str, ...], places: Places, shown: str) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            place = at_line(shown, key.start_mark.line + 1)
            if here in places:
                raise InputError(_("{key} is given twice").format(key=".".join(here)), place=place)
            places[here] = place
            _collect(value, here, places, shown)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            here = (*path, str(number))
            places[here] = at_line(shown, value.start_mark.line + 1)
            _collect(value, here, places, shown)


def explained(
    error: ValidationError, model: type[BaseModel], places: Places, shown: str, named: Mapping[str, str] | None = None
) -> InputError:
    """What a model refused, each fault at its place; `named` says where dotted keys come from that no file holds."""
    lines, cures = [], []
    for one in error.errors():
        path = tuple(str(part) for part in one["loc"] if part != "[key]")
        dotted = ".".join(path)
        asked = (named or {}).get(dotted, "")  # and says the key itself
        place = asked or place_of(path, places, shown)
        if one["type"] == "extra_forbidden":
            near = difflib.get_close_matches(path[-1], _siblings(model, path), 1, 0.5)
            lines.append(f"{place}: " + _("unknown key {key}").format(key=dotted))
            if near:
                cures.append(_("did you mean {near}?").format(near=".".join((*path[:-1], near[0]))))
        else:
            lines.append(f"{place}: {dotted + ': ' if dotted and not asked else ''}{said(one)}")
    return InputError("\n".join(lines), cure="; ".join(cures))


def said(fault: Mapping[str, Any]) -> str:
    """What is wrong with a value, as one of pydantic's `errors()`, in the user's language."""
    kind, context = str(fault["type"]), fault.get("ctx", {})
    words = {
        "value_error": str(context.get("error", "")),
        "missing": _("has to be given"),
        "string": _("has to be a text: in quotes, if it looks like a number or a date"),
        "extra": _("no such key"),
        "bool": _("has to be true or false"),
        "int": _("has to be a whole number"),
        "decimal": _("has to be a number"),
        "tuple": _("has to be a list: [one, another]"),
        "dict": _("has to hold keys and values"),
        "model": _("has to hold keys and values"),
        "literal": _("has to be one of {words}").format(words=_listed(str(context.get("expected", "")))),
        "string_pattern_mismatch": _("has to be of the form {pattern}").format(pattern=context.get("pattern")),
        "string_too_short": _("has to have {count} characters or more").format(count=context.get("min_length")),
        "too_short": _("has to have {count} entries or more").format(count=context.get("min_length")),
        "greater_than": _("has to be more than {limit}").format(limit=context.get("gt")),
        "greater_than_equal": _("has to be {limit} or more").format(limit=context.get("ge")),
        "less_than_equal": _("has to be {limit} or less").format(limit=context.get("le")),
    }
    return words.get(kind) or words.get(kind.partition("_")[0]) or str(fault["msg"])


def _listed(expected: str) -> str:
    """'a', 'b' or 'c' → a, b, c."""
    return expected.replace("' or '", "', '").replace("'", "")


def place_of(path: tuple[str, ...], places: Places, shown: str) -> str:
    """File and line of a key path, or of the nearest thing around it that is written."""
    while path:
        if path in places:
            return places[path]
        path = path[:-1]
    return shown


def _siblings(model: Any, path: tuple[str, ...]) -> list[str]:
    """The keys that stand beside the last of a path; a mapping's keys are any, so its values' are looked at."""
    for part in path[:-1]:
        fields = getattr(model, "model_fields", {})
        kinds = _kinds(fields[part].annotation) if part in fields else []
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return list(getattr(model, "model_fields", {}))


def _kinds(annotation: Any) -> list[Any]:
    return [annotation, *get_args(annotation)]
