# -*- coding: utf-8 -*-  # noqa: UP009 (without it Python 2 complains of the Chinese, not of itself)
"""The front door of planbook: `python3 build.py [verb …]`, from any folder. Standard library only.

Where a build has nothing to do it says so at once (planbook.uptodate). Else it hands over to `python -m planbook.cli`
in .venv beside this file, or in the active environment, after making what is missing there (planbook.environment).
"""

import os
import sys

# The first line that Python 2 cannot read, hence the one that it quotes.
NEEDED: "tuple[int, ...]" = (3, 11)  # planbook needs Python 3.11 or newer · planbook 需要 Python 3.11 或更高版本


def too_old(version: "tuple[int, ...]", executable: str) -> str:
    """What to tell the user of a Python that is too old, in both languages; empty if it is new enough."""
    if version[:2] >= NEEDED:
        return ""
    from shutil import which

    newer = next(filter(which, ("python3.14", "python3.13", "python3.12", "python3.11")), None)
    this = ".".join(map(str, version[:3]))
    conda = "conda env create -f environment.yml"
    return (
        f"planbook needs Python 3.11 or newer; this is {this} ({executable}).\n"
        f"  → {newer + ' build.py' if newer else 'install a newer Python, or: ' + conda}\n"
        f"planbook 需要 Python 3.11 或更高版本；当前为 {this}（{executable}）。\n"
        f"  → {newer + ' build.py' if newer else '请安装较新的 Python，或运行：' + conda}"
    )


if too_old(sys.version_info[:3], sys.executable):  # before anything that an old Python could stumble over
    sys.exit(too_old(sys.version_info[:3], sys.executable))

ROOT = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(ROOT, "src"))


def main(arguments: "list[str]") -> int:
    from planbook import uptodate

    books = uptodate.nothing_to_do(ROOT, arguments)
    if books:
        print(uptodate.said(books))
        return 0
    from planbook import environment

    return environment.guarded(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
