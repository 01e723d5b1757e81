"""A scheduler and workers as processes of their own on loopback, as an office would start them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import is_soon

SOURCES = Path(__file__).resolve().parents[2] / "src"


class Running:
    """A scheduler, and the workers that were started for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._start(words, "scheduler", {})
        self.address = self._said("scheduler", r"Scheduler at:\s+(tcp://\S+)")

    def worker(self, name: str, sources: Path = SOURCES, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        """A worker without a nanny, which would start another in its place; `sources`: the planbook it imports."""
        words = ("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", name)
        here = cwd or self.folder
        return self._start(
            (*words, "--local-directory", str(here / name)), name, {"PYTHONPATH": str(sources)}, cwd=here
        )

    def address_of(self, name: str) -> str:
        return self._said(name, r"(?s)Start worker at:\s+(tcp://\S+).*Registered to")

    def _start(
        self, words: tuple[str, ...], name: str, env: dict[str, str], cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]],
                stdout=log, stderr=log, env={**os.environ, **env}, cwd=cwd or self.folder,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def _said(self, name: str, pattern: str) -> str:
        """Waits until a process said what is looked for, and gives it."""
        log = self.folder / f"{name}.log"
        assert is_soon(lambda: re.search(pattern, log.read_text("utf-8")) is not None, 60), log.read_text("utf-8")
        return re.findall(pattern, log.read_text("utf-8"))[0]

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    cluster = Running(tmp_path)
    yield cluster
    cluster.stop()
