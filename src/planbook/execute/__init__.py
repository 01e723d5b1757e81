"""Running parameterized notebooks: the same notebook gives the same outputs in a forked child, a spawned worker and a
real kernel."""

from planbook.execute.run import NotebookRun, RunResult, run_all, run_notebook
from planbook.execute.verdict import RunError
from planbook.execute.workers import ChildDiedError, default_start, pool

__all__ = ["ChildDiedError", "NotebookRun", "RunError", "RunResult", "default_start", "pool", "run_all", "run_notebook"]
