"""A project of two short chapters and three units, to be built over and over in seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from planbook.project import Project
from tests.conftest import copy_project

ROUND = "2020-08"
UNITS = ("tacheng", "tuoli", "yumin")
STOCK = """
import matplotlib.pyplot as plt
from planbook.report.data import texts
chapter.total("stock.households", chapter.communities, "households")
chapter.count("stock.communities", chapter.communities)
drawing, axes = plt.subplots(figsize=(3, 2))
axes.bar(range(3), [1, 2, len(chapter.communities)])
names = texts(["小区"], chapter.communities.frame[["name"]].values)
chapter.figure("stock", drawing, caption="小区", alt="小区数的柱状图", data=names)
"""
TERMS = 'chapter.given("period.first", "period.first", "年")'
CHAPTERS = {
    "index.qmd": "# 前言 {#sec-preface .unnumbered}\n\n本书说明{{ unit.name }}的小区。\n",
    "01-stock.qmd": '# 现状 {#sec-stock}\n\n共{{ fact("stock.households") }}户。\n\n{{ figure("stock") }}\n',
    "02-terms.qmd": '# 期限 {#sec-terms}\n\n{% block first %}自{{ fact("period.first") }}年起。{% endblock %}\n',
}


def small_project(target: Path) -> Project:
    """tacheng with the counties tuoli and yumin; chapter 01 prints survey rows, chapter 02 a parameter."""
    project = Project(copy_project(target))
    for folder in (project.notebooks, project.chapters, project.rounds / "2020-05"):
        shutil.rmtree(folder)
    for folder in (project.notebooks, project.chapters):
        folder.mkdir()
    for name, text in CHAPTERS.items():
        (project.chapters / name).write_text(text, "utf-8")
    write_notebook(project, "01-stock", STOCK)
    write_notebook(project, "02-terms", TERMS)
    listed = [f"chapters/{name}" for name in CHAPTERS]
    (project.root / "_quarto.yml").write_text(json.dumps({"book": {"title": "规划", "chapters": listed}}), "utf-8")
    for file in project.params.glob("*.yml"):
        if file.stem not in UNITS:
            file.unlink()
    for file in (project.rounds / ROUND).glob("*.xlsx"):
        if not file.name.startswith(("托里县", "裕民县")):
            file.unlink()
    change_yaml(project.params / "tacheng.yml", counties=["tuoli", "yumin"])
    change_yaml(project.rounds / ROUND / "round.yml", planted=[])
    return project


def write_notebook(project: Project, name: str, source: str, *, publish: bool = True) -> None:
    """A notebook of two code cells after its parameters: opening the chapter, and `source`."""
    start = (
        "from planbook.report.chapter import open_chapter\n"
        f'chapter = open_chapter("{name[:2]}", unit, round, overrides)'
    )
    sources = ['unit = ""\nround = ""\noverrides = {}', start, source.strip(), *(["chapter.publish()"] * publish)]
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"c{n}", "metadata": {"tags": ["parameters"]} if not n
         else {}, "outputs": [], "source": text}
        for n, text in enumerate(sources)
    ]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project.notebooks / f"{name}.ipynb").write_text(json.dumps(book, ensure_ascii=False), "utf-8")


def change_yaml(path: Path, **values: Any) -> None:
    content = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**content, **values}, allow_unicode=True), "utf-8")


def workbook_of(project: Project, county: str) -> Path:
    return next((project.rounds / ROUND).glob(f"{county}*.xlsx"))


def change_cell(path: Path, sheet: str, cell: str, value: object) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook[sheet][cell].value = value
    workbook.save(path)


def empty(folder: Path) -> Path:
    """The folder, made."""
    folder.mkdir(parents=True)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
