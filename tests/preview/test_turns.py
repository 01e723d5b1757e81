"""Whose book is built next."""

from __future__ import annotations

from planbook.preview.board import View, view_of
from planbook.preview.turns import every, next_turn

UNITS = ("tacheng", "wusu", "yumin")


def test_what_is_open_comes_first_pages_before_the_pdf() -> None:
    open_ = {view_of("yumin/pdf"), view_of("yumin/html/03-current.html")}
    due = every(UNITS)
    turns = []
    while view := next_turn(due, open_, UNITS):
        turns.append((view.unit, view.form))
        due.remove(view)
    assert turns == [("yumin", "html"), ("yumin", "pdf"), ("tacheng", "html"), ("wusu", "html")]


def test_who_reads_the_pdf_alone_does_not_wait_for_the_pages() -> None:
    assert next_turn(every(UNITS), {view_of("yumin/pdf")}, UNITS) == View("yumin", "pdf")


def test_what_nobody_looks_at_waits() -> None:
    due = every(UNITS)
    assert next_turn(due, {view_of("yumin/html/index.html")}, ()) == View("yumin", "html")
    assert next_turn(due, set(), ()) is None
    assert next_turn(due, set(), {"wusu"}) == View("wusu", "html")


def test_the_portal_shows_all_books_and_no_pdf() -> None:
    due = every(UNITS)
    for unit in UNITS:
        assert next_turn(due, {view_of("index.html")}, ()) == View(unit, "html")
        due.remove(View(unit, "html"))
    assert next_turn(due, {view_of("index.html")}, ()) is None
