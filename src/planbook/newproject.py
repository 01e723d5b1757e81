"""Another prefecture: an empty folder becomes a project with its parameters, chapters, notebooks and an empty round."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from planbook.errors import UsageError
from planbook.newunit import NO_CODE, refuse_id
from planbook.params import Period, load_params, schema
from planbook.project import Project
from planbook.words import _

CARRIED = ("_quarto.yml", "requirements.lock", "chapters", "figures", "notebooks", "tools/guard.py")
TABLES = ("catalogue.csv", "policies.csv", "standards.csv")
PART = ".planbook.new"
KIND = re.compile("(?:地区|自治州|州|市|盟)$")
SHARE = 20  # percent of the households, in each year but the last, until somebody knows better

ENTRANCE = '''\
"""python3 build.py [verb …]: planbook, as it is installed in this Python's environment."""

import os
import sys

os.environ["PLANBOOK_ROOT"] = os.path.dirname(os.path.abspath(__file__))
try:
    from planbook.cli import main
except ImportError:
    sys.exit(
        f"{sys.executable}: planbook is not installed in this Python. Use the one that has it"
        " (of a checkout: .venv/bin/python build.py), or install its wheel with pip.\\n"
        "这个 Python 环境中没有 planbook：请改用装有 planbook 的 Python（从源码新建的，用源码文件夹里的"
        " .venv/bin/python build.py），或用 pip 安装 planbook 的 whl 文件。"
    )
if __name__ == "__main__":
    main()
'''
IGNORED = "/_build/\n/_book/\n__pycache__/\n.ipynb_checkpoints/\n~$*\n"


@dataclass(frozen=True)
class Laid:
    """What was laid out: the prefecture's id, its first round, the keys of params that are still to be filled in."""

    unit: str
    round: str
    open: tuple[str, ...]


def lay_out(folder: Path, name: str, *, unit: str = "", code: str = "", today: datetime.date) -> Laid:
    """A project for the prefecture in `folder`, which is empty or not there yet; the plan's period and the round
    follow from `today`. UsageError: the folder holds something, or name, id or code is none.

    It is written in a folder of its own in there and moved out of it when it is whole: where the disk is full, nothing
    is left behind, nor any folder that was made for it.
    """
    unit = unit or _id_of(name)
    _refuse(folder, name, unit, code)
    round = f"{today:%Y-%m}"
    missing = [place for place in (folder, *folder.parents) if not place.exists()]  # innermost first
    part = folder / PART
    try:
        _remove(part)
        part.mkdir(parents=True)
        _write(Project(part), name, unit, code or NO_CODE, round, today)
        _move_out(part, folder)
    finally:
        _remove(part)
        for place in missing:
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()
    return Laid(unit, round, () if code else ("unit.code",))


def _move_out(part: Path, folder: Path) -> None:
    """All that is in `part` into `folder`, but what that has already (it may have a .gitignore); or nothing."""
    moved: list[Path] = []
    try:
        for item in sorted(item for item in part.iterdir() if not (folder / item.name).exists()):
            moved.append(item.rename(folder / item.name))
    except OSError:
        for item in moved:
            item.rename(part / item.name)
        raise


def _write(project: Project, name: str, unit: str, code: str, round: str, today: datetime.date) -> None:
    source, folder = _carried(), project.root
    for each in CARRIED:
        _copy(source / each, folder / each)
    for table in TABLES:
        _copy(source / "data" / table, project.data / table)
    for notebook in sorted(project.notebooks.glob("*.ipynb")):
        _open_for(notebook, unit, round)
    texts = {
        project.params / "schema.json": schema(),
        project.params / f"{unit}.yml": _params(name, code, round, _period(today)),
        project.rounds / round / "round.yml": _round(name, today),
        folder / "build.py": ENTRANCE,
        folder / ".gitignore": IGNORED,
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    load_params(project, unit)  # that what was written is valid is not left to the next verb to find out


def _open_for(notebook: Path, unit: str, round: str) -> None:
    """In Jupyter a notebook runs for what its cell of parameters says: for the new prefecture, not for another's."""
    text = notebook.read_text("utf-8")
    for name, value in (("unit", unit), ("round", round)):
        text = re.sub(rf'"{name} = \\"[^"\\]*\\"', f'"{name} = \\\\"{value}\\\\"', text, count=1)
    notebook.write_text(text, "utf-8", newline="\n")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _carried() -> Path:
    """Where a project's own folders come from: the wheel carries them, a checkout has them at its root."""
    packed = Path(__file__).parent / "_project"
    return packed if packed.is_dir() else Path(__file__).parents[2]


def _copy(source: Path, target: Path) -> None:
    """A file, or the files of a folder; the folders in it are units' own words, another prefecture's."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copyfile(source, target)
        return
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_file() and not path.name.startswith((".", "~$")):
            shutil.copyfile(path, target / path.name)


def _id_of(name: str) -> str:
    """阿勒泰地区 → aletai."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(KIND.sub("", name) or name))


def _refuse(folder: Path, name: str, unit: str, code: str) -> None:
    if not re.fullmatch("[\u4e00-\u9fff]{2,20}", name):
        raise UsageError(
            _("--prefecture {name}: no prefecture's name").format(name=name),
            cure=_("the full name, such as {example}").format(example="某某地区"),
        )
    refuse_id(unit)
    if code and not re.fullmatch(r"\d{4}00", code):
        raise UsageError(
            _("--code {code}: no prefecture's code").format(code=code),
            cure=_("six digits (GB/T 2260) that end in 00, such as {example}").format(example="654300"),
        )
    if folder.exists() and (not folder.is_dir() or any(not p.name.startswith(".") for p in folder.iterdir())):
        raise UsageError(
            _("{folder} is not empty").format(folder=folder), cure=_("name an empty or a new folder: --into FOLDER")
        )


def _period(today: datetime.date) -> Period:
    """The five-year plan of today: 2021–2025, 2026–2030 …"""
    first = today.year - (today.year - 1) % 5
    return Period(first=first, last=first + 4)


def _params(name: str, code: str, round: str, period: Period) -> str:
    office = "行政公署" if name.endswith("地区") else "人民政府"
    targets = ", ".join(f"{year}: {Decimal(SHARE)}" for year in period.years[:-1])
    return f"""\
# yaml-language-server: $schema=schema.json
unit:
  code: "{code}"
  name: {name}
  level: prefecture
  aliases: {json.dumps([short] if len(short := KIND.sub("", name)) > 1 and short != name else [], ensure_ascii=False)}
  government: {name}{office}
  department: {name}住房和城乡建设局

# 用 python3 build.py new <英文名> --name <县名> 增加，会写在这里
counties: []

round: {round}
period: {{first: {period.first}, last: {period.last}}}
milestone: {period.first + 1}

# 占五年改造总户数的百分比，最后一年为其余部分；请按本地区的安排填写
targets: {{{targets}}}

rules:
  built_before: 2000
  built_latest: 2005
  post_share_cap: 15
  funded_years: [{period.first - 2}, {period.first - 1}]
  target_tolerance: 2

document:
  title: "{{name}}老旧小区改造专项规划"
  edition: 征求意见稿
  client: {name}住房和城乡建设局
  date: {round}

# 没有出处，书中标注为示例
cost_weights: {{basic: 6, improve: 3, enhance: 1, assumed: true}}
"""


def _round(name: str, today: datetime.date) -> str:
    return f"""\
date: "{today:%Y-%m}"
label: {today.year}年{today.month}月
surveyor: {name}住房和城乡建设局组织、各县（市）社区工作人员填报
coverage: 各县（市）城市建成区和县城所在镇的住宅小区
synthetic: false
# 群众第一、第二……位提出的改造内容各计几分；没有出处，书中标注为示例
needs_weights: [5, 4, 3, 2, 1]
assumed: [needs_weights]
"""
