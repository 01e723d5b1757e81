"""One page within a second: of a change of the narrative only the open page is rendered, before the build looks at all.

The page is what the build will write: the same chapters, filters and templates, in a folder of their own beside the
build's. It rests on what the notebooks published in the last build, so it is made only while that is still so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from planbook.book.assemble import Assembled, Edition, assemble, chapter_files, chapter_number, narrate, write_chapters
from planbook.book.edition import edition_of
from planbook.book.folder import read_book
from planbook.book.html import page_name
from planbook.book.pandoc import render_page
from planbook.params import load_params
from planbook.project import Project
from planbook.survey.check import Bounds
from planbook.survey.counties import counties_of, known_counties
from planbook.survey.earlier import with_earlier
from planbook.survey.store import open_survey
from planbook.todo import Order


@dataclass(frozen=True)
class Draft:
    """A unit's book as it was last built, to be changed in its narrative."""

    project: Project
    edition: Edition
    made: Assembled

    def update(self) -> None:
        """Takes up the chapters as they are now. InputError where one is at fault."""
        write_chapters(self.made.folder, narrate(self.project, self.edition, self.made.published))

    def page(self, path: str) -> bytes | None:
        """The page of this path (yumin/html/03-current.html); None for one that shows no chapter."""
        place = PurePosixPath(path)
        if place.parent.name != "html":
            return None
        chapters = {page_name(file): file for file in read_book(self.made.folder).files}
        file = chapters.get(place.name)
        return render_page(self.made.folder, file) if file else None


def open_draft(project: Project, order: Order, unit: str) -> Draft:
    """The draft of a unit that was built to this order. PlanbookError, OSError: it cannot be built now."""
    params = load_params(project, unit, order.overrides)
    round, known = order.round or params.round, known_counties(project, unit, params)
    how: Any = {"only": counties_of(unit, params), "cache": project.cache / "survey", "bounds": Bounds.of(params)}
    survey = open_survey(project.rounds / round, known, **how)
    survey = with_earlier(survey, params.since, project.rounds, known, **how)
    edition = edition_of(unit, params, survey, known, order.changes)
    folder = project.build / round / unit
    names, appendices = chapter_files(project, params)
    chapters: dict[str, Path] = {}
    for name in (*names, *appendices):
        if number := chapter_number(name):
            chapters[number] = folder / "chapters" / number
    target = folder / "preview"
    target.mkdir(parents=True, exist_ok=True)
    return Draft(project, edition, assemble(project, edition, chapters, target))
