"""No other unit's name in a unit's book unless on purpose: names and aliases are those of the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from planbook.book.prose import HOLE, Doubt, Line, chapter_lines, spared_in
from planbook.params import lineage, load_params, unit_ids
from planbook.project import Project
from planbook.words import _, at_line

FACT = re.compile(r"\[[^\]]*\]\{\.fact [^}]*\}")
TABLE = re.compile(r"^```\{=html\}\n.*?^```$", re.S | re.M)


def strangers(lines: Iterable[Line], names: Mapping[str, str], own: Iterable[str]) -> Iterator[Doubt]:
    """The names (name → unit) in some prose of units that are not `own`; the longest name that fits is meant."""
    longest_first = sorted(names, key=len, reverse=True)
    pattern, mine = re.compile("|".join(map(re.escape, longest_first))), set(own)
    for line in lines if names else ():
        for name in dict.fromkeys(pattern.findall(line.text)):
            if names[name] not in mine and name not in line.spared:
                message = _("{name} is another unit’s name: say it by a parameter, or mark it: {mark}")
                mark = "{## on purpose: " + name + " ##}"
                yield Doubt(line.place, message.format(name=name, mark=mark))


def unit_names(project: Project) -> dict[str, str]:
    """Every name and alias of a unit, and whose it is."""
    units = {unit: load_params(project, unit).unit for unit in unit_ids(project)}
    return {name: id for id, unit in units.items() for name in (unit.name, *unit.aliases)}


def names_in_sources(project: Project, names: Mapping[str, str]) -> list[Doubt]:
    """Chapters that all units share name none; a unit's own chapters name it, what it extends, and its counties."""
    found: list[Doubt] = []
    for path in sorted(project.chapters.rglob("*.qmd")):
        name = path.relative_to(project.chapters).as_posix()
        unit = name.partition("/")[0] if "/" in name else ""
        found += strangers(chapter_lines(project.chapters, name), names, _kin(project, unit) if unit else ())
    return found


def names_in_book(
    project: Project, unit: str, counties: Iterable[str], book: Path, names: Mapping[str, str]
) -> list[Doubt]:
    """What a unit's assembled book (with `counties` in it) says in running text, captions and alternative texts: not in
    tables, nor as a fact. What its chapters mark is on purpose here, too."""
    found: list[Doubt] = []
    for path in sorted(book.glob("*.qmd")):
        spared = spared_in(project.chapters, path.name)
        found += strangers(_assembled(path, f"{unit}/{path.name}", spared), names, [unit, *counties])
    return found


def _assembled(path: Path, shown: str, spared: tuple[str, ...]) -> Iterator[Line]:
    blank = TABLE.sub(lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"))
    for number, line in enumerate(blank.splitlines(), 1):
        yield Line(at_line(shown, number), FACT.sub(HOLE, line), spared)


def _kin(project: Project, unit: str) -> list[str]:
    if unit not in unit_ids(project):
        return []
    return [*lineage(project, unit), *load_params(project, unit).counties]
