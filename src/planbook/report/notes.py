"""The notes below a table."""

from __future__ import annotations

from collections.abc import Sequence

NOTE, END = "注：", "。"


def merged(notes: Sequence[str]) -> tuple[str, ...]:
    """Several notes that begin with 注 as one, numbered (注：1.…；2.…。), before the others (资料来源：…。)."""
    said = [note.removeprefix(NOTE).removesuffix(END) for note in notes if note.startswith(NOTE)]
    if len(said) < 2:
        return tuple(notes)
    numbered = "；".join(f"{number}.{text}" for number, text in enumerate(said, 1))
    return (f"{NOTE}{numbered}{END}", *(note for note in notes if not note.startswith(NOTE)))
