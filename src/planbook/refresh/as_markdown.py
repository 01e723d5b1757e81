"""The report of a refresh as Markdown, whole: to send along with the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planbook.refresh import phrases
from planbook.refresh.outcome import Outcome
from planbook.words import _

MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def markdown_text(out: Outcome, file: str) -> str:
    changes = [f"{phrases.short(one.where)}: {one.before or '—'} → {one.after or '—'}" for one in out.changes]
    edited = [phrases.edit(before, after) for before, after in out.edited]
    parts = [
        *((phrases.heading(why), [phrases.look(one) for one in looks]) for why, looks in out.by_reason.items()),
        (_("updated"), changes),
        (_("paragraphs that people changed"), edited),
        (_("paragraphs that people added"), [phrases.short(text) for text in out.added]),
        (_("paragraphs that people removed"), [phrases.short(text) for text in out.removed]),
    ]
    lines = [f"# {_plain(out.name)} {_plain(out.old)} → {_plain(out.new)}", "", _plain(file), ""]
    lines += [f"- {_plain(said)}" for said in phrases.summary(out)]
    for head, listed in parts:
        lines += _part(head, listed)
    return "\n".join(lines) + "\n"


def _part(head: str, listed: Sequence[str]) -> Iterator[str]:
    if listed:
        yield from ("", f"## {head} ({len(listed)})", "")
        yield from (f"- {_plain(line)}" for line in listed)


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)
