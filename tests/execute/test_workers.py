"""The child processes: fresh where they are forked, clean where they are kept, never outliving the build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import planbook
from planbook.execute import NotebookRun, default_start, run_all
from planbook.execute.workers import Workers

Write = Callable[..., NotebookRun]  # the fixture that writes a notebook

SOURCE = Path(planbook.__file__).parents[1]

needs_fork = pytest.mark.skipif(default_start() != "fork", reason="this system does not fork")

DIRTY = """
import decimal, logging, os, random, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns
import helper
helper.count += 1
leaked = 1
os.environ["LEAK"] = "1"
sys.path.insert(0, "/leak")
sys.argv.append("leak")
sns.set_theme(style="dark")
plt.rcParams["font.size"] = 99
plt.switch_backend("agg")
plt.figure(77)
pd.set_option("display.max_rows", 3)
np.set_printoptions(precision=1)
np.seterr(all="ignore")
decimal.getcontext().prec = 3
logging.basicConfig(level="DEBUG")
warnings.simplefilter("ignore")
random.seed(5)
get_ipython().ast_node_interactivity = "none"
"""
LOOK = """
import decimal, logging, os, random, sys, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
import helper
state = dict(
    names=sorted(set(globals()) & {"leaked", "figure"}), helper=helper.count,
    env=os.environ.get("LEAK"), path="/leak" in sys.path, argv="leak" in sys.argv,
    style=(plt.rcParams["axes.facecolor"], plt.rcParams["font.size"], plt.get_backend(), plt.get_fignums()),
    pandas=pd.options.display.max_rows, numpy=(np.get_printoptions()["precision"], np.geterr()["divide"]),
    decimal=decimal.getcontext().prec, logging=(logging.root.level, len(logging.root.handlers)),
    warnings=("ignore", None, Warning, None, 0) in warnings.filters,
    random=(random.random(), np.random.rand()), main=sys.modules["__main__"].__name__,
)
state
---
plt.plot([1, 2])
---
In, len(Out)
"""


@needs_fork
def test_state_does_not_leak_from_one_notebook_into_the_next(
    write: Write, folder: Path, fork_pool: Workers, spawn_pool: Workers
) -> None:
    (folder / "helper.py").write_text("count = 0\n")
    look = write("look", *LOOK.split("---"))
    fresh = next(run_all([look], executor=fork_pool))
    assert fresh.error is None
    expected = look.output.read_bytes()
    pid = spawn_pool.submit(os.getpid).result()
    results = [next(run_all([task], executor=spawn_pool)) for task in (write("dirty", DIRTY), look)]
    assert spawn_pool.submit(os.getpid).result() == pid, "one worker ran both"
    assert [result.error for result in results] == [None, None]
    assert look.output.read_bytes() == expected
    assert "'helper': 0" in look.output.read_text("utf-8")


@needs_fork
def test_every_call_gets_a_fresh_child_that_finds_itself_warm(fork_pool: Workers) -> None:
    pids = {fork_pool.submit(os.getpid).result() for _ in range(3)}
    assert len(pids) == 3 and os.getpid() not in pids
    with pytest.raises(FileNotFoundError, match="nowhere") as caught:
        fork_pool.submit(os.listdir, "nowhere").result()
    assert "in the child process" in caught.value.__notes__[0]


@needs_fork
@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("import not_there", "the fork server could not import cold: No module named 'not_there'"),
        ("import os\nPROCESS, THREADS = os.getpid(), 2", "2 threads ran in the fork server before it forked"),
    ],
)
def test_a_fork_server_that_is_not_warm_stops_the_build(tmp_path: Path, module: str, text: str) -> None:
    (tmp_path / "cold.py").write_text(module)
    script = (
        "import os\nfrom planbook.execute import pool, workers\nworkers.WARM = 'cold'\n"
        "with pool('fork', 'fork', 1) as p:\n    p.submit(os.getpid).result()"
    )
    paths = os.pathsep.join(map(str, (tmp_path, SOURCE)))
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"RuntimeError: {text}" in done.stderr


BUILD = """
import sys
from pathlib import Path
from planbook.execute import NotebookRun, pool, run_all, workers
workers.WARM = "tepid"  # warming up is not what is tested
engine, start, notebook, out = sys.argv[1:]
task = NotebookRun(Path(notebook), Path(out) / "executed.ipynb", {"unit": "wusu"}, Path(notebook).parent)
with pool(engine, start, 1, cache=Path(out)) as children:
    list(run_all([task], executor=children))
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups")
@pytest.mark.parametrize(
    ("engine", "start", "ending"),
    [
        pytest.param("fork", "fork", signal.SIGINT, marks=needs_fork),
        pytest.param("fork", "fork", signal.SIGKILL, marks=needs_fork),
        ("fork", "spawn", signal.SIGINT),
        ("kernel", default_start(), signal.SIGKILL),
    ],
)
def test_no_child_outlives_a_build_that_is_stopped(
    write: Write, tmp_path: Path, engine: str, start: str, ending: signal.Signals
) -> None:
    started = tmp_path / "started"
    hang = (
        "import os, time, pathlib\npathlib.Path({path!r}).write_text(str(os.getpid()))\nwhile True:\n    time.sleep(1)"
    )
    (tmp_path / "tepid.py").write_text("import os\nPROCESS, THREADS = os.getpid(), 1")
    task = write("hang", hang.format(path=str(started)))
    build = subprocess.Popen(
        [sys.executable, "-c", BUILD, engine, start, str(task.notebook), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (tmp_path, SOURCE))), "TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _wait_until(lambda: build.poll() is not None or (started.exists() and started.read_text() != ""))
        assert build.poll() is None, build.communicate()[1]
        if ending == signal.SIGINT:
            os.killpg(build.pid, ending)  # as a terminal does
        else:
            build.kill()
        said = build.communicate(timeout=30)[1]
        _wait_until(lambda: not _alive(int(started.read_text())))
    finally:
        build.kill()
    assert said.count("Traceback") == (1 if ending == signal.SIGINT else 0), said
    assert not task.output.exists()


def _wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # a zombie is dead, only not yet buried
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")
