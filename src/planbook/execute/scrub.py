"""What makes an executed notebook canonical: the same bytes on another day, in another folder, from another engine."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

import nbformat

Paths = list[tuple[re.Pattern[str], str]]

INJECTED = "injected-parameters"
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
STAMPS = ("execution", "papermill")  # a cell's clock times, by nbclient and by papermill

_CELL_FILE = re.compile(r"\S*ipykernel_\d+[\\/]\d+\.py")  # the name a kernel gives a cell's code: pid and hash
_CELL_NAME = re.compile(r"\(\d+\.py, line (\d+)\)")  # the same, in a syntax error
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9A-Fa-f]{5,16}\b")
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=[_\" ])")  # pandas' Styler draws five random digits for each table


def scrub(executed: Any, *, hide: Mapping[str, str] | None = None) -> Any:
    """A canonical copy of a notebook (nbformat 4) that papermill executed.

    Goes: times, durations, paths, versions, addresses, random ids, papermill's error markers. Stays: cells with their
    ids, the parameters, outputs with runs of one stream merged. `hide` maps paths to the short names that replace them
    in outputs, e.g. the project's root to ".".
    """
    notebook = copy.deepcopy(executed)
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    notebook.metadata = _notebook_metadata(notebook.metadata)
    paths = _paths(hide or {})
    count = 0
    for cell in notebook.cells:
        cell.metadata = _cell_metadata(cell.metadata)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = INJECTED
        if cell.cell_type != "code":
            continue
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        cell.outputs = [_output(output, count, paths) for output in _merged(cell.outputs)]
    return notebook


def as_text(notebook: Any) -> str:
    """The file's text: keys in order, one blank of indentation, a newline at the end."""
    return str(nbformat.writes(notebook, version=4)) + "\n"  # type: ignore[no-untyped-call]


def stable_ids(source: dict[str, Any]) -> dict[str, Any]:
    """The notebook with an id for each cell that has none, so that nbformat draws no random ones (before 4.5)."""
    source["nbformat_minor"] = max(5, source.get("nbformat_minor", 0))
    for number, cell in enumerate(source["cells"], 1):
        cell.setdefault("id", f"cell-{number}")
    return source


def _notebook_metadata(metadata: Any) -> Any:
    kept = {key: value for key, value in metadata.items() if key != "papermill"}
    kept["language_info"] = dict(LANGUAGE)
    parameters = metadata.get("papermill", {}).get("parameters")
    if parameters:
        kept["papermill"] = {"parameters": parameters}
    return nbformat.from_dict(kept)  # type: ignore[no-untyped-call]


def _cell_metadata(metadata: Any) -> Any:
    kept = {key: value for key, value in metadata.items() if key not in STAMPS}
    if not kept.get("tags"):
        kept.pop("tags", None)  # papermill gives every cell a list of tags
    return nbformat.from_dict(kept)  # type: ignore[no-untyped-call]


def _merged(outputs: list[Any]) -> list[Any]:
    """A kernel may cut one stream into several outputs, at places that differ from run to run."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _output(output: Any, count: int, paths: Paths) -> Any:
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "stream":
        output.text = _clean(output.text, paths)
    elif output.output_type == "error":
        output.evalue = _clean(output.evalue, paths)
        output.traceback = [_clean(line, paths) for line in output.traceback]
    else:
        for mime, value in output.data.items():
            if isinstance(value, str) and not _is_binary(mime):
                output.data[mime] = _clean(value, paths)
    return output


def _is_binary(mime: str) -> bool:
    return mime == "application/pdf" or (mime.startswith("image/") and mime != "image/svg+xml")


def _clean(text: str, paths: Paths) -> str:
    for path, name in paths:
        text = path.sub(name, text)
    text = _CELL_FILE.sub("<cell>", text)
    text = _CELL_NAME.sub(r"(line \1)", text)
    text = _ADDRESS.sub("0x0", text)
    tables = {found: f"T_{number:05d}" for number, found in enumerate(dict.fromkeys(_STYLER.findall(text)), 1)}
    return _STYLER.sub(lambda match: tables[match[0]], text) if tables else text


def _paths(hide: Mapping[str, str]) -> Paths:
    """Longest first, and as they may be spelt: natively, with slashes, inside a Python string."""
    spelt = {
        spelling: name
        for path, name in hide.items()
        if len(path) > 1
        for spelling in (path, path.replace("\\", "/"), path.replace("\\", "\\\\"))
    }
    longest = sorted(spelt.items(), key=lambda pair: (-len(pair[0]), pair[0]))
    return [(re.compile(re.escape(path) + r"(?![\w-])"), name) for path, name in longest]
