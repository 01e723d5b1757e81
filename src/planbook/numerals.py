"""Chinese numerals, as headings and words count."""

from __future__ import annotations

ONES: tuple[str, ...] = ("", *"一二三四五六七八九")


def han(number: int) -> str:
    """1 to 99: 九, 十, 十一, 二十. ValueError beyond."""
    if not 0 < number < 100:
        raise ValueError(f"no numeral for {number}")
    tens, ones = divmod(number, 10)
    return (ONES[tens] if tens > 1 else "") + ("十" if tens else "") + ONES[ones]
