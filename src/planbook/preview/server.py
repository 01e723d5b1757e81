"""Serves the books on loopback: files as they are, pages with a script that listens for news, PDFs in a frame.

Nothing is kept by the browser, nothing outside of `_book/` is served, and only a browser that asks for this machine by
its own name is answered: a web page elsewhere cannot make it read the books.
"""

from __future__ import annotations

import errno
import json
import mimetypes
import os
import sys
from collections.abc import Generator
from contextlib import closing
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qs, quote, unquote, urlsplit

from planbook.errors import UsageError
from planbook.preview.board import PAPER, Board, is_paper
from planbook.preview.shelf import Shelf
from planbook.words import _

HOST, PORT, PORTS = "127.0.0.1", 8765, 20
OWN = "__preview__/"  # no unit is called so
BEAT = 5  # seconds after which a page that was closed is found out


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # there it would take the port of another program
    block_on_close = False

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def open_server(board: Board, shelf: Shelf, port: int = 0) -> Server:
    """The server on this port, or (0) on the first free one from 8765 on. UsageError where there is none."""
    for one in [port] if port else range(PORT, PORT + PORTS):
        try:
            return Server((HOST, one), partial(Handler, board, shelf))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise UsageError(
        _("port {port} is in use").format(port=port or f"{PORT}–{PORT + PORTS - 1}"),
        cure=_("leave out --port, or name another"),
    )


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def __init__(self, board: Board, shelf: Shelf, *args: object) -> None:
        self.board, self.shelf = board, shelf
        super().__init__(*args)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """The terminal is for what is built."""

    def do_GET(self) -> None:
        own = {f"{HOST}:{self.server.server_port}", f"localhost:{self.server.server_port}"}  # type: ignore[attr-defined]
        if self.headers.get("Host") not in own:
            self._answer(b"", "text/plain", HTTPStatus.FORBIDDEN)
            return
        asked = urlsplit(self.path)
        path = unquote(asked.path).lstrip("/")
        if path == f"{OWN}events":
            query = parse_qs(asked.query)
            self._events(query.get("page", [""])[0], query.get("token", [""])[0])
        elif path.startswith(OWN):
            name = path.removeprefix(OWN)
            self._answer(_part(name) if name in ("client.js", "viewer.js") else None, _type(name))
        elif path.endswith("/"):
            self._redirect(f"{path.split('/')[0]}/html/index.html")
        elif is_paper(path):
            self._paper(path, "file" in asked.query)
        elif path.endswith(".pdf") and self.headers.get("Sec-Fetch-Dest") == "document":
            self._redirect(f"{path.split('/')[0]}/{PAPER}")
        else:
            self._file(path or "index.html")

    def _file(self, path: str) -> None:
        content = self.shelf.read(path)
        if content is None and path.endswith("index.html"):
            content = _part("waiting.html")  # it is being built, or was asked for too early
        if content is not None and path.endswith(".html"):
            self._page(path, content)
        else:
            self._answer(content, _type(path))

    def _paper(self, path: str, bare: bool) -> None:
        """A unit's PDF in a frame, or the PDF that the frame asks for."""
        content = self.shelf.read(path)
        if bare:
            self._answer(content, "application/pdf")
        else:
            self._page(path, _part("waiting.html" if content is None else "viewer.html"))

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"/{quote(path)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, path: str, content: bytes) -> None:
        token = self.shelf.token(path)
        script = f'<script src="/{OWN}client.js" data-page="{escape(path)}" data-token="{token}"></script>'
        body, end, rest = content.rpartition(b"</body>")
        self._answer(body + script.encode() + b"\n" + end + rest, "text/html; charset=utf-8")

    def _answer(self, content: bytes | None, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status if content is not None else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content or b"")))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content or b"")

    def _events(self, page: str, token: str) -> None:
        """Tells a page its state, and to load itself again when it shows something else than it was loaded with."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            with closing(self._news(page, token)) as news:
                for event, said in news:
                    self.wfile.write(f"event: {event}\ndata: {said}\n\n".encode())
                    self.wfile.flush()
        except ConnectionError:
            return  # the page was closed

    def _news(self, page: str, token: str) -> Generator[tuple[str, str], None, None]:
        version, said = -1, ""
        with self.board.opened(page):
            while True:
                version = self.board.after(version, BEAT)
                now = self.shelf.token(page)
                if now and now != token:
                    yield "reload", now
                    return
                state = json.dumps(self.board.state(page), ensure_ascii=False)
                yield ("state", state) if state != said else ("beat", "")
                said = state


def _part(name: str) -> bytes:
    return files("planbook.preview").joinpath(name).read_bytes()


def _type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    kind = "text/javascript" if path.endswith(".js") else kind  # Windows has its own opinion
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
