"""papermill's engine "planbook": a notebook's cells run in this process, and their outputs are a real kernel's.

The shell is ipykernel's own; only its wire is ours. What it would send to a notebook's front end goes straight to
nbclient's bookkeeping, the same that files the messages of a real kernel, so both write the same outputs.
"""

from __future__ import annotations

import atexit
import builtins
import getpass
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, NoReturn, cast

from ipykernel import zmqshell
from ipykernel.compiler import XCachingCompiler
from IPython.core.error import StdinNotImplementedError
from IPython.core.profiledir import ProfileDir
from IPython.core.pylabtools import activate_matplotlib
from jupyter_client.session import Session
from matplotlib_inline.backend_inline import configure_inline_support
from matplotlib_inline.config import InlineBackend
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.log import logger as log
from traitlets.config import Config

from planbook import watch
from planbook.execute.fresh import isolated, start_state
from planbook.execute.verdict import code_cells
from planbook.execute.workers import tell

NAME = "planbook"
INLINE = "module://matplotlib_inline.backend_inline"

Message = dict[str, Any]


class InProcessEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in this process. `keep` receives the notebook at once: papermill loses it where a cell fails."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, keep: list[Any], env: Mapping[str, str], **_unused: Any
    ) -> None:
        keep.append(nb_man.nb)
        with isolated({**env, "MPLBACKEND": INLINE}), tempfile.TemporaryDirectory() as profile:
            start_state()
            with _shell(profile) as shell, _captured(shell) as drain:
                client = _Client(
                    nb_man, shell=shell, drain=drain, log=log, record_timing=False, force_raise_errors=True
                )
                with watch.on():
                    client.run()


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """nbclient's bookkeeping of outputs, fed by a shell of this process instead of a kernel's socket."""

    def __init__(self, nb_man: Any, *, shell: Any, drain: Callable[[], None], **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.shell, self.drain = shell, drain

    def run(self) -> None:
        self.reset_execution_trackers()
        self.papermill_execute_cells()

    def execute_cell(self, cell: Any, cell_index: int) -> None:
        """Runs one cell; CellExecutionError where it fails, as nbclient's own method does."""
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or skipped:
            return
        tell((len(code_cells(self.nb.cells[: cell_index + 1])), cell.source))
        cell.outputs = []
        self.clear_before_next_output = False
        cell.execution_count = self.shell.execution_count
        with self.shell.displayhook.session.to(lambda message: self.process_message(message, cell, cell_index)):
            result = self.shell.run_cell(cell.source, store_history=True)
            self.drain()
        self.shell.payload_manager.clear_payload()
        if not result.success or self.shell._last_traceback_during_displayhook:
            error = result.error_before_exec or result.error_in_exec
            raise CellExecutionError("", type(error).__name__, str(error))


class Wire(Session):
    """The session of a shell without sockets: a message sent arrives at once, as JSON would have carried it."""

    _arrive: Callable[[Message], object] | None = None

    @contextmanager
    def to(self, arrive: Callable[[Message], object]) -> Iterator[None]:
        self._arrive = arrive
        try:
            yield
        finally:
            self._arrive = None

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *_: Any, **_rest: Any
    ) -> Any:
        """Files a message; what comes between two cells belongs to none and is dropped."""
        message = self.msg(msg_or_type, content, parent) if isinstance(msg_or_type, str) else msg_or_type
        if self._arrive:
            self._arrive({**message, "content": self.unpack(self.pack(message["content"]))})
        return message


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """ipykernel's shell without a kernel. Its name stays: pandas and rich know a notebook by it."""

    def enable_gui(self, gui: Any = None) -> None:
        """No event loop runs here; `%matplotlib inline` asks for none."""


@contextmanager
def _shell(profile: str) -> Iterator[Any]:
    """A new shell with its own namespace and wire, the one `get_ipython()` finds; forgotten at the end."""
    config = Config()
    config.HistoryManager.enabled = False  # no database in the user's home, no thread that writes it
    _forget_shells()
    main = sys.modules["__main__"]
    shell = cast(Any, ZMQInteractiveShell).instance(
        config=config,
        ipython_dir=profile,
        profile_dir=ProfileDir(location=profile),
        compiler_class=XCachingCompiler,
    )
    wire = Wire()
    shell.display_pub.session = shell.displayhook.session = wire
    shell.displayhook.topic = b"execute_result"
    activate_matplotlib(INLINE)  # type: ignore[no-untyped-call]
    configure_inline_support(shell, INLINE)  # type: ignore[no-untyped-call]
    try:
        yield shell
    finally:
        sys.modules["__main__"] = main
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)  # which would keep the shell and all it holds
        shell.user_ns.clear()
        _forget_shells()


def _forget_shells() -> None:
    """What IPython and its inline backend keep of an earlier shell, beyond the instance itself."""
    ZMQInteractiveShell.clear_instance()
    InlineBackend.clear_instance()
    cast(Any, configure_inline_support).current_backend = "unset"


@contextmanager
def _captured(shell: Any) -> Iterator[Callable[[], None]]:
    """Everything written to stdout and stderr becomes stream messages: by Python at once, by C code and child
    processes when the function given is called."""
    wire = shell.displayhook.session
    streams = [_Stream(wire, "stdout", 1), _Stream(wire, "stderr", 2)]
    saved = sys.stdout, sys.stderr, builtins.input, getpass.getpass
    sys.stdout, sys.stderr = streams
    builtins.input = _no_input
    getpass.getpass = _no_input
    with _Descriptor(1) as out, _Descriptor(2) as err:

        def drain() -> None:
            for stream, descriptor in zip(streams, (out, err), strict=True):
                stream.write(descriptor.taken())

        try:
            yield drain
        finally:
            sys.stdout, sys.stderr, builtins.input, getpass.getpass = saved


def _no_input(*_args: object, **_kwargs: object) -> NoReturn:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a notebook."""

    def __init__(self, wire: Wire, name: str, descriptor: int) -> None:
        self._wire, self._name, self._descriptor = wire, name, descriptor

    encoding = "UTF-8"

    def write(self, text: str) -> int:
        if text:
            self._wire.send(None, "stream", {"name": self._name, "text": text}, {})
        return len(text)

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True


class _Descriptor:
    """File descriptor 1 or 2, led into a temporary file for a while."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._python = {1: sys.__stdout__, 2: sys.__stderr__}[number]

    def __enter__(self) -> _Descriptor:
        self._flush()
        self._saved = os.dup(self._number)
        self._file = cast(BinaryIO, tempfile.TemporaryFile())
        os.dup2(self._file.fileno(), self._number)
        return self

    def __exit__(self, *_error: object) -> None:
        self._flush()
        os.dup2(self._saved, self._number)
        os.close(self._saved)
        self._file.close()

    def taken(self) -> str:
        """What was written since the last time."""
        self._flush()
        self._file.seek(0)
        text = self._file.read().decode("utf-8", "replace")
        self._file.seek(0)
        self._file.truncate()
        return text

    def _flush(self) -> None:
        if self._python is not None:
            self._python.flush()


papermill_engines.register(NAME, InProcessEngine)
