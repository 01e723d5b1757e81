"""What can go wrong by a user's hand, and how it is said: the place, what is wrong there, and the cure."""

from __future__ import annotations

import errno

from planbook.words import _


class PlanbookError(Exception):
    """An error a user can mend. `place` is where (file, sheet, cell, line), `cure` what to do."""

    exit_code = 1

    def __init__(self, message: str, *, place: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.message, self.place, self.cure = message, place, cure

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  → {self.cure}" if self.cure else head


class InputError(PlanbookError):
    """The survey, the parameters or the narrative are at fault (exit code 1)."""


class UsageError(PlanbookError):
    """The command itself is at fault (exit code 2)."""

    exit_code = 2


def of_disk(error: OSError) -> InputError:
    """What the system refused, as an error with its cure."""
    cures = {
        errno.ENOSPC: _("make room on the disk, then build again"),
        errno.EDQUOT: _("make room on the disk, then build again"),
        errno.ENOENT: _("it was there when the build began: put it back, then build again"),
    }
    rights = _("see who may read and write there, and whether another program has it open, then build again")
    place = str(error.filename2 or error.filename or "")
    return InputError(error.strerror or str(error), place=place, cure=cures.get(error.errno or 0, rights))
