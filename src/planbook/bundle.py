"""A folder that sets up on a machine without network: the project, and the wheels that its lock names."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from planbook.environment import RUNTIME, WHEELS
from planbook.errors import InputError, UsageError
from planbook.project import Project
from planbook.words import _

LEFT = shutil.ignore_patterns(
    *("_build", "_book", ".venv", ".git", WHEELS, "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"),
    *("~$*", ".DS_Store", ".ipynb_checkpoints"),
)
# what pip calls the machines that offices have; the platforms of wheels differ in the oldest system they run on
PLATFORMS = {
    "windows": ("win_amd64",),
    "mac": ("macosx_13_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_12_universal2"),
    "mac-intel": ("macosx_13_0_x86_64", "macosx_12_0_x86_64", "macosx_11_0_x86_64", "macosx_10_13_x86_64",
                  "macosx_10_12_x86_64", "macosx_10_9_x86_64", "macosx_10_12_universal2"),
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64",
              "manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"),
    "linux-arm": ("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux_2_17_aarch64",
                  "manylinux2014_aarch64"),
}  # fmt: skip
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
    options = ["--only-binary=:all:", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--quiet"]
    options += [word for tag in PLATFORMS.get(platform, ()) for word in ("--platform", tag)]
    options += ["--python-version", python] if python else []
    command = [sys.executable, "-m", "pip", "download", *options, "-r", RUNTIME, "-d", WHEELS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = "\n".join(done.stderr.splitlines()[-6:])
        raise InputError(
            _("not every package of the lock could be had:") + f"\n{said}",
            place=RUNTIME,
            cure=_("look at the network and at pip's index; another --platform or --python may lack a wheel"),
        )
