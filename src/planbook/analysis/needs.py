"""What residents ask for and care about."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32


def concern_id(word: str, names: Mapping[str, str]) -> str:
    """A stable fact id for something residents care about: by its code, or by the word's checksum."""
    return f"concern.{word.lower()}" if word in names else f"concern.word-{crc32(word.encode()):08x}"
