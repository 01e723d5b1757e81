"""Child processes that run notebooks, as an executor.

"fork": each call gets a fresh child of a warm fork server. "spawn": each slot keeps one worker, for systems that cannot
fork safely. A child that dies takes its own call with it and no other.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import traceback
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import planbook
from planbook.errors import UsageError
from planbook.words import _

T = TypeVar("T")

Engine = Literal["fork", "kernel"]
Start = Literal["fork", "spawn"]

WARM = "planbook.execute.warm"

TRIES = 5  # to start a child

_LOCK = threading.Lock()  # starting and reaping children is not safe in two threads at once


class ChildDiedError(Exception):
    """The process that ran a call ended before it answered. `told` is what the call had `tell` say last."""

    def __init__(self, message: str, told: Any = None) -> None:
        super().__init__(message)
        self.told = told


_parent: Any = None  # in a child: the line to its parent


def tell(progress: Any) -> None:
    """In a child: lets the parent know how far a call is, in case the child dies. Elsewhere nothing."""
    if _parent is not None:
        _parent.send(("at", progress))


def default_start() -> Start:
    """Linux forks. macOS could, but not with matplotlib loaded; Windows cannot."""
    return "fork" if sys.platform == "linux" else "spawn"


def warm_up(start: Start | None, cache: Path) -> None:
    """Lets the fork server begin to warm up, where there is one, for a pool that is opened later with this `cache`."""
    if (start or default_start()) == "fork" and "forkserver" in multiprocessing.get_all_start_methods():
        with _environment(interpreter_environment(cache)):
            _start_server(multiprocessing.get_context("forkserver"))


@contextmanager
def pool(
    engine: Engine = "fork", start: Start | None = None, jobs: int | None = None, *, cache: Path | None = None
) -> Iterator[Workers]:
    """An executor with `jobs` children at a time (default: one a processor) for notebooks run by `engine`.

    `cache` is the folder where matplotlib keeps its list of fonts; without it and without MPLCONFIGDIR the list is made
    anew, which takes a second. Leaving the block by an exception, Ctrl-C included, ends the children at once.
    """
    start = start or default_start()
    method = {"fork": "forkserver", "spawn": "spawn"}[start]
    if method not in multiprocessing.get_all_start_methods():
        raise UsageError(
            _("this system cannot fork notebooks from a warm process"), cure=_("use --start spawn, or leave it out")
        )
    with (
        tempfile.TemporaryDirectory(prefix="planbook-", ignore_cleanup_errors=True) as folder,
        _environment(interpreter_environment(cache or Path(folder, "matplotlib"))),
    ):
        workers = Workers(engine, method, jobs or os.cpu_count() or 1, folder)
        try:
            yield workers
            workers.shutdown()
        except BaseException:
            workers.abort()
            raise


class Workers(ThreadPoolExecutor):
    """One thread a slot; each hands its calls to a child process and waits for the answer."""

    def __init__(self, engine: Engine, method: str, jobs: int, folder: str) -> None:
        super().__init__(jobs, thread_name_prefix="planbook-worker")
        self.engine = engine
        self._context: Any = multiprocessing.get_context(method)
        self._folder, self._forks = folder, method == "forkserver"
        self._slot = threading.local()
        self._children: set[_Child] = set()
        self._aborted = False
        if self._forks:
            _start_server(self._context)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """As any executor's; children find `fn` by its module, which cannot be the main one.

        ChildDiedError where the child died, RuntimeError where the fork server is not warm.
        """
        return super().submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            for child in list(self._children):
                self._drop(child)

    def abort(self) -> None:
        """Ends all children now; what runs or waits is lost."""
        with _LOCK:
            self._aborted = True
            for child in self._children:
                child.process.kill()
        self.shutdown(cancel_futures=True)

    def _call(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        child: _Child | None = getattr(self._slot, "child", None)
        if child is None:
            child = self._start()
        try:
            outcome, answer = child.ask(fn, args, kwargs)
        except (EOFError, OSError):
            self._slot.child = None
            raise ChildDiedError(_ending(self._drop(child)), child.told) from None
        if self._forks:
            self._drop(child)
        else:
            self._slot.child = child
        if outcome == "raised":
            raise answer
        return cast(T, answer)

    def _start(self) -> _Child:
        ours, theirs = self._context.Pipe()
        with _starting():
            if self._aborted:
                raise ChildDiedError(_("the build was interrupted"))
            process = self._process(theirs)
            theirs.close()
            child = _Child(process, ours)
            self._children.add(child)
        return child

    def _process(self, line: Any) -> Any:
        """A new child. A fork server that was killed is started again, once its end is known to the system."""
        for tries_left in reversed(range(TRIES)):
            process = self._context.Process(target=_serve, args=(line, self._folder, WARM, self._forks))
            try:
                process.start()
                break
            except (EOFError, OSError) as error:
                if not tries_left:
                    said = "no child process could be started; what the fork server says is above"
                    raise RuntimeError(said) from error
                time.sleep(0.1)
        return process

    def _drop(self, child: _Child) -> int:
        """Closes the line to a child, which ends it, and gives its exit code."""
        child.line.close()
        connection.wait([child.process.sentinel])
        with _LOCK:
            child.process.join()
            self._children.discard(child)
        return cast(int, child.process.exitcode)


class _Child:
    """A child process and the line to it."""

    def __init__(self, process: Any, line: Any) -> None:
        self.process, self.line = process, line
        self.told: Any = None

    def ask(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, Any]:
        """Whether the call "returned" or "raised", and what. EOFError or OSError where the child dies."""
        self.told = None
        self.line.send((fn, args, kwargs))
        while True:
            what, value = self.line.recv()
            if what != "at":
                return what, value
            self.told = value


def _serve(line: Any, folder: str, warm: str, forked: bool) -> None:
    """A child's life: it answers calls until the line is closed; a forked child answers one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # see _starting; Windows has no mask that is inherited
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _parent
    _parent = line
    tempfile.tempdir = folder
    while True:
        try:
            fn, args, kwargs = line.recv()
        except EOFError:
            break
        line.send_bytes(_answer(warm, forked, fn, args, kwargs))
        if forked:
            break
    os._exit(0)  # waits for no thread that a notebook left behind


def _answer(warm: str, forked: bool, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The pickled pair of how the call ended and what it returned or raised."""
    try:
        if forked:
            _check_warm(warm)
        else:
            importlib.import_module(warm)
        return ForkingPickler.dumps(("returned", fn(*args, **kwargs)))
    except Exception as error:
        told = traceback.format_exc()
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # an exception that cannot travel is told instead
            error = RuntimeError(told)
        error.add_note(f"in the child process:\n{told}")
        return ForkingPickler.dumps(("raised", error))


def _check_warm(name: str) -> None:
    """RuntimeError unless this child was forked from a warm server, and safely: multiprocessing skips a module that it
    cannot preload without a word, and every notebook would start from nothing."""
    module = sys.modules.get(name)
    if module is None:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise RuntimeError(f"the fork server could not import {name}: {error}") from error
        raise RuntimeError(f"the fork server could not import {name}, though its children can: import paths differ")
    if os.getpid() == module.PROCESS:
        raise RuntimeError(f"{name} was imported by the child, not by the fork server")
    if module.THREADS != 1:
        raise RuntimeError(f"{module.THREADS} threads ran in the fork server before it forked; one is safe")


def _end_with_parent() -> None:
    """Ends this process as soon as its parent is gone, however that happened."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)


def _ending(code: int) -> str:
    names = {-item.value: item.name for item in signal.Signals}
    if code in names:
        return _("the process that ran it was ended by {signal}").format(signal=names[code])
    return _("the process that ran it ended with exit code {code}").format(code=code)


def _start_server(context: Any) -> None:
    """Starts the fork server, which warms up while the caller goes on. There is one in a process, and it stays."""
    from multiprocessing import forkserver  # not on Windows

    context.set_forkserver_preload([WARM])
    with _starting():
        forkserver.ensure_running()


@contextmanager
def _starting() -> Iterator[None]:
    """How a child is started, one at a time.

    It needs nothing of the caller's main module, which multiprocessing would import anew in each child; and Ctrl-C,
    which reaches the whole group, is for the parent alone.
    """
    signals = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else set()
    with _LOCK:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        if signals:
            signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if signals:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)


def interpreter_environment(cache: Path) -> dict[str, str]:
    """What must be set before a child's interpreter starts: it finds this planbook, orders sets as all others do,
    keeps matplotlib's list of fonts in `cache` unless the caller chose a folder, and has its temporary files where the
    caller's are."""
    source = str(Path(planbook.__file__).absolute().parents[1])  # a fork server is not told the caller's import paths
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH")))),
        "PYTHONHASHSEED": "0",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or str(cache),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), tempfile.gettempdir()),
    }


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
