"""Where artefacts wait for the client: in the scheduler's hands, or under a URL that workers and client both reach."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from planbook.errors import InputError
from planbook.words import _


@dataclass(frozen=True)
class Sent:
    """An archive on its way: its sha256, and the archive itself unless it lies in the store."""

    sha256: str
    data: bytes = b""


@dataclass(frozen=True)
class Store:
    """A folder by its fsspec URL (s3://…, a path, memory://); without one, archives travel with the task's answer."""

    url: str = ""

    def send(self, data: bytes) -> Sent:
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.url:
            return Sent(sha256, data)
        system, folder = _opened(self.url)
        system.makedirs(folder, exist_ok=True)
        system.pipe_file(_place(folder, sha256), data)
        return Sent(sha256)

    def fetch(self, sent: Sent) -> bytes:
        """InputError where what arrives is not what was sent."""
        data = sent.data
        if self.url:
            system, folder = _opened(self.url)
            try:
                data = system.cat_file(_place(folder, sent.sha256))
            except FileNotFoundError as error:
                raise InputError(
                    _("the workers' results are not in the store"),
                    place=self.url,
                    cure=_("name one that workers and this machine both reach"),
                ) from error
        if hashlib.sha256(data).hexdigest() != sent.sha256:
            raise InputError(_("what arrived is not what was sent"), place=self.url, cure=_("build again"))
        return data

    def drop(self, sent: Sent) -> None:
        """What arrived need not stay."""
        if self.url:
            system, folder = _opened(self.url)
            system.rm_file(_place(folder, sent.sha256))


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL and the folder in it."""
    from fsspec.core import url_to_fs

    system, folder = url_to_fs(url)
    return system, str(folder)


def _place(folder: str, sha256: str) -> str:
    return f"{folder.rstrip('/')}/{sha256}.zip"
