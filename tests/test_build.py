"""The front door as a user meets it: build.py copied into small projects, run in an environment of its own.

Their locks name one little wheel that is made here. Most set up with uv, which takes a fraction of pip's time.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from planbook import environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands on links and shell scripts")

HERE = Path(__file__).resolve().parents[1]
DOOR = tuple(f"src/planbook/{name}.py" for name in ("environment", "uptodate", "words"))
BASE = getattr(sys, "_base_executable", sys.executable)
UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") or "uv"
CLI = """
import json, os, sys, sample
print(json.dumps({"path": sys.path, "env": dict(os.environ), "cwd": os.getcwd(), "args": sys.argv[1:],
                  "file": __file__, "prefix": sys.prefix, "sample": sample.VERSION}))
sys.exit(7 if "fail" in sys.argv else 0)
"""


def make_wheel(folder: Path, version: str, python: str = ">=3.11", **modules: str) -> str:
    """A wheel called sample in the folder; returns its line for a lock."""
    info = f"sample-{version}.dist-info"
    files = {f"{name}.py": source for name, source in modules.items()}
    files["sample.py"] = f"VERSION = {version!r}\n"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: sample\nVersion: {version}\nRequires-Python: {python}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    folder.mkdir(exist_ok=True)
    wheel = folder / f"sample-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return f"sample=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@dataclass(frozen=True)
class Checkout:
    """A project that has build.py, and the environment its commands run in."""

    root: Path
    env: dict[str, str]

    def start(self, *arguments: str, python: str = BASE, cwd: Path | None = None, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [python, self.root / "build.py", *arguments],
            env=self.env | env,
            cwd=cwd or self.root.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str, python: str = BASE, cwd: Path | None = None, **env: str) -> Ended:
        process = self.start(*arguments, python=python, cwd=cwd, **env)
        out, err = process.communicate(timeout=60)
        return Ended(process.returncode, out, err)

    @property
    def wheels(self) -> Path:
        return self.root.parent / "wheels"

    @property
    def site(self) -> Path:
        return next(self.root.glob(".venv/lib/python*/site-packages"))


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def seen(self) -> dict[str, Any]:
        """What the project's cli saw; fails with the whole output if it was not reached."""
        assert self.code == 0, self.err + self.out
        return dict(json.loads(self.out))


def populate(folder: Path) -> Checkout:
    """A project with an empty HOME and uv, which finds no package but our wheel."""
    root, home, commands = folder / "main", folder / "home", folder / "bin"
    for made in (home, commands, root / "src" / "planbook"):
        made.mkdir(parents=True)
    (commands / "uv").symlink_to(UV)
    (commands / "python3").symlink_to(BASE)
    for file in ("build.py", ".gitignore", ".ci/run", *DOOR):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / file, root / file)
    (root / "src" / "planbook" / "__init__.py").write_text("")
    (root / "src" / "planbook" / "cli.py").write_text(CLI)
    path, wheels = f"{commands}:/usr/bin:/bin", str(folder / "wheels")
    checkout = Checkout(root, {"PATH": path, "HOME": str(home), "UV_FIND_LINKS": wheels, "UV_OFFLINE": "1"})
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (root / lock).write_text(make_wheel(checkout.wheels, "1.0"))
    return checkout


def with_pip(checkout: Checkout) -> Checkout:
    """The same project for a user who has no uv, and for whose pip a folder of wheels is set up."""
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": checkout.wheels.as_uri(), "PIP_CONFIG_FILE": os.devnull}
    kept = {name: value for name, value in checkout.env.items() if not name.startswith("UV_")}
    return Checkout(checkout.root, {**kept, "PATH": "/usr/bin:/bin", **pip})


def slow_uv(checkout: Checkout, seconds: float, then: str) -> Path:
    """Puts a uv in place that counts its installs in the file returned, waits, and then goes on as told."""
    started = checkout.root.parent / "started"
    uv = checkout.root.parent / "bin" / "uv"
    uv.unlink()
    slowly = f'[ "$1" != pip ] || {{ echo >> "{started}"; sleep {seconds}; {then}; }}'
    uv.write_text(f'#!/bin/sh\n{slowly}\nexec "{UV}" "$@"\n')
    uv.chmod(0o755)
    return started


def wait_for(file: Path) -> None:
    for _ in range(1500):
        if file.exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{file} never came")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A project that is set up already; tests that share it leave it as it is."""
    checkout = populate(tmp_path_factory.mktemp("standing"))
    assert checkout.run().code == 0
    return checkout


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, Ended]:
    """A project of a user who has pip alone, and its first start, which found no package."""
    checkout = with_pip(populate(tmp_path_factory.mktemp("新 疆 (2020)")))
    return checkout, checkout.run(PIP_FIND_LINKS="/nowhere")


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    return populate(tmp_path)


def test_without_a_network_the_installers_last_words_and_the_cure_are_shown(offline: tuple[Checkout, Ended]) -> None:
    failed = offline[1]
    assert failed.code == 1
    assert failed.err.startswith("Making .venv with Python 3.")
    assert "No matching distribution found for sample==1.0" in failed.err
    assert "pip config set global.index-url" in failed.err.splitlines()[-1]
    assert "Traceback" not in failed.err


def test_a_package_that_is_not_the_one_the_lock_names_is_refused(offline: tuple[Checkout, Ended]) -> None:
    checkout, _ = offline
    kept = (checkout.root / "requirements.lock").read_text()
    make_wheel(checkout.wheels, "2.0")
    (checkout.root / "requirements.lock").write_text(f"sample==2.0 --hash=sha256:{'0' * 64}\n")
    forged = checkout.run(PLANBOOK_LANG="zh")
    assert forged.code == 1
    assert forged.err.splitlines()[-1] == "  → 软件源提供的文件与锁定文件不符：请换一个镜像"
    (checkout.root / "requirements.lock").write_text(kept)


def test_set_up_with_pip_and_the_start_after_it(offline: tuple[Checkout, Ended]) -> None:
    checkout, _ = offline
    first = checkout.run("build", "乌苏市", PYTHONDONTWRITEBYTECODE="1", HOME="", LC_ALL="C")
    assert first.seen["args"] == ["build", "乌苏市"]
    assert first.seen["prefix"] == str(checkout.root / ".venv")
    said = first.err.splitlines()
    assert said[:2] == ["Installing requirements.lock with pip (minutes, the first time)", "Compiling"]
    assert {"sample", "cli"} <= {file.name.split(".")[0] for file in checkout.root.rglob("*.pyc")}

    second = checkout.run("survey", PIP_FIND_LINKS="/nowhere", PATH="/nowhere")
    assert second.seen["args"] == ["survey"]
    assert second.err == ""
    assert checkout.run("fail", PATH="/nowhere").code == 7


def test_jupyter_in_the_environment_finds_planbook_even_when_the_checkout_has_moved(fresh: Checkout) -> None:
    assert fresh.run().code == 0
    moved = fresh.root.rename(fresh.root.parent / "搬 家")
    command = [str(moved / ".venv" / "bin" / "python"), "-c", "import planbook; print(planbook.__file__)"]
    found = subprocess.check_output(command, env={"PYTHONUTF8": "1"}, encoding="utf-8")
    assert found.strip() == str(moved / "src" / "planbook" / "__init__.py")
    assert Checkout(moved, fresh.env).run().err == ""


def test_what_set_up_and_runs_leave_behind_is_ignored_by_git(fresh: Checkout) -> None:
    def git(*arguments: str) -> str:
        return subprocess.check_output(["git", *arguments], cwd=fresh.root, env=fresh.env, text=True)

    git("init", "-q")
    git("add", "-A")
    before = git("status", "--porcelain")
    assert fresh.run().code == 0
    assert list(fresh.root.rglob("src/**/*.pyc"))
    assert git("status", "--porcelain") == before


def test_only_this_checkouts_planbook_is_seen(standing: Checkout, fresh: Checkout) -> None:
    sources = fresh.root / "src"
    seen = standing.run(cwd=sources, PYTHONPATH=str(sources)).seen
    assert seen["file"] == str(standing.root / "src" / "planbook" / "cli.py")
    assert seen["cwd"] == str(sources)
    assert seen["path"][0] == str(standing.root / "src")
    assert str(sources) not in seen["path"]


def test_variables_of_the_run(standing: Checkout) -> None:
    root = standing.root
    given = standing.run(PYTHONHOME=sys.base_prefix, PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="3", VIRTUAL_ENV="/x")
    env = given.seen["env"]
    expected = {
        "PYTHONPATH": str(root / "src"),
        "PLANBOOK_ROOT": str(root),
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
        "MPLCONFIGDIR": str(root / "_build" / "cache" / "matplotlib"),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "3",
        "VIRTUAL_ENV": str(root / ".venv"),
    }
    assert {name: env.get(name) for name in expected} == expected
    assert not {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE"} & set(env)
    assert "HOME" not in standing.run(HOME="").seen["env"]


def test_an_active_environment_that_is_what_the_lock_says_is_used(fresh: Checkout) -> None:
    """The tests' own environment is active; the lock names a package of it, and one of another platform."""
    lock = f"packaging=={version('packaging')} \\\n    --hash=sha256:0\nnowhere==1.0 ; sys_platform == 'nowhere' \\\n"
    (fresh.root / "requirements.lock").write_text(lock)
    (fresh.root / "src" / "sample.py").write_text("VERSION = 'here'\n")
    used = fresh.run(python=sys.executable, CONDA_PREFIX=sys.prefix)
    assert used.seen["prefix"] == sys.prefix
    assert used.seen["file"] == str(fresh.root / "src" / "planbook" / "cli.py")
    assert used.err == ""
    assert not (fresh.root / ".venv").exists()


def test_an_active_environment_that_lacks_something_is_left_alone_and_named(standing: Checkout) -> None:
    ended = standing.run(python=sys.executable, CONDA_PREFIX=sys.prefix)
    assert ended.seen["prefix"] == str(standing.root / ".venv")
    assert ended.err == f"{sys.prefix} is not what requirements.lock says (sample==1.0): using .venv\n"


def test_a_set_up_that_was_killed_is_mended_after_its_installer_has_ended(fresh: Checkout) -> None:
    started = slow_uv(fresh, 1.5, then="exit 1")
    first = fresh.start()
    wait_for(started)
    rubble = fresh.site / "rubble.py"
    rubble.write_text("")
    first.kill()
    first.communicate()
    slow_uv(fresh, 0, then="true")
    second = fresh.run()
    assert second.seen["sample"] == "1.0"
    assert second.err.startswith(f"Another build.py (process {first.pid}) is setting up: waiting\nMaking .venv")
    assert not rubble.exists()


def test_of_two_at_once_one_sets_up_and_the_other_waits(fresh: Checkout) -> None:
    started = slow_uv(fresh, 0.5, then="true")
    first = fresh.start()
    wait_for(started)
    second = fresh.run()
    first.communicate(timeout=60)
    assert second.seen["sample"] == "1.0"
    assert second.err == f"Another build.py (process {first.pid}) is setting up: waiting\n"
    assert first.returncode == 0
    assert started.read_text() == "\n"  # one install


@pytest.mark.parametrize("leads_to", ["/nowhere/python3", "python9.99"])
def test_an_environment_whose_python_is_gone_or_another_is_made_again(fresh: Checkout, leads_to: str) -> None:
    assert fresh.run().code == 0
    shutil.copy("/bin/true", fresh.root.parent / "python9.99")
    python = fresh.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(fresh.root.parent / leads_to)
    again = fresh.run()
    assert again.seen["sample"] == "1.0"
    assert again.err.startswith("Making .venv")


def test_an_environment_follows_its_lock_and_keeps_what_was_added(fresh: Checkout) -> None:
    assert fresh.run().seen["sample"] == "1.0"
    added = fresh.site / "added.py"
    added.write_text("")
    (fresh.root / "requirements.lock").write_text(make_wheel(fresh.wheels, "10.0"))
    changed = fresh.run()
    assert changed.seen["sample"] == "10.0"
    assert changed.err.startswith("Installing requirements.lock")
    assert added.exists()


def test_what_is_set_up_keeps_working_when_adding_to_it_fails(fresh: Checkout) -> None:
    assert fresh.run().code == 0
    (fresh.root / "requirements-dev.lock").write_text(make_wheel(fresh.root.parent / "elsewhere", "3.0"))
    failed = fresh.run("test")
    assert failed.code == 1
    assert fresh.run(UV_FIND_LINKS="/nowhere").err == ""


def test_without_ensurepip_uv_makes_the_environment_and_without_uv_the_cure_is_named(fresh: Checkout) -> None:
    """As on Debian without python3-venv."""
    bare = fresh.root.parent / "bare"
    bare.mkdir()
    (bare / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")
    failed = with_pip(fresh).run(PYTHONPATH=str(bare), PATH="/nowhere")
    assert failed.code == 1
    assert failed.err.startswith("this Python cannot make environments: it has no ensurepip\n")
    assert "apt install python3-venv" in failed.err
    assert not (fresh.root / ".venv").exists()
    assert fresh.run(PYTHONPATH=str(bare)).seen["sample"] == "1.0"


def test_a_checkout_that_cannot_be_written_to(fresh: Checkout) -> None:
    (fresh.root / "_build").write_text("in the way")
    failed = fresh.run()
    assert failed.code == 1
    assert "_build" in failed.err.splitlines()[0]
    assert failed.err.splitlines()[1:] == ["  → copy the project into a folder that you may write to, then repeat"]
    assert "Traceback" in fresh.run("--debug").err


def test_a_lock_that_is_missing(fresh: Checkout) -> None:
    (fresh.root / "requirements.lock").unlink()
    failed = fresh.run(LANG="zh_CN.UTF-8")
    assert failed.code == 1
    assert failed.err == f"项目不完整：缺少 {fresh.root / 'requirements.lock'}\n  → 请用 git 重新获取\n"


def test_a_python_that_is_too_old_is_told_so_in_both_languages() -> None:
    ast.parse((HERE / "build.py").read_text("utf-8"), feature_version=(3, 6))
    too_old = runpy.run_path(str(HERE / "build.py"))["too_old"]
    said = too_old((3, 8, 18), "/usr/bin/python3")
    assert "planbook needs Python 3.11 or newer; this is 3.8.18 (/usr/bin/python3)." in said
    assert "planbook 需要 Python 3.11 或更高版本；当前为 3.8.18" in said
    assert too_old((3, 11, 0), "python") == too_old((3, 14, 1), "python") == ""


def test_every_message_is_there_in_chinese() -> None:
    tree = ast.parse(Path(environment.__file__).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    spoken = [call.args[0] for call in calls if ast.unparse(call.func) in ("say", "words")]
    said = {message.value for message in spoken if isinstance(message, ast.Constant)}
    assert said | set(environment.CURES.values()) <= set(environment.CHINESE)
    for english, chinese in environment.CHINESE.items():
        assert sorted(re.findall(r"\{.*?\}", english)) == sorted(re.findall(r"\{.*?\}", chinese))


def test_checks_run_in_order_up_to_the_first_that_fails(fresh: Checkout) -> None:
    tool = "import sys\nprint('{0}', *sys.argv[1:], flush=True)\nsys.exit({0!r} in open('failing').read())\n"
    tools = {name: tool.format(name) for name in ("ruff", "mypy", "pytest")}
    (fresh.root / "requirements-dev.lock").write_text(make_wheel(fresh.wheels, "1.0", **tools))

    def printed(failing: str, *arguments: str) -> tuple[int, list[str]]:
        (fresh.root / "failing").write_text(failing)
        ended = fresh.run("test", *arguments)
        return ended.code, [line for line in ended.out.splitlines() if not line.startswith("$")]

    everything = ["ruff check", "ruff format --check", "mypy", "pytest -n 3"]
    assert printed("none") == (0, everything)
    assert printed("mypy") == (1, everything[:3])
    assert printed("mypy", "tests/test_build.py", "-x") == (0, ["pytest -n 3 tests/test_build.py -x"])
    assert fresh.run().err == ""  # what the tests need serves for the rest

    (fresh.root / "failing").write_text("pytest")
    ci = subprocess.run(["bash", fresh.root / ".ci" / "run"], env=fresh.env | {"HOME": ""}, stdout=subprocess.PIPE)
    assert ci.returncode == 1
    assert ci.stdout.decode().splitlines()[-1] == "pytest -n 3"


def test_the_other_locks_contain_what_the_rest_needs_and_agree_and_no_lock_names_an_address() -> None:
    names = ("requirements.lock", "requirements-dev.lock", "requirements-lab.lock")
    texts = [(HERE / name).read_text("utf-8") for name in names]
    runtime, development, lab = (dict(re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE)) for text in texts)
    assert "packaging" in runtime  # build.py reads markers with it
    assert runtime.items() <= development.items()
    assert runtime.items() <= lab.items()
    assert all(lab[name] == development[name] for name in lab.keys() & development.keys())  # one .venv serves for both
    assert not any("://" in text for text in texts)
