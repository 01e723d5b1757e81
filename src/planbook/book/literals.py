"""No bare digits: a number in typed prose is a date, the number of a document, clause or list, or else a fact's place.

Chinese numerals are looked at only where they count data (三百户, 百分之十五).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from planbook.book.narrative import Published
from planbook.book.prose import HOLE, Doubt, Line, chapter_lines, notebook_lines
from planbook.params import load_params, unit_ids
from planbook.project import Project
from planbook.words import _

UNITS = "户|栋|个小区|万元|万平方米"
NUMBER = re.compile(
    r"\d+(?:[.,．]\d+)*\s*[%％‰]?"
    rf"|[〇零一二两三四五六七八九]*[十百千万][〇零一二两三四五六七八九十百千万]*余?(?=(?:{UNITS}))"
    r"|百分之(?!百)[〇零一二三四五六七八九十百点]+"
)
YEAR = r"(?:19|20)\d{2}"
# Years that parameters say: a limit, and the plan's own period.
PERIOD = re.compile(rf"({YEAR})\s?[—–～-]\s?({YEAR})")
LIMIT = re.compile(rf"{YEAR}(?=年(?:底|末)(?:以前|以后|之前|之后|前|后))")
NO_DATA = re.compile(
    "|".join(
        (
            r"《[^》]*》",  # a title
            r"〔\d{4}〕第?\d+号|\d{4}年第\d+号",  # a document's number
            r"[A-Z]{2,}(?:/[A-Z])?\s?\d[\d./]*(?:[—–-]\d{4})?",  # a standard's number
            r"第\s?\d+",  # a clause, an ordinal
            r"(?:^\s*|(?<=[：；]))\d+[.)、．](?!\d)|[（(]\d+[）)]",  # a list's number
            rf"{YEAR}\s?[—–～-]\s?{YEAR}(?=\s?年)|{YEAR}(?=年|\s?[—–～-]\s?{HOLE})|(?<=[—–～-]){YEAR}",
            rf"{YEAR}-\d{{2}}(?:-\d{{2}})?|\d{{1,2}}月(?:\d{{1,2}}日)?|\d{{2}}(?=年代)",  # a date
            r"\d+[A-Z]\w*|[A-Z]+-?\d+",  # a term: 5G, A4
            r"\d+(?:[-~～—、]\d+)*号",  # a house
            r"等\d+个?(?=部门|部委|单位)",  # who issued a document
            r"(?<![\d.])100\s?[%％]",  # the whole
        )
    )
)


def literals(lines: Iterable[Line], periods: Collection[tuple[str, ...]] = ()) -> Iterator[Doubt]:
    """The numbers typed where a fact, a parameter or a standard should be printed; `periods`: first and last years of
    the units' plans."""
    for line in lines:
        limits = [(found.start(), found[0]) for found in LIMIT.finditer(line.text)]
        limits += [(found.start(), found[0]) for found in PERIOD.finditer(line.text) if found.groups() in periods]
        for at, number in sorted((*limits, *_numbers(line.text))):
            if number not in line.spared:
                message = _("the number {number} is typed in “{text}”: print a fact or a parameter instead")
                yield Doubt(line.place, message.format(number=number, text=_around(line.text, at, number)))


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    """Where a number stands that is no date and no name, and the number."""
    bare = NO_DATA.sub(lambda found: HOLE * len(found[0]), text)
    yield from ((found.start(), found[0].strip()) for found in NUMBER.finditer(bare))


def _around(text: str, at: int, number: str) -> str:
    return text[max(0, at - 8) : at + len(number) + 8].replace(HOLE, "…").strip()


def typed_numbers(project: Project) -> list[Doubt]:
    """Of all chapters and notebooks of the project, in the order of their names."""
    names = sorted(path.relative_to(project.chapters).as_posix() for path in project.chapters.rglob("*.qmd"))
    plans = [load_params(project, unit).period for unit in unit_ids(project)]
    periods = {(str(plan.first), str(plan.last)) for plan in plans}
    found = [doubt for name in names for doubt in literals(chapter_lines(project.chapters, name), periods)]
    for notebook in sorted(project.notebooks.glob("*.ipynb")):
        found += literals(notebook_lines(notebook), periods)
    return found


def loose_numbers(unit: str, published: Published) -> list[Doubt]:
    """The numbers in captions, alternative texts and notes of a unit's book that no fact of it shows."""
    facts = {str(fact["display"]).lstrip("-") for fact in published.facts.values()}
    texts = [(_("figure {id}"), id, (one["caption"], one["alt"])) for id, one in published.figures.items()]
    texts += [(_("table {id}"), id, (one["caption"], *one["notes"])) for id, one in published.tables.items()]
    found = []
    for where, id, parts in texts:
        for text in parts:
            for at, number in _numbers(text):
                if number.rstrip("%％ ") not in facts:
                    message = _("no fact shows the number {number} in “{text}”")
                    said = message.format(number=number, text=_around(text, at, number))
                    found.append(Doubt(f"{unit}: {where.format(id=id)}", said))
    return found
