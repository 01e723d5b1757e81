"""A folder that sets up on a machine without network: the project, and the wheels that its lock names."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from packaging.markers import Marker, default_environment

from planbook.environment import RUNTIME, WHEELS
from planbook.errors import InputError, UsageError
from planbook.project import Project
from planbook.words import _

LEFT = shutil.ignore_patterns(
    *("_build", "_book", ".venv", ".git", WHEELS, "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"),
    *("~$*", ".DS_Store", ".ipynb_checkpoints"),
)


@dataclass(frozen=True)
class Machine:
    """One kind of machine that offices have: what its Python says of itself, and pip's words for it.

    The words of wheels differ in the oldest system that they run on.
    """

    sys_platform: str
    platform_system: str
    os_name: str
    tags: tuple[str, ...]


def _tags(head: str, versions: str, tail: str) -> tuple[str, ...]:
    return tuple(f"{head}_{version}_{tail}" for version in versions.split())


MACS, LINUXES = "13_0 12_0 11_0 10_13 10_12 10_9", "2_28 2_27 2_17 2_12 2_5"
PLATFORMS = {
    "windows": Machine("win32", "Windows", "nt", ("win_amd64",)),
    "mac": Machine(
        "darwin", "Darwin", "posix", (*_tags("macosx", MACS, "arm64"), *_tags("macosx", MACS, "universal2"))
    ),
    "mac-intel": Machine(
        "darwin", "Darwin", "posix", (*_tags("macosx", MACS, "x86_64"), *_tags("macosx", MACS, "universal2"))
    ),
    "linux": Machine("linux", "Linux", "posix", (*_tags("manylinux", LINUXES, "x86_64"), "manylinux2014_x86_64",
                                                 "manylinux2010_x86_64", "manylinux1_x86_64")),
    "linux-arm": Machine("linux", "Linux", "posix", (*_tags("manylinux", LINUXES, "aarch64"), "manylinux2014_aarch64")),
}  # fmt: skip
REVISIONS = ("0", "99")  # of the other machine's Python, which nobody knows: a marker may ask for it
NOTE = """\
离线安装说明

本文件夹含有项目和安装所需的全部软件包，无需联网。
适用：{platform}，Python {python}。

1. 把整个文件夹复制到目标计算机上有写权限的位置。
2. 安装 Python {python}（{python} 的其他修订号也可以；Windows 版安装时勾选“Add python.exe to PATH”）。
3. Windows：双击 build.cmd。其他系统：在本文件夹中运行 python3 build.py。

首次运行会用 {wheels} 文件夹中的软件包安装环境，然后生成全部规划。
"""


@dataclass(frozen=True)
class Bundle:
    """What was written: the folder, how many wheels, their size in MB, what they are for."""

    folder: Path
    wheels: int
    megabytes: float
    platform: str
    python: str


def bundle(project: Project, target: Path, platform: str = "", python: str = "") -> Bundle:
    """The project in `target`, which is empty or not there yet, with the wheels of its lock beside it.

    `platform`: a key of PLATFORMS; "" is this machine's. `python`: its minor version, such as 3.12; "" is this one's.
    Nothing is left behind where a wheel cannot be had. UsageError: the target, platform or version is none.
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    _refuse(project, target, platform)
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        shutil.copytree(project.root, part, ignore=LEFT)
        _download(part, platform, python)
        wheels = sorted((part / WHEELS).iterdir())
        named = platform or sysconfig.get_platform()
        note = NOTE.format(platform=named, python=python or here, wheels=WHEELS)
        (part / "离线安装说明.txt").write_text(note, "utf-8", newline="\r\n")  # for Windows' Notepad, too
        if target.exists():
            target.rmdir()
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    size = sum((target / WHEELS / wheel.name).stat().st_size for wheel in wheels) / 1e6
    return Bundle(target, len(wheels), size, named, python or here)


def _refuse(project: Project, target: Path, platform: str) -> None:
    if not (project.root / "src" / "planbook").is_dir():
        raise UsageError(
            _("this project has no planbook of its own to bundle"), cure=_("bundle from a checkout of planbook")
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(_("{folder} is not empty").format(folder=target), cure=_("name an empty or a new folder"))
    if target.resolve().is_relative_to(project.root.resolve()):
        raise UsageError(_("{folder} lies in the project").format(folder=target), cure=_("name a folder outside of it"))
    if platform and platform not in PLATFORMS:
        raise UsageError(_("--platform {name}: unknown").format(name=platform), cure=", ".join(PLATFORMS))


def _download(folder: Path, platform: str, python: str) -> None:
    machine = PLATFORMS.get(platform)
    options = ["--only-binary=:all:", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--quiet"]
    options += [word for tag in machine.tags for word in ("--platform", tag)] if machine else []
    lock = (folder / RUNTIME).read_text("utf-8")
    minor = python or f"{sys.version_info.major}.{sys.version_info.minor}"
    for wanted, revision in {wanted_by(lock, machine, python, revision): revision for revision in REVISIONS}.items():
        asked = folder / WHEELS / "wanted.txt"
        asked.parent.mkdir(exist_ok=True)
        asked.write_text(wanted, "utf-8")
        there = [*options, "--python-version", f"{minor}.{revision}"]  # a wheel may refuse an earlier revision
        command = [sys.executable, "-m", "pip", "download", *there, "-r", str(asked), "-d", str(asked.parent)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
        asked.unlink()
        if done.returncode:
            said = "\n".join(done.stderr.splitlines()[-6:])
            raise InputError(
                _("not every package of the lock could be had:") + f"\n{said}",
                place=RUNTIME,
                cure=_("look at the network and at pip's index; another --platform or --python may lack a wheel"),
            )


def wanted_by(lock: str, machine: Machine | None, python: str, revision: str) -> str:
    """The requirements of a lock that hold on the other machine, without their markers: pip would read those as of this
    one."""
    here = default_environment()
    minor = python or here["python_version"]
    there = {**here, "python_version": minor, "python_full_version": f"{minor}.{revision}"}
    if machine:
        there |= {key: getattr(machine, key) for key in ("sys_platform", "platform_system", "os_name")}
    kept = []
    for requirement in re.split(r"^(?=\S)", lock, flags=re.MULTILINE):
        name, _semicolon, rest = requirement.partition(" ; ")
        marker, _backslash, hashes = rest.partition(" \\\n")
        if not marker:
            kept.append(requirement)
        elif Marker(marker).evaluate(cast("dict[str, str]", there)):
            kept.append(f"{name} \\\n{hashes}")
    return "".join(kept)
