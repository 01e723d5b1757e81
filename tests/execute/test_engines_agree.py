"""A notebook's outputs are the same in a forked child, in a spawned worker and in a real kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from planbook.execute import NotebookRun, RunError, default_start, pool, run_all
from planbook.execute.workers import Workers

Write = Callable[..., NotebookRun]  # the fixture that writes a notebook

RICH = (
    "import pandas as pd\nfrom IPython.display import HTML, Markdown, display\n"
    "pd.DataFrame({'县市': [unit, '额敏县'], '户数': [1, 2.5]})",
    "handle = display(HTML('<b>初稿</b>'), display_id='draft')\ndisplay(Markdown('*甲*'))\n1 + 1",
    "handle.update(HTML('<b>定稿</b>'))",
    "import matplotlib.pyplot as plt\nplt.rcParams['font.family'] = 'Noto Sans SC'\n"
    "figure, axes = plt.subplots()\naxes.bar(['甲', '乙'], [3, 4])\naxes",
    "%matplotlib inline\nplt.figure()\nplt.plot([1, 2])\nplt.figure(figsize=(2, 1));",
    "%config InlineBackend.figure_formats = ['svg']\nplt.plot([1, 2]);",
    "object(), get_ipython().__class__.__name__, __name__",
    "import random, numpy as np\nrandom.random(), np.random.rand(), {'甲', '乙', '丙', '丁'}",
    "pd.DataFrame({'a': [1]}).style.format('{:.2f}')",
    "import asyncio\nawait asyncio.sleep(0)\nOut[3].shape, In[3][:6], _",
    "import os, tempfile\nf'{os.getcwd()} {tempfile.gettempdir()} {os.environ[\"PLACE\"]}'",
    "class Bundle:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': '图', 'text/html': '<i/>'}\n"
    "Bundle()",
)
FAILING = {
    "raises": ("def half(x):\n    return 1 / x", "a = 1\nb = half(\n    0)\nc = 3", "'never reached'"),
    "refused": ("from planbook.errors import InputError\nraise InputError('缺列', place='乌苏.xlsx C3', cure='补上')",),
    "warns": ("import warnings\nif True:\n    warnings.warn('数据有疑')",),
}


Seen = dict[str, dict[str, tuple[str, RunError | None]]]


@pytest.fixture
def everywhere(write: Write, font_cache: Path, spawn_pool: Workers, request: pytest.FixtureRequest) -> Seen:
    """Per way of running: what was written and what was wrong, by notebook."""
    tasks = [write("rich", *RICH, PLACE="塔城"), *(write(name, *cells) for name, cells in FAILING.items())]
    seen = {"spawn": _run(tasks, "spawn", spawn_pool)}
    with pool("kernel", jobs=2, cache=font_cache) as kernels:
        seen["kernel"] = _run(tasks, "kernel", kernels)
    if default_start() == "fork":
        seen["fork"] = _run(tasks, "fork", request.getfixturevalue("fork_pool"))
    return seen


def _run(tasks: list[NotebookRun], way: str, workers: Workers) -> dict[str, tuple[str, RunError | None]]:
    mine = [dataclasses.replace(task, output=_output(task, way)) for task in tasks]
    return {r.output.parent.name: (r.output.read_text("utf-8"), r.error) for r in run_all(mine, executor=workers)}


def _output(task: NotebookRun, way: str) -> Path:
    return task.output.parents[1] / way / task.output.parent.name / "executed.ipynb"


def test_every_engine_writes_the_same_bytes_and_finds_the_same_faults(everywhere: Seen, folder: Path) -> None:
    kernel = everywhere["kernel"]
    for way, notebooks in everywhere.items():
        for name, (text, error) in notebooks.items():
            assert text == kernel[name][0], f"{name} by {way}"
            assert error == kernel[name][1], f"{name} by {way}"
    assert {name: error and error.kind for name, (_, error) in kernel.items()} == {
        "rich": None, "raises": "defect", "refused": "input", "warns": "noise",
    }  # fmt: skip
    _check_rich(kernel["rich"][0], folder)
    _check_faults({name: error for name, (_, error) in kernel.items() if error})


def _check_rich(text: str, folder: Path) -> None:
    book = nbformat.reads(text, as_version=4)
    assert [cell.id for cell in book.cells[:4]] == ["c0", "c1", "injected-parameters", "c2"]
    assert [cell.execution_count for cell in book.cells if cell.cell_type == "code"] == list(range(1, 15))
    by_source = [cell.outputs for cell in book.cells[3:]]
    assert "<td>wusu</td>" in by_source[0][0].data["text/html"]
    assert [o.data.get("text/html", o.data["text/plain"]) for o in by_source[1]] == [
        "<b>定稿</b>", "<IPython.core.display.Markdown object>", "2",
    ]  # fmt: skip
    axes, bars = by_source[3]
    assert axes.output_type == "execute_result"
    assert bars.output_type == "display_data" and bars.data["image/png"].startswith("iVBOR")
    assert len(by_source[4]) == 2, "figures left open at the end of a cell are shown"
    assert "<svg" in by_source[5][0].data["image/svg+xml"] and "1970-01-01" in by_source[5][0].data["image/svg+xml"]
    assert by_source[6][0].data["text/plain"] == "(<object at 0x0>, 'ZMQInteractiveShell', '__main__')"
    assert by_source[10][0].data["text/plain"] == "'./notebooks <tmp> 塔城'"
    assert book.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {
            "file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3",
        },
        "papermill": {"parameters": {"unit": "wusu", "round": "2020-08", "overrides": {}}},
    }  # fmt: skip
    assert str(folder.parent) not in text and "start_time" not in text


def _check_faults(errors: dict[str, RunError]) -> None:
    raised = errors["raises"]
    assert (raised.notebook, raised.cell, raised.line) == ("raises.ipynb", 4, 2)
    assert raised.source == "b = half(\n    0)"
    assert raised.message == "ZeroDivisionError: division by zero"
    assert "return 1 / x" in raised.traceback and "\x1b" not in raised.traceback
    assert errors["refused"].message == "乌苏.xlsx C3: 缺列\n  → 补上"
    assert errors["warns"].cell == 3
    assert errors["warns"].message == "the cell writes to stderr: <cell>:3: UserWarning: 数据有疑"
