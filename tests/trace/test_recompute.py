"""Every fact of a book can be computed again from the rows at the addresses it remembers."""

from __future__ import annotations

from planbook.project import Project
from planbook.report import facts as constructors
from planbook.trace.build import read_build
from planbook.trace.recompute import Recomputer, same_value
from planbook.trace.trace import open_received
from tests.trace.conftest import ROUND, UNIT


def test_every_fact_is_what_its_constructor_gives_over_its_rows(traced: Project) -> None:
    build = read_build(traced, UNIT, ROUND)
    recomputer = open_received(traced, build).recomputer
    assert len(build.facts) > 500
    assert {fact["op"] for fact in build.facts.values()} >= {"total", "count", "share", "given", "checked", "score"}
    assert not [id for id, fact in build.facts.items() if not same_value(recomputer.fact(id), fact)]


def test_every_operation_can_be_repeated() -> None:
    operations = {
        name
        for name, value in vars(constructors).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") in ("Fact", "tuple[Fact, Fact]")
    }
    assert operations >= {"total", "count", "share", "extreme"}
    assert not {name for name in operations if not name.startswith("_") and not hasattr(Recomputer, f"_{name}")}
