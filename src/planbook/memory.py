"""What a build's process holds: threads share one heap.

glibc gives threads heaps of their own, and each keeps the room that its largest book took: a build of 48 units had
60 MB more, and grew with every unit.
"""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX = -8  # malloc.h


def share_one_heap() -> None:
    """Asks glibc for one heap, before the first book's threads begin; another C library has no such thing."""
    if sys.platform == "linux" and (choose := getattr(ctypes.CDLL(None), "mallopt", None)):
        choose(M_ARENA_MAX, 1)
