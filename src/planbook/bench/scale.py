"""Many units: copies of the project's prefectures, each with a round of its own. Time a unit, and memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from planbook.bench.place import Bench, forget
from planbook.bench.timing import Goal, Result
from planbook.params import unit_ids
from planbook.project import Project

FORMATS = "html,xlsx"


def units(bench: Bench) -> Result:
    """One build of each size; the goal compares the time a unit takes among many and among few."""
    seconds: dict[str, list[float]] = {}
    remarks = []
    for size in bench.sizes:
        project = synthetic(bench, size)
        forget(project)
        seen = watched(bench, project)
        seconds[f"a unit of {size}"] = [seen.seconds / size]
        remarks.append(f"{size} units: {seen.seconds:.0f} s, {seen.memory}")
    few, many = (f"a unit of {size}" for size in (bench.sizes[0], bench.sizes[-1]))
    return Result("units", f"synthetic units, {FORMATS}", seconds, (Goal(many, few, 1.1),), remarks)


def synthetic(bench: Bench, size: int) -> Project:
    """A project of `size` units: its own prefecture and counties again and again under other ids."""
    project = bench.copy(f"units-{size}")
    own, round = unit_ids(project), bench.round()
    contents = {unit: yaml.safe_load((project.params / f"{unit}.yml").read_text("utf-8")) for unit in own}
    prefectures_first = sorted(own, key=lambda unit: "extends" in contents[unit])
    names = [f"{unit}-{number}" for number in range(size // len(own) + 1) for unit in prefectures_first]
    chosen = set(names[:size])
    for name in names[:size]:
        unit, number = name.rsplit("-", 1)
        content = dict(contents[unit])
        if "extends" in content:
            content["extends"] += f"-{number}"
        if "counties" in content:
            content["counties"] = [one for one in (f"{c}-{number}" for c in content["counties"]) if one in chosen]
        if "round" in content:
            content["round"] = f"{round}-{number}"
            shutil.copytree(project.rounds / round, project.rounds / f"{round}-{number}", dirs_exist_ok=True)
        text = yaml.safe_dump(content, allow_unicode=True)
        (project.params / f"{name}.yml").write_text(text, "utf-8")
    for unit in own:
        (project.params / f"{unit}.yml").unlink()
    return project


@dataclass(frozen=True)
class Seen:
    """What a build took: seconds, seconds of the processors, and the most memory in MB that it and any one of its
    children had."""

    seconds: float
    processor: float
    parent: int
    child: int

    @property
    def memory(self) -> str:
        return f"the build {self.parent} MB, a child {self.child} MB at most"


def watched(bench: Bench, project: Project, *words: str, formats: str = FORMATS) -> Seen:
    """Runs a build of the project, and looks at its processes while it lasts."""
    begun = time.perf_counter()
    command = bench.planbook("build", "--to", formats, "--accept-errors", *words)
    log = project.root / "build.log"
    most: dict[int, int] = {}
    processor = 0.0
    with log.open("w") as file:
        process = subprocess.Popen(
            command, env={**os.environ, **bench.env(project)}, stdout=file, stderr=file, start_new_session=True
        )
        while process.poll() is None:
            alive = dict(_session(process.pid))
            processor = max(processor, sum(alive.values()))  # of one that ended its parent has it
            for pid in alive:
                most[pid] = max(most.get(pid, 0), _memory(pid, process.pid))
            time.sleep(0.2)
    if process.returncode:
        raise RuntimeError(f"the build failed:\n{log.read_text('utf-8')[-2000:]}")
    children = [size for pid, size in most.items() if pid != process.pid]
    return Seen(time.perf_counter() - begun, processor, most.get(process.pid, 0), max(children, default=0))


def _session(leader: int) -> Iterator[tuple[int, float]]:
    """The processes of a session (Linux; none elsewhere), each with the processor's seconds that it and those of its
    children took that have ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[3]) == leader:
                yield int(stat.parent.name), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError):  # it ended meanwhile
            continue


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _memory(pid: int, leader: int) -> int:
    """Megabytes of a process, pages it shares with others counted by share; 0 of one that is just being started: until
    it runs its own program it is its parent, as far as the system can tell."""
    try:
        if pid != leader and _command(pid) == _command(leader):
            return 0
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("Pss:")), 0)
