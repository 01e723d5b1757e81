"""The reference document in the repository is what its script makes."""

from __future__ import annotations

import io
import zipfile

from make_reference import TARGET, make


def test_the_script_makes_the_committed_file() -> None:
    with zipfile.ZipFile(io.BytesIO(make())) as made, zipfile.ZipFile(TARGET) as committed:
        assert made.namelist() == committed.namelist()
        for name in made.namelist():
            assert made.read(name) == committed.read(name), name
        assert {entry.date_time for entry in committed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
