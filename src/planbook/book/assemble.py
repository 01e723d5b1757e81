"""Chapters and what notebooks published → `_build/<round>/<unit>/book/`, a complete Quarto project."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from planbook.book.folder import read_book
from planbook.book.narrative import Published, escape, renderer
from planbook.book.notebooks import notebook_name
from planbook.book.places import Place, Places, caption_numbers, find_places
from planbook.book.provenance import Provenance
from planbook.book.reference import as_asked
from planbook.errors import InputError
from planbook.params import Params, lineage
from planbook.project import Project
from planbook.survey.store import RoundInfo
from planbook.typography import Typography
from planbook.words import _
from planbook.yamlfile import read_yaml

CHAPTER = re.compile(r"(\d\d)-[a-z0-9-]+\.qmd")
COMPARISON = re.compile(r"\d\d-since")  # the chapter that is in the book only if it is compared with a round


@dataclass(frozen=True)
class Edition:
    """Everything that makes one unit's book what it is, apart from the narrative."""

    unit: str
    params: Params
    info: RoundInfo
    counties: tuple[str, ...]  # names, in order
    missing: tuple[str, ...]  # names of counties without a workbook in this round
    overrides: Mapping[str, Any]
    left_out: tuple[str, ...] = ()  # what --accept-errors left out, in Chinese
    since: RoundInfo | None = None  # the round it is compared with

    @property
    def rests_on(self) -> str:
        """The survey, as cover and portal name it."""
        compared = f"（附录与{self.since.label}摸底调查比较）" if self.since else ""
        return f"{self.info.label}摸底调查{compared}"

    @property
    def notes(self) -> list[str]:
        """Remarks the cover must carry."""
        out = []
        if self.info.synthetic:
            out.append("本书由示例数据生成，小区与数字均为虚构，不反映任何地方的实际情况。")
        if self.overrides:
            out.append("参数改动：" + "；".join(f"{key}={value}" for key, value in self.overrides.items()))
        if self.missing:
            out.append("本轮摸底未收到" + "、".join(self.missing) + "的调查表，各项合计不含以上县（市）。")
        return [*out, *self.left_out]


@dataclass(frozen=True)
class Assembled:
    """A book folder, what it prints, and its facts with where they are used."""

    folder: Path
    facts: dict[str, dict[str, Any]]
    published: Published
    places: Places
    figures: dict[str, str]  # id → 图3-1, in the order of the book
    file_name: str


def chapter_files(project: Project, params: Params) -> tuple[list[str], list[str]]:
    """A unit's chapters and appendices in the order of the project's `_quarto.yml`, relative to chapters/."""
    path = project.root / "_quarto.yml"
    book = read_yaml(path, path.name)[0].get("book", {})
    out = []
    for key in ("chapters", "appendices"):
        names = [str(name).removeprefix("chapters/") for name in book.get(key) or []]
        names = [name for name in names if params.since or not compares(Path(name))]
        for name in names:
            if not (project.chapters / name).is_file():
                raise InputError(_("no such chapter: {name}").format(name=f"chapters/{name}"), place="_quarto.yml")
        out.append(names)
    if params.since and not any(compares(Path(name)) for names in out for name in names):
        cure = _("list chapters/13-since.qmd among the appendices, or leave --since out")
        raise InputError(_("the book has no chapter that compares two rounds"), place="_quarto.yml", cure=cure)
    return out[0], out[1]


def chapter_number(name: str) -> str | None:
    """03-current.qmd → 03; None for what no notebook feeds."""
    found = CHAPTER.fullmatch(name)
    return found[1] if found else None


def compares(file: Path) -> bool:
    """Whether it is the chapter about the round compared with, or its notebook."""
    return COMPARISON.fullmatch(file.stem) is not None


def assemble(project: Project, edition: Edition, chapters: Mapping[str, Path], unit_folder: Path) -> Assembled:
    """Writes book/ and what is in it (facts.json, tables.json, figures.json) into a unit's build folder anew.

    `chapters` maps chapter numbers to the folders notebooks published to.
    """
    folder = unit_folder / "book"
    content = {number: json.loads((path / "chapter.json").read_text("utf-8")) for number, path in chapters.items()}
    published = Published(content)
    names, appendices = chapter_files(project, edition.params)
    texts = narrate(project, edition, published)
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "figures").mkdir(parents=True)
    write_chapters(folder, texts)
    for number, path in chapters.items():
        for id in content[number]["figures"]:
            for suffix in (".svg", ".png", ".csv"):
                shutil.copyfile(path / "figures" / f"{id}{suffix}", folder / "figures" / f"{id}{suffix}")
    _copy_notebooks((*names, *appendices), chapters, folder / "notebooks")
    _copy_plan(folder / "_plan", edition.params.typography)
    (folder / "_quarto.yml").write_text(_quarto(edition, names, appendices), "utf-8", newline="\n")
    places = find_places(texts, published.figures)
    facts = _placed(published.facts, places.facts)
    for id, fact in facts.items():
        fact["notebook"] = published.notebooks[id]
    for kind, listed in (
        ("facts", facts),
        ("tables", _placed(published.tables, places.tables)),
        ("figures", _placed(published.figures, places.figures)),
    ):
        text = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
        (unit_folder / f"{kind}.json").write_text(text, "utf-8", newline="\n")
    numbers = caption_numbers(texts, appendices)
    figures = {id: numbers[f"fig-{id}"].replace(" ", "") for id in places.figures}
    return Assembled(folder, facts, published, places, figures, read_book(folder).file_name)


def narrate(project: Project, edition: Edition, published: Published) -> dict[str, str]:
    """Every chapter and appendix as assembled Markdown, in the order of the book. InputError: one that is at fault."""
    texts: dict[str, str] = {}
    names, appendices = chapter_files(project, edition.params)
    sources = Provenance(texts, published, appendices)  # of what is assembled by the time that a chapter asks for it
    render = renderer(project.chapters, {**_context(edition, published), "sources": sources})
    owners = lineage(project, edition.unit)
    for name in (*names, *appendices):
        texts[name] = render(_own(project.chapters, owners, name))
    return texts


def write_chapters(folder: Path, texts: Mapping[str, str]) -> None:
    """Puts the chapters into a book's folder. Conditions leave gaps: at most one blank line, none at the ends."""
    for name, text in texts.items():
        tidy = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
        (folder / name).write_text(tidy, "utf-8", newline="\n")


def _own(chapters: Path, owners: Sequence[str], name: str) -> str:
    """A unit's own version of a chapter, or that of the prefecture it inherits from, extends the common one."""
    for one in owners:
        if (chapters / one / name).is_file():
            return f"{one}/{name}"
    return name


def _context(edition: Edition, published: Published) -> dict[str, Any]:
    params = edition.params
    return {
        "unit": params.unit, "params": params, "period": params.period, "rules": published.rules,
        "survey": edition.info, "since": edition.since,
        "counties": edition.counties, "missing": edition.missing, "facts": published.facts,
        "fact": published.fact, "value": published.value, "has": published.has,
        "figure": published.figure, "table": published.table, "names": "、".join,
    }  # fmt: skip


def _copy_notebooks(names: Sequence[str], chapters: Mapping[str, Path], target: Path) -> None:
    """The executed notebooks, each under the name of the chapter it feeds, for the website's own pages of them."""
    target.mkdir()
    for name in names:
        if (number := chapter_number(name) or "") in chapters:
            shutil.copyfile(chapters[number] / "executed.ipynb", target / notebook_name(name))


def _copy_plan(target: Path, typography: Typography) -> None:
    """Filters and templates, Word's styles as asked for; a copy, so that `quarto render` works there by hand."""
    target.mkdir(parents=True)
    for item in sorted(files("planbook.book").joinpath("_plan").iterdir(), key=lambda f: f.name):
        if item.is_file() and not item.name.startswith((".", "__")):
            (target / item.name).write_bytes(item.read_bytes())
    if asked := typography.as_metadata():
        reference = target / "reference.docx"
        reference.write_bytes(as_asked(reference.read_bytes(), asked))


def _quarto(edition: Edition, names: Sequence[str], appendices: Sequence[str]) -> str:
    params, document = edition.params, edition.params.document
    filters = ["shortcodes", "cjk", "callouts", "numbers", "facts"]
    period = f"{params.period.first}—{params.period.last}年"
    book: dict[str, Any] = {
        "title": params.title,
        "subtitle": f"（{period}）",
        "author": document.client or params.unit.department,
        "date": date.fromisoformat(f"{document.date}-01"),
        "date-format": "YYYY年M月",
        "chapters": list(names),
    }
    if appendices:
        book["appendices"] = list(appendices)
    plan = {
        "unit": params.unit.name,
        "edition": document.edition,
        "period": period,
        "client": document.client,
        "compiler": document.compiler,
        "survey": edition.rests_on,
        "notes": edition.notes,
        "responsibility": [one.model_dump() for one in document.responsibility],
        "typography": params.typography.as_metadata(),
        "source": {"unit": edition.unit, "round": edition.info.id, "overrides": dict(edition.overrides)},
    }
    config = {
        "project": {"type": "book", "output-dir": "_book"},
        "book": book,
        "lang": "zh",
        "plan": {key: value for key, value in plan.items() if value},
        "filters": [{"path": f"_plan/{name}.lua", "at": "pre-ast"} for name in filters],
        "format": {
            "html": {
                "theme": ["cosmo", "_plan/plan.scss"],
                "css": "_plan/plan.css",
                "default-image-extension": "svg",
            },
            "typst": {
                "template": "_plan/template.typ",
                "default-image-extension": "svg",
                "pdf-standard": list(params.pdf_standard),
            },
            "docx": {
                "template": "_plan/template.openxml",
                "reference-doc": "_plan/reference.docx",
                "default-image-extension": "png",
                "toc": False,
            },
        },
    }
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=1000)


def _placed(items: Mapping[str, Mapping[str, Any]], places: Mapping[str, Sequence[Place]]) -> dict[str, dict[str, Any]]:
    """What was published, each with the chapters and sections that print it."""
    out = {}
    for id, item in sorted(items.items()):
        pairs = [place.pair for place in places.get(id, ())]
        out[id] = {**item, "used_in": [pair for at, pair in enumerate(pairs) if pair not in pairs[:at]]}
    return out


__all__ = [
    "Assembled",
    "Edition",
    "assemble",
    "chapter_files",
    "chapter_number",
    "compares",
    "escape",
    "narrate",
    "write_chapters",
]
