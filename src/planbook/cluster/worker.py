"""What a worker does: it unpacks a unit's parcel, builds it as any machine would, and sends what was made."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZIP_STORED

from distributed import get_worker

from planbook.book.manifest import Built
from planbook.cluster.parcel import open_parcel
from planbook.cluster.store import Sent, Store
from planbook.finish import Made
from planbook.index import Index, Record
from planbook.outcome import Outcome, Progress, Tell
from planbook.package import pack
from planbook.pipeline import build, make_here
from planbook.project import Project
from planbook.todo import Desk, Order

TOPIC = "planbook"  # of the events that tell how far a unit is

_one = threading.Lock()  # a build works with the whole process: its temporary folder, its environment


@dataclass(frozen=True)
class Delivery:
    """How a unit fared on a worker: what its manifest and index hold of it in the end, and all files that were made."""

    outcome: Outcome
    built: Built | None
    records: dict[str, Record]
    files: Sent

    @property
    def book(self) -> Record | None:
        return self.records.get(f"{self.outcome.unit}/book {book_folder(self.outcome.unit)}")


def book_folder(unit: str) -> str:
    """Where a worker's book lies in its project."""
    return f"_book/{unit}"


def build_unit(parcel: bytes, order: Order, store: Store) -> Delivery:
    """Builds the one unit of the order from its parcel."""
    worker, [unit] = get_worker(), order.units
    project = Project(Path(worker.local_directory).resolve() / "planbook")
    os.environ.setdefault("MPLCONFIGDIR", str(project.cache / "matplotlib"))

    def tell(step: Progress) -> None:
        if step.stage == "notebooks":
            worker.log_event(TOPIC, {"unit": unit, "done": step.done, "what": step.what})

    built: list[Built | None] = []

    def make(desk: Desk, outcomes: dict[str, Outcome], tell: Tell) -> Generator[Made, None, None]:
        for made in make_here(desk, outcomes, tell):
            built.append(made.built)
            yield made

    with _one:
        open_parcel(parcel, project)
        [outcome] = build(project, replace(order, out=None, jobs=worker.state.nthreads), tell, makers=make)
        records = Index(project).tasks(unit)
        files = {path.relative_to(project.root).as_posix(): path.read_bytes() for path in _made(project, unit)}
    return Delivery(outcome, built[0] if built else None, records, store.send(pack(files, ZIP_STORED)))


def _made(project: Project, unit: str) -> Iterator[Path]:
    """The files of the unit's book, and of its working folder."""
    for folder in (project.root / book_folder(unit), *project.build.glob(f"*/{unit}")):
        yield from (path for path in folder.rglob("*") if path.is_file())
