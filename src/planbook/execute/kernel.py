"""papermill's engine "planbook-kernel": a notebook's cells run in a real ipykernel of this very interpreter.

No kernelspec needs to be installed and nothing is read from or written to the user's home.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from planbook.execute.verdict import code_cells
from planbook.execute.workers import interpreter_environment, tell

NAME = "planbook-kernel"


class KernelDiedError(Exception):
    """The kernel did not start or ended in the middle of a notebook; the message holds what it said last."""


def register() -> None:
    """Makes the engine known to papermill. The kernel itself, which starts this module, needs neither."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines
    from papermill.log import logger as log

    class Manager(AsyncKernelManager):
        """Starts `main` of this module."""

        @property
        def kernel_spec(self) -> KernelSpec:
            command = [sys.executable, "-m", "planbook.execute.kernel", "-f", "{connection_file}"]
            return KernelSpec(argv=command, display_name="planbook", language="python")

    class Client(PapermillNotebookClient):  # type: ignore[misc]
        """Says which cell it is at."""

        def execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
            if cell.cell_type == "code":
                tell((len(code_cells(self.nb.cells[: cell_index + 1])), cell.source))
            return super().execute_cell(cell, cell_index, **options)

    class KernelEngine(Engine):  # type: ignore[misc]
        """Runs a notebook in a kernel. `keep` receives the notebook at once: papermill loses it where a cell fails."""

        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, *, keep: list[Any], env: Mapping[str, str], **_unused: Any
        ) -> None:
            keep.append(nb_man.nb)
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                file = str(Path(folder) / "kernel.json")
                client = Client(
                    nb_man,
                    km=Manager(connection_file=file, transport=_transport(folder), log=log),
                    log=log,
                    record_timing=False,
                    force_raise_errors=True,
                    shutdown_kernel="immediate",
                )
                stray = Path(folder) / "stray.txt"
                try:
                    with stray.open("w") as sink:
                        client.execute(env={**_environment(folder), **env}, stdout=sink, stderr=sink, cleanup_kc=True)
                except RuntimeError as error:  # nbclient's, where the kernel does not start or dies
                    said = stray.read_text("utf-8", "replace").strip()
                    raise KernelDiedError("\n".join(filter(None, (str(error), said)))) from error

    papermill_engines.register(NAME, KernelEngine)


def _transport(folder: str) -> str:
    """Sockets in `folder` where they can be (their paths are short by law); ports could be taken in between."""
    return "ipc" if os.name == "posix" and len(folder) < 80 else "tcp"


def _environment(folder: str) -> dict[str, str]:
    """The child's environment: everything Jupyter and IPython write goes to `folder`."""
    own = interpreter_environment(Path(folder, "matplotlib")) | {
        "IPYTHONDIR": folder,
        "JUPYTER_CONFIG_DIR": folder,
        "JUPYTER_DATA_DIR": folder,
        "JUPYTER_RUNTIME_DIR": folder,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger warns of frozen modules
    }
    return {**os.environ, **own}


def main() -> None:
    """The kernel's process: the start state of every engine, then ipykernel as it is."""
    _end_with_parent()
    del sys.path[0]  # the working folder, put in by -m; the kernel places it itself

    from ipykernel.kernelapp import IPKernelApp

    from planbook import watch
    from planbook.execute.fresh import start_state

    kernel = cast(Any, IPKernelApp).instance()
    kernel.initialize()
    events = kernel.shell.events

    def before_first_cell(_info: object) -> None:  # not sooner: starting up, the kernel draws random numbers itself
        start_state()
        watch.start()
        events.unregister("pre_run_cell", before_first_cell)

    events.register("pre_run_cell", before_first_cell)
    kernel.start()


def _end_with_parent() -> None:
    """On Linux the system ends the kernel with its parent; elsewhere ipykernel looks every second."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != int(os.environ.get("JPY_PARENT_PID", os.getppid())):
            sys.exit("the parent is gone")


if __name__ == "__main__":
    main()
