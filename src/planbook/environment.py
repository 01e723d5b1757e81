"""The environment that everything runs in: .venv beside build.py, made from requirements.lock, once.

For `test`, `docs` and `lock` requirements-dev.lock is added, for `lab` requirements-lab.lock. Standard library only:
this is what build.py runs before there is anything else. docs/setup.md says which environment and installer are used.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "planbook.json"
GATE = ROOT / "_build" / "set-up.lock"
RUNTIME, DEVELOPMENT, LAB = "requirements.lock", "requirements-dev.lock", "requirements-lab.lock"
LOCKS = {"test": DEVELOPMENT, "docs": DEVELOPMENT, "lock": DEVELOPMENT, "lab": LAB}  # of a verb; of every other RUNTIME
WHEELS = "wheels"  # where `bundle` puts what the lock names: no network is needed then
UV_SETTINGS = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONFIG_FILE")
PIP_SETTINGS = re.compile(r"\.(index-url|extra-index-url|find-links|no-index|proxy|cert|client-cert|trusted-host)=")

DISK = "make room on the disk (1.5 GB here and in the temporary folder), then repeat"
RIGHTS = "copy the project into a folder that you may write to, then repeat"
HASHES = "the package index serves other files than the lock names: use another mirror"
REMOVE = "remove the folder .venv, then repeat"
NETWORK = (
    "no network or an incomplete mirror: set another (pip config set global.index-url …), or a folder of wheels "
    "(PIP_NO_INDEX=1 PIP_FIND_LINKS=folder, filled elsewhere by: pip download -r {lock} -d folder), then repeat"
)
ENSUREPIP = "Debian, Ubuntu: apt install python3-venv; elsewhere: conda env create -f environment.yml, or install uv"
CURES = {  # what a failed step printed, and the cure
    "No space left|Errno 28|quota exceeded": DISK,
    "Permission denied|Read-only file system|Errno 13|Errno 30": RIGHTS,
    "DO NOT MATCH THE HASHES|Hash mismatch": HASHES,
    "No module named pip": REMOVE,
}
CHINESE = {
    DISK: "请腾出磁盘空间（项目目录与临时目录各约 1.5 GB），然后重试",
    RIGHTS: "请把项目复制到有写权限的文件夹，然后重试",
    HASHES: "软件源提供的文件与锁定文件不符：请换一个镜像",
    REMOVE: "请删除 .venv 文件夹，然后重试",
    NETWORK: "没有网络或镜像不全：请设置其他镜像（pip config set global.index-url …），或使用离线 wheel 文件夹"
    "（PIP_NO_INDEX=1 PIP_FIND_LINKS=文件夹，可在别处用 pip download -r {lock} -d 文件夹 准备），然后重试",
    ENSUREPIP: "Debian、Ubuntu：apt install python3-venv；其他系统：conda env create -f environment.yml，或安装 uv",
    "a defect of build.py ({error!r}): repeat with --debug, report it": "build.py 出错（{error!r}），请加 --debug 重试",
    "the project is incomplete: {name} is missing": "项目不完整：缺少 {name}",
    "get it again with git": "请用 git 重新获取",
    "{active} is not what {lock} says ({lacks}): using .venv": "{active} 与 {lock} 不符（{lacks}）：改用 .venv",
    "Another build.py (process {owner}) is setting up: waiting": "另一个 build.py（进程 {owner}）正在安装：请等待",
    "Making .venv with Python {version}": "正在用 Python {version} 创建 .venv",
    "Installing {lock} with {tool} (minutes, the first time)": "正在用 {tool} 安装 {lock}（首次需要几分钟）",
    "Compiling": "正在编译",
    "Set up in {seconds:.0f} s": "安装完成，用时 {seconds:.0f} 秒",
    "this Python cannot make environments: it has no ensurepip": "此 Python 无法创建虚拟环境：缺少 ensurepip",
    "setting up failed; {tool} ended with:": "安装失败；{tool} 的最后输出为：",
}


def words(message: str, **values: object) -> str:
    """The message in the user's language, chosen as planbook.words does, which may not be importable yet."""
    wanted = os.environ.get("PLANBOOK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    if not wanted:  # Windows has no LANG
        import locale

        wanted = locale.getlocale()[0] or ""
    return (CHINESE[message] if wanted.lower().startswith(("zh", "chinese")) else message).format(**values)


def say(message: str, **values: object) -> None:
    print(words(message, **values), file=sys.stderr, flush=True)


class SetupError(Exception):
    """What stops the set-up, and its cure, in the user's language."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(f"{message}\n  → {cure}")


class StepError(SetupError):
    """A step that failed: the last lines of its output, and the cure that they call for."""

    def __init__(self, tool: str, output: list[str], lock: str) -> None:
        full = shutil.disk_usage(ROOT).free < 100_000_000  # venv does not say
        usual = DISK if full else ENSUREPIP if tool == "venv" else NETWORK
        cure = next((cure for said, cure in CURES.items() if re.search(said, "\n".join(output))), usual)
        said = [words("setting up failed; {tool} ended with:", tool=tool), *output[-8:]]
        super().__init__("\n".join(said), words(cure, lock=lock))
        # pip and uv fetch everything before they touch the environment, and say when they do.
        self.harmless = not any(line.startswith(("Installing collected packages", "Prepared")) for line in output)


def fingerprint(lock: str) -> str:
    try:
        return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    except FileNotFoundError:
        message = words("the project is incomplete: {name} is missing", name=ROOT / lock)
        raise SetupError(message, words("get it again with git")) from None


def read_stamp() -> dict[str, object]:
    """What the last set-up left in .venv: {"locks": {name: fingerprint}}, or {"unfinished": true} if it was stopped."""
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError:
        return {"unfinished": True}


def write_stamp(stamp: dict[str, object]) -> None:
    STAMP.write_text(json.dumps(stamp), "utf-8")


def sound() -> bool:
    """Whether .venv/bin/python still leads to the Python that .venv was made with, told without starting it."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text("utf-8").splitlines()
    except OSError:
        return False
    facts = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    if WINDOWS:  # .venv's python.exe is a copy that starts the one at home
        return PYTHON.exists() and os.path.lexists(Path(facts.get("home", "")) / "python.exe")
    minor = ".".join(facts.get("version", facts.get("version_info", "")).split(".")[:2])
    leads_to = re.search(r"\d+\.\d+$", PYTHON.resolve().name)  # python3 may be python3.13 since the system's upgrade
    return PYTHON.exists() and (leads_to is None or leads_to.group() == minor)


def ready(lock: str) -> bool:
    """Whether .venv holds what the lock says. The other locks contain requirements.lock and serve for it, too."""
    stamp = read_stamp()
    locks = stamp.get("locks")
    return isinstance(locks, dict) and "unfinished" not in stamp and locks.get(lock) == fingerprint(lock) and sound()


def lacking(lock: str) -> str:
    """The first requirement of the lock that the running Python's packages do not meet; empty if they meet all."""
    try:
        from packaging.markers import Marker  # every lock of ours names packaging
    except ImportError:
        return "packaging"
    installed: dict[str, str] = {}  # from folder names: importlib.metadata opens every one, and takes 0.1 s for it
    # Neither PYTHONPATH nor the user's own packages: they are not handed over.
    folders = [Path(folder) for folder in sys.path if folder.startswith((sys.prefix, sys.base_prefix))]
    for info in (info for folder in folders for info in folder.glob("*.*-info")):  # .dist-info, .egg-info
        name, version, *_ = [*info.stem.split("-"), ""]
        installed.setdefault(re.sub("[-_.]+", "-", name).lower(), version)
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        requirement, _, marker = line.rstrip(" \\").partition(";")
        name, pinned, version = requirement.strip().partition("==")
        if pinned and installed.get(name) != version and (not marker or Marker(marker).evaluate()):
            return requirement.strip()
    return ""


def choose(lock: str) -> Path:
    """The Python to hand over to: the active environment's if it has exactly what the lock says, else .venv's."""
    fingerprint(lock)
    here, conda = os.path.realpath(sys.prefix), os.environ.get("CONDA_PREFIX")
    active = sys.prefix != sys.base_prefix or (conda is not None and os.path.realpath(conda) == here)
    if active and here != os.path.realpath(VENV):
        lacks = lacking(lock)
        if not lacks:
            return Path(sys.executable)
        say("{active} is not what {lock} says ({lacks}): using .venv", active=sys.prefix, lock=lock, lacks=lacks)
    if not ready(lock):
        with alone():
            if not ready(lock):  # whoever was in before may have done it
                set_up(lock)
    return PYTHON


def surroundings(python: Path) -> dict[str, str]:
    """The variables of whatever runs in `python`: these sources and no others, bytecode kept, one thread a library."""
    unwanted = {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE"}
    if not os.environ.get("HOME"):  # empty, it would put every cache at the root of the disk
        unwanted.add("HOME")
    variables = {name: value for name, value in os.environ.items() if name not in unwanted}
    if python == PYTHON:  # as if activated; IPython adds the packages of any other VIRTUAL_ENV to its own
        variables["VIRTUAL_ENV"] = str(VENV)
        variables["PATH"] = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])
    variables.setdefault("MPLCONFIGDIR", str(ROOT / "_build" / "cache" / "matplotlib"))
    variables.setdefault("OPENBLAS_NUM_THREADS", "1")
    variables.setdefault("OMP_NUM_THREADS", "1")
    # PYTHONSAFEPATH keeps out the current folder, which may hold another checkout's planbook.
    own = {"PYTHONPATH": str(ROOT / "src"), "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"}
    return {**variables, **own, "PLANBOOK_ROOT": str(ROOT)}


def seize(gate: int) -> bool:
    """Tries for the lock on an open file. The system takes it back when its owner dies: it cannot go stale."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(gate, 4096, os.SEEK_SET)  # beside the owner's number, which must stay readable
            msvcrt.locking(gate, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Lets one build.py at a time set up this checkout; the others wait."""
    GATE.parent.mkdir(parents=True, exist_ok=True)
    gate = os.open(GATE, os.O_RDWR | os.O_CREAT, 0o666)
    os.set_inheritable(gate, True)  # an installer that outlives a killed build.py keeps the others out
    try:
        if not seize(gate):
            os.lseek(gate, 0, os.SEEK_SET)
            say("Another build.py (process {owner}) is setting up: waiting", owner=os.read(gate, 20).decode().strip())
            while not seize(gate):
                time.sleep(0.1)
        os.lseek(gate, 0, os.SEEK_SET)
        os.write(gate, f"{os.getpid():<20}".encode())
        yield
    finally:
        os.close(gate)


def step(*command: str | Path, lock: str = RUNTIME, accept: tuple[int, ...] = (0,)) -> list[str]:
    """Runs one step of the set-up and returns the lines that it printed; a terminal shows the current one."""
    output: list[str] = []
    width = min(shutil.get_terminal_size().columns, 100) - 1 if sys.stderr.isatty() else 0
    # close_fds: see alone()
    with Popen(command, env=surroundings(PYTHON), close_fds=False, stdout=PIPE, stderr=STDOUT) as process:
        for raw in process.stdout or ():
            line = raw.decode("utf-8", "replace").rstrip()
            if line and not line.startswith("Ignoring "):  # markers of other platforms
                output.append(line)
            if width:
                print("\r" + line[:width].ljust(width), end="\r", file=sys.stderr, flush=True)
    if width:
        print(" " * width, end="\r", file=sys.stderr, flush=True)
    if process.returncode not in accept:
        raise StepError(str(command[command.index("-m") + 1] if "-m" in command else "uv"), output, lock)
    return output


def make_venv() -> None:
    """An empty .venv, with pip in it; by uv and without pip where uv has an index set, or there is nothing else."""
    uv, ensurepip = shutil.which("uv"), find_spec("ensurepip")
    if not uv and not ensurepip:
        raise SetupError(words("this Python cannot make environments: it has no ensurepip"), words(ENSUREPIP))
    base = getattr(sys, "_base_executable", sys.executable)  # not an active environment's: that may go
    say("Making .venv with Python {version}", version=sys.version.split()[0])
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    write_stamp({"unfinished": True})
    if uv and (not ensurepip or any(map(os.environ.get, UV_SETTINGS))):
        step(uv, "venv", "--allow-existing", "--python", base, VENV)
    else:
        step(base, "-I", "-m", "venv", VENV)


def installer() -> list[str | Path]:
    """uv, if it has an index of its own set or pip has none; else pip, so that a mirror set up for pip is used."""
    uv = shutil.which("uv")
    near: list[str | Path] = ["--no-index", "--find-links", ROOT / WHEELS] if (ROOT / WHEELS).is_dir() else []
    pip: list[str | Path] = [PYTHON, "-I", "-X", "utf8", "-m", "pip"]
    if uv and not near and not any(map(os.environ.get, UV_SETTINGS)):
        settings = step(*pip, "config", "list", accept=(0, 1))  # 1: uv made .venv, there is no pip to ask
        if any(map(PIP_SETTINGS.search, settings)):
            uv = None
    if uv:
        return [uv, "pip", "install", "--python", PYTHON, *near]
    return [*pip, "install", "--no-compile", "--no-user", "--no-input", "--disable-pip-version-check", *near]


def set_up(lock: str) -> None:
    """Brings .venv to what the lock says. What is there is kept, unless a set-up was stopped in the middle of it."""
    started = time.monotonic()
    stamp = read_stamp()
    if "unfinished" in stamp or not sound():
        make_venv()
        stamp = {}
    command = installer()
    tool = "pip" if "--no-compile" in command else "uv"
    say("Installing {lock} with {tool} (minutes, the first time)", lock=lock, tool=tool)
    write_stamp({"unfinished": True})
    try:
        step(*command, "--require-hashes", "--no-deps", "-r", ROOT / lock, lock=lock)
    except StepError as error:
        if error.harmless:  # without a network, say: what was set up before still works
            write_stamp(stamp)
        raise
    say("Compiling")
    site = Path(step(PYTHON, "-I", "-X", "utf8", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")[-1])
    # Relative, hence plain ASCII: which encoding a .pth file is read in depends on the Python and the locale.
    (site / "planbook.pth").write_text(os.path.relpath(ROOT / "src", site) + "\n", "ascii")
    # 1: some packages carry files that are no Python; they need no bytecode.
    step(PYTHON, "-I", "-m", "compileall", "-qq", "-j", "0", site, ROOT / "src", accept=(0, 1))
    # The locks agree where they overlap, and what is there is kept: what served for another lock still does.
    before = stamp.get("locks")
    kept = [name for name, was in before.items() if was == fingerprint(name)] if isinstance(before, dict) else []
    write_stamp({"locks": {name: fingerprint(name) for name in sorted({*kept, RUNTIME, lock})}})
    say("Set up in {seconds:.0f} s", seconds=time.monotonic() - started)


def call(python: Path, *arguments: str, folder: Path | None = None) -> int:
    """Runs `python …` and returns its exit code. Ctrl-C reaches it by itself; how that ends is its own affair."""
    with Popen([python, *arguments], env=surroundings(python), cwd=folder) as process:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                code = process.wait()
                return 128 - code if code < 0 else code


def become(python: Path, *arguments: str) -> int:
    """Runs `python …` in place of this process, so that whatever ends this one ends that; on Windows, whose exec does
    not wait, below it."""
    if not WINDOWS:
        os.execve(python, [str(python), *arguments], surroundings(python))
    return call(python, *arguments)


def test(python: Path, arguments: list[str]) -> int:
    """Linter, formatter, types and tests, up to the first that fails; with arguments only the tests, which get them."""
    tools = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "-n", "3", *arguments]]
    for tool in tools[-1:] if arguments else tools:
        print("$", *tool, flush=True)
        code = call(python, "-m", *tool, folder=ROOT)
        if code:
            return code
    return 0


def relock(python: Path, arguments: list[str]) -> int:
    """Makes all locks anew from pyproject.toml; keeps the versions that still fit unless `--upgrade` is given."""
    options = ["--universal", "--generate-hashes", "--python-version=3.11", "--no-header", "--no-annotate", "--quiet"]
    both = ["--constraints", RUNTIME, "--constraints", DEVELOPMENT]
    for lock, more in ((RUNTIME, []), (DEVELOPMENT, ["--group", "dev", *both[:2]]), (LAB, ["--extra", "lab", *both])):
        uv = ["uv", "pip", "compile", "pyproject.toml", "--output-file", lock, *options, *more, *arguments]
        code = call(python, "-m", *uv, folder=ROOT)
        if code:
            return code
        if "://" in (ROOT / lock).read_text("utf-8"):
            raise SetupError(f"{lock} names an address", "see how uv is configured")
    return 0


def main(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else ""
    python = choose(LOCKS.get(verb, RUNTIME))
    if verb in ("test", "lock"):
        return (test if verb == "test" else relock)(python, [word for word in arguments[1:] if word != "--debug"])
    if verb == "docs":
        return call(python, str(ROOT / "tools" / "docs_site.py"))
    return become(python, "-m", "planbook.cli", *arguments)


def guarded(arguments: list[str]) -> int:
    """main with its errors put in words; a traceback is shown with --debug alone."""
    try:
        return main(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if "--debug" in arguments:
            raise
        if isinstance(error, OSError):
            error = SetupError(str(error), words(DISK if error.errno in (errno.ENOSPC, errno.EDQUOT) else RIGHTS))
        if isinstance(error, SetupError):
            print(error, file=sys.stderr)
            return 1
        say("a defect of build.py ({error!r}): repeat with --debug, report it", error=error)
        return 3
