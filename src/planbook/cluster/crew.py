"""The workers of a scheduler: each is asked who it is before it is given anything, and missed when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from distributed import Client

from planbook.cluster.checks import Identity, differences, identity, pinned
from planbook.errors import UsageError
from planbook.words import _


class Crew:
    """Those who may build, by address, with how many units each may have at a time; `note` tells who came and went."""

    def __init__(self, client: Client, lock: Path, note: Callable[[str], None]) -> None:
        self._client, self._note = client, note
        self._packages = pinned(lock)
        self._ours = identity(self._packages)
        self.fit: dict[str, int] = {}
        self.refused: dict[str, str] = {}  # and why
        self._met = self._waited = False

    @property
    def room(self) -> int:
        """How many units may be under way: one at work and one waiting for each thread."""
        return 2 * sum(self.fit.values())

    def look(self) -> None:
        """Who is there now. OSError where no scheduler answers."""
        there: dict[str, int] = dict(self._client.nthreads())
        for address in sorted(self.fit.keys() - there.keys()):
            del self.fit[address]
            self._note(_("worker {address} was lost: others build what it had").format(address=address))
        for address in [one for one in self.refused if one not in there]:
            del self.refused[address]
        if new := sorted(there.keys() - self.fit.keys() - self.refused.keys()):
            self._ask(new, there)
        if self.refused and not self.fit and not self._met:
            raise UsageError(_("all workers were refused"), cure=_("set them up from the same planbook and lock"))
        self._met = self._met or bool(self.fit)
        if not self.fit and not self._waited:
            self._note(_("no worker is there that can build: waiting for one"))
        self._waited = not self.fit

    def _ask(self, new: list[str], threads: dict[str, int]) -> None:
        answers = self._client.run(identity, self._packages, workers=new, on_error="return")
        for address in new:
            if not (why := self._objection(answers.get(address))):
                self.fit[address] = threads[address]
                continue
            self.refused[address] = why
            self._note(_("worker {address} is refused: {why}").format(address=address, why=why))

    def _objection(self, answer: object) -> str:
        if isinstance(answer, Identity):
            return "; ".join(differences(self._ours, answer))
        return _("it has no planbook that answers: {what}").format(what=f"{type(answer).__name__}: {answer}")
