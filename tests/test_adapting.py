"""Another prefecture, from the wheel alone: laid out, surveyed, extended in every way there is, built."""

from __future__ import annotations

import datetime
import errno
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml

from planbook import newproject
from planbook.errors import UsageError
from planbook.newproject import lay_out
from planbook.project import Project
from planbook.survey import form
from tests.conftest import ROOT
from tests.small import change_yaml, write_notebook

DAY = datetime.date(2026, 3, 9)
COUNTIES = {"shanqian": ("山前县", "999921"), "heyan": ("河沿县", "999922"), "xincheng": ("新城市", "999901")}
SHOWN = re.compile(r"^`([^`\n]+)`\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DOCS = dict(SHOWN.findall((ROOT / "docs" / "adapting.md").read_text("utf-8")))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would put into site-packages."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(place.glob("*.whl"))) as packed:
        packed.extractall(place / "site")
    return place / "site"


def planbook(wheel: Path, project: Path, *arguments: str, code: int = 0) -> str:
    """What build.py of the project prints; it must find the wheel's planbook, not this checkout's."""
    variables = {name: value for name, value in os.environ.items() if name != "PLANBOOK_ROOT"}
    variables |= {"PYTHONPATH": str(wheel), "PLANBOOK_LANG": "en", "PYTHONSAFEPATH": "1"}
    command = [sys.executable, *(["build.py"] if (project / "build.py").exists() else ["-m", "planbook.cli"])]
    done = subprocess.run([*command, *arguments], cwd=project, env=variables, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def fill_in(blank: Path, target: Path, county: str, start: int) -> None:
    """Two communities, as a clerk types them into the form that `new` made; one header in the office's own words."""
    book = openpyxl.load_workbook(blank)
    sheet = form.sheet("before")
    page = book[sheet.name]
    keys = [column.key for column in sheet.columns]
    assert page.cell(form.HEADER_ROWS[0], len(keys) + 1).value == "电梯数\n（部）", "the form asks for it"
    page.cell(form.HEADER_ROWS[1], keys.index("households") + 1).value = "入住户数（户）"
    for number, name in enumerate(("红柳院", "白桦院")):
        answers = {
            "serial": number + 1, "county": county, "name": name, "year_built": 1990 + number, "property_type": "公房",
            "area": 0.98, "households": start + number, "buildings": 3, "needs_basic": "1、4", "renovation": "未改造",
            "plan_year": 2026 + number, "investment": 200, "funding": "地方财政", "management": "社区代管",
        }  # fmt: skip
        for key, value in answers.items():
            page.cell(form.FIRST_ROW + number, keys.index(key) + 1).value = value
        page.cell(form.FIRST_ROW + number, len(keys) + 1).value = number + 2
    book.save(target)


def extend(project: Project, round: str) -> None:
    """What docs/adapting.md shows, written where it says."""
    with (project.rounds / round / "round.yml").open("a", encoding="utf-8") as file:
        file.write(DOCS["round.yml"])
    write_notebook(project, "11-lifts", DOCS["notebooks/11-lifts.ipynb"])
    for name in ("chapters/11-lifts.qmd", "notebooks/rules.py"):
        (project.root / name).write_text(DOCS[name], "utf-8")
    book = yaml.safe_load((project.root / "_quarto.yml").read_text("utf-8"))
    book["book"]["chapters"].append("chapters/11-lifts.qmd")
    (project.root / "_quarto.yml").write_text(json.dumps(book, ensure_ascii=False), "utf-8")


def test_a_made_up_prefecture_with_words_of_its_own_builds_without_touching_planbook(
    wheel: Path, tmp_path: Path
) -> None:
    project = Project(tmp_path / "云岭 project")
    project.root.mkdir()
    said = planbook(wheel, project.root, "new", "--prefecture", "云岭地区", "--code", "999900")
    round = next(project.rounds.iterdir()).name
    assert f"data/survey/{round}" in said
    assert not [path for path in project.chapters.iterdir() if path.is_dir()], "no other prefecture's words"
    extend(project, round)
    for number, (unit, (name, code)) in enumerate(COUNTIES.items()):
        planbook(wheel, project.root, "new", unit, "--name", name, "--code", code)
        blank = project.build / "forms" / f"{name}老旧小区摸底调查表.xlsx"
        fill_in(blank, project.rounds / round / blank.name, name, 100 * (number + 1))
    params = yaml.safe_load((project.params / "yunling.yml").read_text("utf-8"))
    change_yaml(project.params / "yunling.yml", period={"first": 2026, "last": 2030}, milestone=2027,
                targets=dict.fromkeys(range(2026, 2030), 20))  # fmt: skip
    assert params["counties"] == ["xincheng", "shanqian", "heyan"], "in the order of codes"
    planbook(wheel, project.root, "build", "yunling", "--to", "html,xlsx")
    facts = json.loads((project.build / round / "yunling" / "facts.json").read_text("utf-8"))
    assert (facts["lifts.all"]["display"], facts["lifts.all"]["unit"]) == ("15", "部")
    assert facts["lifts.heyan"]["display"] == "5"
    assert facts["stock.households"]["display"] == "1203", "though the header says 入住户数"
    pages = {path.stem: path.read_text("utf-8") for path in (project.book / "yunling" / "html").glob("*.html")}
    assert "第十一章" in pages["11-lifts"] and "图 11-1" in pages["11-lifts"]
    assert "每个小区的电梯不超过20部" in pages["09-plan"]
    assert "电梯数" in pages["03-current"], "the blank form is the one that was handed out"
    annex = openpyxl.load_workbook(next((project.book / "yunling").glob("*.xlsx")), read_only=True)["小区清单"]
    assert "电梯数\n（部）" in {cell.value for row in annex.iter_rows(max_row=6) for cell in row}
    assert "few-lifts" in planbook(wheel, project.root, "audit", "yunling", "--json", "-", code=1)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "信.docx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="not empty"):
        lay_out(tmp_path, "云岭地区", today=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["信.docx"]


def test_a_full_disk_leaves_nothing_and_the_next_try_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".gitignore").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr(newproject.shutil, "copyfile", full)
        for folder in ("here", "new", "here/a/b"):
            with pytest.raises(OSError, match="No space"):
                lay_out(tmp_path / folder, "云岭地区", today=DAY)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "here",
        "here/.gitignore",
    ]
    lay_out(tmp_path / "here", "云岭地区", today=DAY)
    assert (tmp_path / "here" / ".gitignore").read_text() == "mine"
    assert (tmp_path / "here" / "build.py").is_file() and not list((tmp_path / "here").glob(".planbook*"))


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("Yunling", {}, "full name"),
        ("云岭地区", {"code": "999901"}, "end in 00"),
        ("云岭地区", {"unit": "云"}, "lower"),
    ],
)
def test_what_is_no_prefecture_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, options: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        lay_out(tmp_path / "new", name, today=DAY, **options)
    assert not (tmp_path / "new").exists()


def test_the_plan_is_that_of_the_five_years_one_lives_in(tmp_path: Path) -> None:
    assert lay_out(tmp_path, "云岭自治州", today=DAY).unit == "yunling"
    params = yaml.safe_load((tmp_path / "params" / "yunling.yml").read_text("utf-8"))
    assert params["period"] == {"first": 2026, "last": 2030}
    assert params["unit"]["government"] == "云岭自治州人民政府"
    assert params["counties"] == []
    for notebook in (tmp_path / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        given = next("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ()))
        assert given.startswith('unit = "yunling"\nround = "2026-03"\n'), "what it runs for in Jupyter"
