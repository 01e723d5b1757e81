"""The state a notebook starts from, the same in every engine, and its undoing, so that none leaks into the next."""

from __future__ import annotations

import decimal
import logging
import os
import random
import site
import sys
import sysconfig
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd

import planbook
from planbook.fonts import register_matplotlib

SEED = 20200801


def start_state() -> None:
    """Random numbers, ids and dates in pictures, and fonts: the same for every run."""
    random.seed(SEED)
    np.random.seed(SEED)
    matplotlib.rcParams["svg.hashsalt"] = "planbook"
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    register_matplotlib()


@contextmanager
def isolated(env: Mapping[str, str]) -> Iterator[None]:
    """Runs a block with `env` added to the environment and puts back what a notebook may have changed in its process:
    environment, import paths and the modules found there, settings of libraries, warnings, logging, open figures."""
    from matplotlib import pyplot as plt  # not above: in a kernel, pyplot waits for its shell

    environment, path, arguments, modules = dict(os.environ), list(sys.path), list(sys.argv), set(sys.modules)
    os.environ.update(env)
    if "" not in sys.path:  # as a kernel has it: the notebook's folder, after the standard library
        sys.path.insert(next((at for at, entry in enumerate(path) if entry.endswith("-packages")), 0), "")
    with ExitStack() as restored:
        restored.enter_context(warnings.catch_warnings())  # also forgets which warnings were shown before
        restored.enter_context(decimal.localcontext())
        restored.enter_context(np.errstate())
        restored.enter_context(np.printoptions())
        restored.enter_context(matplotlib.rc_context())
        restored.enter_context(_pandas_options())
        restored.enter_context(_root_logger())
        try:
            yield
        finally:
            plt.close("all")
            os.environ.clear()
            os.environ.update(environment)
            sys.path[:], sys.argv[:] = path, arguments
            for name in set(sys.modules) - modules:
                if _is_users(sys.modules[name]):
                    del sys.modules[name]


def _is_users(module: Any) -> bool:
    """Whether a module lies beside the notebooks, not in a library's place."""
    file = getattr(module, "__file__", None)
    if not file:
        return False
    return not any(Path(file).resolve().is_relative_to(place) for place in _library_places())


@cache
def _library_places() -> list[Path]:
    installed = [sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed += [*site.getsitepackages(), site.getusersitepackages()]
    return [Path(place).resolve() for place in installed] + [Path(planbook.__file__).resolve().parent]


@contextmanager
def _pandas_options() -> Iterator[None]:
    before = _options()
    try:
        yield
    finally:
        for name, value in _options().items():
            if value != before[name]:
                pd.set_option(name, before[name])


def _options() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some warn that they are going when they are merely read
        return dict(_within(pd.options, ""))


def _within(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in dir(group):
        value = getattr(group, name)
        if type(value) is type(group):
            yield from _within(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


@contextmanager
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
