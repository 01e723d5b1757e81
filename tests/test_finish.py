"""What is kept of units that were worked on, while others still are."""

from __future__ import annotations

from pathlib import Path

from planbook.finish import Finish, Made
from planbook.index import Index, Record
from planbook.outcome import Outcome
from planbook.todo import Desk, Order
from tests.small import small_project


def test_the_runs_of_a_unit_whose_book_failed_are_recorded_though_no_book_was_made(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    desk = Desk(project, Order(("yumin",)))
    finish = Finish(desk, {"yumin": Outcome("yumin", "裕民县")})
    run = Record({"notebooks/01-stock.ipynb": "a digest"}, {})
    desk.index.put("yumin/2020-08/01", run)
    finish.take(Made(work=desk.look("yumin"), reads=[]))
    finish.write()
    assert Index(project).task("yumin/2020-08/01") == run
    assert not project.book.exists(), "there is nothing to show"
