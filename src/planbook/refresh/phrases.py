"""What a refresh says, line by line, in the user's language: for the terminal and for the Markdown report alike."""

from __future__ import annotations

from collections.abc import Iterator

from planbook.book.wordtext import FIELD
from planbook.refresh.outcome import Look, Outcome, Why
from planbook.words import _

LONGEST = 90
BEFORE = 16  # characters of a paragraph's beginning, and of what stands before a change


def summary(out: Outcome) -> Iterator[str]:
    """What was done, each in a line."""
    yield _("{count} numbers and cells updated").format(count=len(out.changes))
    if out.rows_come or out.rows_gone:
        yield _("table rows: {come} new, {gone} deleted").format(come=out.rows_come, gone=out.rows_gone)
    if out.figures:
        yield _("figures: {names}").format(names="、".join(out.figures))
    if out.edited or out.added or out.removed:
        yield _("kept what people wrote: {edited} paragraphs changed, {added} added, {removed} removed").format(
            edited=len(out.edited), added=len(out.added), removed=len(out.removed)
        )


def heading(why: Why) -> str:
    return {
        "overwritten": _("written over by people, and left"),
        "emptied": _("deleted by people, and left"),
        "gone": _("no longer in the new round, and left"),
        "lost": _("no longer found in their sentence"),
        "wording": _("the new round's book words it otherwise"),
        "doubt": _("the wording may no longer fit"),
        "row": _("table rows to look at"),
        "table": _("tables left as they are"),
        "figure": _("figures left as they are"),
    }[why]


def look(one: Look) -> str:
    """One thing to look at, on one line."""
    where, quoted = short(one.where), short(one.name or one.where)
    if one.why in ("overwritten", "emptied"):
        now = one.now or "—"
        said = _("printed {before}, now {now}, new {after}").format(before=one.before or "—", now=now, after=one.after)
        return f"{where}  {said}" if where else f"{quoted}  {said}"
    if one.why == "gone":
        return f"{where}  {one.before} ({one.name})"
    if one.why == "lost":
        return f"{where}  {one.before} → {one.after} ({one.name})"
    if one.why == "wording":
        return _wording(one)
    if one.why == "doubt":
        return f"{where}  {_doubt(one.after)}"
    return f"{short(one.where)}{'｜' + one.name if one.why == 'row' else ''}  {_left(one)}"


def _wording(one: Look) -> str:
    if not one.after:
        return _("left out: {text}").format(text=short(one.before))
    if not one.before:
        return _("added: {text}").format(text=short(one.after))
    return f"{short(one.before)} → {short(one.after)}"


def _doubt(why: str) -> str:
    return {
        "sign": _("a number changed its sign"),
        "zero": _("a number became zero, or is none any more"),
        "order": _("of two numbers the other is larger now"),
        "name": _("another one comes first"),
        "half": _("a share crossed one half"),
    }[why]


def _left(one: Look) -> str:
    if one.why == "row":
        words = {
            "gone": _("gone from the new round, but changed by people"),
            "come": _("new, but there is no row to put it behind"),
        }
    elif one.why == "table":
        words = {
            "gone": _("the new round's book has no such table"),
            "columns": _("its columns are others in the new round"),
            "reshaped": _("people changed its columns; its tagged numbers were updated"),
        }
    else:
        words = {
            "gone": _("the new round's book has no such figure"),
            "overwritten": _("people put another picture there"),
        }
    return words[one.after]


def edit(before: str, after: str) -> str:
    """A paragraph that people changed: how it begins, and what they changed in it, with the words before that."""
    before, after = _flat(before), _flat(after)
    if before == after:
        return short(before)  # blanks were changed, or what a field says
    start = _shared(before, after)
    same = _shared(before[start:][::-1], after[start:][::-1])
    begins = max(0, start - BEFORE)
    head = f"{before[:BEFORE]}… …" if begins > BEFORE else before[:begins]
    old, new = (text[start : len(text) - same] for text in (before, after))
    return f"{head}{before[begins:start]}【{short(old) or '—'} → {short(new) or '—'}】"


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _flat(text: str) -> str:
    return " ".join(text.replace(FIELD, "…").split())


def short(text: str) -> str:
    text = _flat(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
