"""Who a worker is, as far as the bytes of its books depend on it: one that differs is given nothing."""

from __future__ import annotations

import multiprocessing
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import planbook
from planbook import uptodate
from planbook.index import digest_of_all
from planbook.words import _

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.M)
WHEEL = "/_project/"  # what only an installed planbook has beside it
SHOWN = 5  # differences; the first tell what the others come from


@dataclass(frozen=True)
class Identity:
    """A process that builds: its planbook, the Python, each package of the lock, and whether it may start processes."""

    planbook: str
    python: str
    packages: tuple[tuple[str, str], ...]
    starts_processes: bool = True


def pinned(lock: Path) -> tuple[str, ...]:
    """The packages of a lock."""
    return tuple(PINNED.findall(lock.read_text("utf-8"))) if lock.is_file() else ()


def identity(packages: Sequence[str]) -> Identity:
    """This process's."""
    sources = dict(uptodate.package_files())
    code = digest_of_all({name: uptodate.digest_of(sources[name]) for name in sources if WHEEL not in name})
    return Identity(
        f"{planbook.__version__} ({code[:8]})",
        f"{sys.version_info.major}.{sys.version_info.minor} {sys.platform} {platform.machine()}",
        tuple((name, _version(name)) for name in packages),
        not multiprocessing.current_process().daemon,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # of another platform, or not installed
        return "—"


def differences(ours: Identity, theirs: Identity) -> Iterator[str]:
    """Why a worker that is `theirs` cannot make what `ours` would."""
    pairs = [("planbook", ours.planbook, theirs.planbook), ("Python", ours.python, theirs.python)]
    there = dict(theirs.packages)
    pairs += [(name, version, there.get(name, "—")) for name, version in ours.packages]
    for name, here, found in [pair for pair in pairs if pair[1] != pair[2]][:SHOWN]:
        yield _("{name} {found} there, {here} here").format(name=name, found=found, here=here)
    if not theirs.starts_processes:
        setting = "DASK_DISTRIBUTED__WORKER__DAEMON=False"
        yield _("it may not start processes: start it with {setting} set").format(setting=setting)
