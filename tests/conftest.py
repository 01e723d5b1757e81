"""What all tests share: English messages, a project of their own to build in, two books built once, a browser."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from filelock import FileLock

from planbook.project import Project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.office import Office

ROOT = Path(__file__).resolve().parents[1]
os.environ["PLANBOOK_LANG"] = "en"
os.environ.pop("PLANBOOK_ROOT", None)  # build.py sets it; a test says itself which project it means
# A shell that starts the suite in the background has it ignore Ctrl-C, and every program a test starts would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow moment of the machine is no fault of what is tested.
hypothesis.settings.register_profile("planbook", deadline=None)
hypothesis.settings.load_profile("planbook")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-baseline", action="store_true", help="rewrite tests/baseline/, and test nothing else")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("update_baseline"):
        items[:] = [item for item in items if item.get_closest_marker("baseline")]


def copy_project(target: Path) -> Path:
    """A project with this one's sources, to build in and to change."""
    for name in ("params", "data", "notebooks", "chapters", "figures"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("_quarto.yml", "requirements.lock"):
        shutil.copyfile(ROOT / name, target / name)
    return target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of the project's sources."""
    return copy_project(tmp_path / "项目 project")


BOOKS = ("tacheng", "yumin")  # the prefecture's and a county's


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Project], object]) -> Project:
    """A project in a folder that all workers share, made by the first that asks for it."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    project, done = Project(folder / name / "项目 one"), folder / f"{name}.done"
    with FileLock(folder / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(project.root, ignore_errors=True)
            make(project)
            done.touch()
    return project


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The prefecture's book and a county's in all formats: to read, not to change."""
    from tests.documents import made

    return made_once(tmp_path_factory, "built", lambda project: made(Project(copy_project(project.root)), *BOOKS))


@pytest.fixture(scope="session")
def one_more(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Records and annexes of the same books after one household more was counted in one community (177 → 178)."""
    from tests.documents import made
    from tests.small import change_cell, workbook_of

    def make(project: Project) -> None:
        copy_built(built, project.root)
        change_cell(workbook_of(project, "裕民县"), "2000年底以前", "G6", 178)
        made(project, *BOOKS, formats=("xlsx",))

    return made_once(tmp_path_factory, "one-more", make)


def copy_built(built: Project, target: Path) -> Project:
    """A copy of a project that was built, with what a build keeps: only what is changed is made anew."""
    project = Project(copy_project(target))
    shutil.copytree(built.build, project.build, ignore=shutil.ignore_patterns("matplotlib", "*.lock"))
    return project


@pytest.fixture
def again(built: Project, tmp_path: Path) -> Project:
    """A copy of its own for each test: only what it changes is made anew."""
    return copy_built(built, tmp_path / "项目 again")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice. Without it tests are skipped, but not in CI."""
    from tests.office import Office

    found = shutil.which("soffice")
    if not found and os.environ.get("CI"):
        pytest.fail("no LibreOffice: .ci/run installs it")
    if not found:
        pytest.skip("no LibreOffice: apt-get install libreoffice-writer libreoffice-calc")
    return Office(found, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which asks the network for nothing of its own. Without it tests are skipped, but not in CI."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found and os.environ.get("CI"):
        pytest.fail("no chromium: .ci/run installs it")
    if not found:
        pytest.skip("no chromium: apt-get install chromium")
    flags = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=[*flags, "--disable-sync", "--disable-extensions"])


@pytest.fixture
def complaints() -> list[str]:
    """What a page says on its console; a test that expects some takes them away."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page that must end without an error of its own and without having asked another place for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    assert not complaints
    own = ("file:", "data:", "http://127.0.0.1:", "chrome:", "chrome-extension:")  # its viewer of PDFs is an extension
    assert all(url.startswith(own) for url in asked), asked
    context.close()
