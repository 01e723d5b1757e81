"""Artefacts return whole, by a folder, by any URL of fsspec's, or with the answer; or it is said that they did not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planbook.cluster.store import Store
from planbook.errors import InputError


@pytest.mark.parametrize("url", ["", "memory://books", "{folder}/store", "file://{folder}/store"])
def test_what_is_sent_arrives_and_does_not_stay(url: str, tmp_path: Path) -> None:
    store = Store(url.format(folder=tmp_path))
    sent = store.send(b"archive")
    assert (sent.data == b"") is bool(url)
    assert store.fetch(sent) == b"archive"
    store.drop(sent)
    if url:
        with pytest.raises(InputError, match="not in the store"):
            store.fetch(sent)


def test_what_was_damaged_on_the_way_is_refused(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    sent = store.send(b"archive")
    next(tmp_path.iterdir()).write_bytes(b"archivf")
    for way, what in ((store, sent), (Store(), replace(sent, data=b"archivf"))):
        with pytest.raises(InputError, match="not what was sent"):
            way.fetch(what)
