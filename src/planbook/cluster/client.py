"""The client's side of a build on a cluster: units go out a few at a time and are put in place as they come.

The scheduler runs a unit again elsewhere when its worker dies, up to its `allowed-failures`. When the scheduler itself
is gone, what was finished stays and is recorded; the same command goes on from there.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from time import monotonic
from traceback import format_exception
from typing import Any

import dask
from distributed import Client, Future, LocalCluster
from distributed.scheduler import KilledWorker

from planbook.book.strangers import unit_names
from planbook.cluster.arrival import take_in
from planbook.cluster.crew import Crew
from planbook.cluster.parcel import Parcels
from planbook.cluster.store import Store
from planbook.cluster.worker import TOPIC, Delivery
from planbook.errors import InputError, PlanbookError, UsageError, of_disk
from planbook.finish import Made
from planbook.outcome import Outcome, Progress, Tell
from planbook.pipeline import due
from planbook.todo import Desk, Work
from planbook.words import _

GONE = (OSError, TimeoutError, CancelledError)  # what a client says when its scheduler does not answer
PATIENCE = "10s"  # for a scheduler to answer, or to come back
WORKERS = {
    "distributed.worker.daemon": False,  # each has its own fork server
    "distributed.worker.profile.enabled": False,  # looks at the stack a hundred times a second: half a second a unit
}
GLANCE = 1.0  # seconds between two looks at who is there
TRIES = 3  # of a unit all of whose workers are gone


@dataclass(frozen=True)
class Cluster:
    """Where to build: a scheduler's address, or "" for one on this machine with `jobs` workers (0: one a processor);
    and the store that artefacts return through, if not through the scheduler."""

    scheduler: str = ""
    store: str = ""
    jobs: int = 0

    def make(self, desk: Desk, outcomes: dict[str, Outcome], tell: Tell) -> Generator[Made, None, None]:
        """Makes what is due (planbook.pipeline.Makers). UsageError where no scheduler answers."""
        works = [work for _number, work in due(desk, outcomes)]
        if works:
            with _client(self, tell) as client:
                yield from _Build(client, desk, outcomes, tell, Store(self.store)).run(works)


@contextmanager
def _client(cluster: Cluster, tell: Tell) -> Iterator[Client]:
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a scheduler that is gone is told by us
    if cluster.scheduler:
        try:
            client = Client(cluster.scheduler, timeout=PATIENCE, set_as_default=False)
        except (*GONE, ValueError) as error:
            message = _("no scheduler answers at {address}").format(address=cluster.scheduler)
            raise UsageError(message, cure=_("start one: dask scheduler; or leave --scheduler out")) from error
        with client:
            yield client
        return
    with (
        dask.config.set(WORKERS),
        LocalCluster(n_workers=cluster.jobs or None, threads_per_worker=1, dashboard_address="127.0.0.1:8787") as local,
        Client(local, timeout=PATIENCE, set_as_default=False) as client,
    ):
        if find_spec("bokeh"):  # which the dashboard is drawn with
            tell(Progress("note", 0, 0, _("dashboard: {address}").format(address=local.dashboard_link)))
        yield client


def _task() -> Callable[[bytes, bytes], Delivery]:
    """What a worker is to call. It travels by value, as a function within another does, and takes bytes alone: the
    scheduler, which opens every task, then need not have planbook."""

    def build(parcel: bytes, how: bytes) -> Delivery:
        import pickle

        from planbook.cluster.worker import build_unit

        return build_unit(parcel, *pickle.loads(how))

    return build


@dataclass(frozen=True)
class _Try:
    """A unit under way: what the scheduler promised, who may build it, and which time it is."""

    work: Work
    future: Future[Delivery]
    workers: frozenset[str]
    number: int


class _Build:
    """One build: units that wait, units under way, and a queue of what happens to these."""

    def __init__(self, client: Client, desk: Desk, outcomes: dict[str, Outcome], tell: Tell, store: Store) -> None:
        self._client, self._desk, self._outcomes, self._tell, self._store = client, desk, outcomes, tell, store
        self._crew = Crew(client, desk.project.root / "requirements.lock", self._note)
        self._parcels, self._names = Parcels(desk), unit_names(desk.project)
        self._happened: SimpleQueue[Any] = SimpleQueue()  # futures that ended, and events of workers
        self._under_way: dict[str, _Try] = {}  # by the task's key
        self._waiting: list[Work] = []  # the next is the last
        self._ran: dict[str, int] = {}  # a unit → how many of its notebooks
        self._total = self._done = self._notebooks = 0

    def run(self, works: Sequence[Work]) -> Iterator[Made]:
        """Builds them all, each told as it comes, or why not. UsageError where all workers there are were refused."""
        self._waiting, self._total = list(reversed(works)), len(works)
        self._notebooks = sum(len(work.to_run) for work in works)
        self._client.subscribe_topic(TOPIC, lambda event: self._happened.put(event[1]))
        try:
            while self._waiting or self._under_way:
                self._crew.look()
                self._rescue()
                yield from self._go_on(until=monotonic() + GLANCE)
            self._crew.look()
        except GONE:
            self._scheduler_gone()

    def _note(self, text: str) -> None:
        self._tell(Progress("note", 0, 0, text))

    def _go_on(self, until: float) -> Iterator[Made]:
        """Sends what there is room for, and takes in what comes, for a while."""
        while (self._waiting or self._under_way) and (left := until - monotonic()) > 0:
            while self._waiting and len(self._under_way) < self._crew.room:
                self._send(self._waiting.pop())
            try:
                happened = self._happened.get(timeout=left)
            except Empty:
                return
            if isinstance(happened, Future):
                yield from self._ended(happened)
            else:
                self._ran[happened["unit"]] = happened["done"]
                done = sum(self._ran.values())
                self._tell(Progress("notebooks", done, self._notebooks, happened["what"]))

    def _send(self, work: Work, number: int = 1) -> None:
        try:
            parcel = self._parcels.of(work)
        except OSError as error:
            self._fault(work, str(of_disk(error)))
            return
        workers = frozenset(self._crew.fit)
        how = pickle.dumps((replace(self._desk.order, units=(work.unit,)), self._store))
        key = f"{work.unit}-{sha256(parcel + how).hexdigest()[:16]}-{number}"
        future = self._client.submit(_task(), parcel, how, key=key, workers=sorted(workers), pure=False)
        self._under_way[key] = _Try(work, future, workers, number)
        future.add_done_callback(self._happened.put)

    def _rescue(self) -> None:
        """Sends units again that none of today's workers may build, since theirs are gone."""
        stranded = [one for one in self._under_way.values() if one.workers.isdisjoint(self._crew.fit)]
        for one in stranded if self._crew.fit else ():
            del self._under_way[str(one.future.key)]
            one.future.cancel()
            if one.number < TRIES:
                self._send(one.work, one.number + 1)
            else:
                self._fault(one.work, _("its workers were lost, {count} times").format(count=TRIES))

    def _ended(self, future: Future[Delivery]) -> Iterator[Made]:
        if (key := str(future.key)) not in self._under_way:  # it was sent again
            return
        if future.status in ("cancelled", "lost"):
            raise ConnectionError
        work = self._under_way[key].work
        error = future.exception() if future.status == "error" else None
        if error is None:
            yield from self._take_in(work, future.result())
        elif isinstance(error, KilledWorker):
            count = error.allowed_failures + 1
            self._fault(work, _("its workers were lost, {count} times").format(count=count))
        elif isinstance(error, OSError):
            self._fault(work, str(of_disk(error)))
        elif isinstance(error, PlanbookError):
            self._fault(work, str(error))
        else:
            self._defect(work, error)
        del self._under_way[key]

    def _take_in(self, work: Work, delivery: Delivery) -> Iterator[Made]:
        """Puts in place what came. A full disk here, or a defect of ours, stops this unit's book and no other."""
        try:
            archive = self._store.fetch(delivery.files)
            self._outcomes[work.unit], made = take_in(self._desk, work, delivery, archive, self._names)
            self._store.drop(delivery.files)
        except PlanbookError as error:
            self._fault(work, str(error))
            return
        except OSError as error:
            self._fault(work, str(of_disk(error)))
            return
        except Exception as error:  # whatever it is, the others' books do not hang on it
            self._defect(work, error)
            return
        self._count(work)
        if made:
            yield made

    def _defect(self, work: Work, error: BaseException) -> None:
        outcome = self._outcomes[work.unit]
        outcome.defect, outcome.traceback = True, "".join(format_exception(error))
        self._fault(work, _("a defect of planbook: {what}").format(what=f"{type(error).__name__}: {error}"))

    def _fault(self, work: Work, why: str) -> None:
        self._outcomes[work.unit].fault = why
        self._count(work)

    def _count(self, work: Work) -> None:
        self._done += 1
        self._tell(Progress("books", self._done, self._total, work.label))

    def _scheduler_gone(self) -> None:
        left = [*self._waiting, *(one.work for one in self._under_way.values())]
        self._note(
            _("the scheduler is gone; {done} of {total} units are finished and stay").format(
                done=self._total - len(left), total=self._total
            )
        )
        for work in left:
            cure = _("start the scheduler again and give the same command: it goes on from there")
            self._outcomes[work.unit].fault = str(InputError(_("the scheduler is gone"), cure=cure))
