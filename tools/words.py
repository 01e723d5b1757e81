"""The Chinese catalogue: takes up new messages of the source, and compiles it.

    python tools/words.py        (needs Babel, of the development environment)

Translate what it leaves empty in planbook.po, then run it again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "planbook"
FOLDER = SOURCE / "locale" / "zh_CN" / "LC_MESSAGES"
# what click itself says to our users: it looks these texts up in the same catalogue (planbook.words.choose_for_click)
CLICK: tuple[str | tuple[str, str], ...] = (
    *("Usage:", "Options", "Commands", "Show this message and exit."),
    *("default: {default}", "Error: {message}", "Try '{command} {option}' for help.", "Missing argument"),
    *("Missing option", "Missing command.", "No such option {name!r}.", "No such command {name!r}."),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    *(
        "Option {name!r} does not take a value.",
        "Invalid value for {param_hint}: {message}",
        "Invalid value: {message}",
    ),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    *("{value!r} is not a valid {number_type}.", "{value} is not in the range {range}."),
    *("file", "directory", "{name} {filename!r} is a file.", "{name} {filename!r} is a directory."),
    *("{name} {filename!r} does not exist.", "{name} {filename!r} is not readable."),
)
PO, MO = FOLDER / "planbook.po", FOLDER / "planbook.mo"


def messages() -> Catalog:
    """Every message of the source, untranslated; without line numbers, so that the file changes only with the words."""
    found = Catalog(locale="zh_CN", project="planbook", fuzzy=False)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):  # Babel does not look into f-strings
            match node:
                case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message))]):
                    found.add(message)
    for own in CLICK:
        found.add(own)
    return found


def translated() -> Catalog:
    """The catalogue as it is kept, brought up to the source."""
    catalogue = messages()
    if PO.is_file():
        with PO.open("rb") as file:
            catalogue = read_po(file, locale="zh_CN")
        catalogue.update(messages(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
    catalogue.header_comment = "# planbook in Chinese"
    catalogue.project, catalogue.version = "planbook", ""
    catalogue.creation_date = catalogue.revision_date = datetime(2020, 1, 1, tzinfo=UTC)  # no clock in the file
    return catalogue


def written(write: Callable[..., None], catalogue: Catalog, **options: Any) -> bytes:
    out = BytesIO()
    write(out, catalogue, **options)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    return written(write_mo, catalogue)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    catalogue = translated()
    PO.write_bytes(written(write_po, catalogue, width=0, sort_output=True, no_location=True))
    MO.write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
