"""What the server gives to whom."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from planbook.errors import UsageError
from planbook.preview.board import Board
from planbook.preview.server import Server, open_server
from planbook.preview.shelf import Shelf

PAGE = b'<html><head><link rel="stylesheet" href="_plan/plan.css"></head><body><p>x</p></body></html>'


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "_book" / "yumin" / "html"
    (folder / "_plan").mkdir(parents=True)
    (folder / "03-current.html").write_bytes(PAGE)
    (folder / "_plan" / "plan.css").write_text("p { color: red }")
    (tmp_path / "secret.html").write_text("secret")
    return Shelf(tmp_path / "_book")


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Server]:
    with open_server(Board(), shelf) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def ask(server: Server, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    return answer.status, answer.read(), answer.headers


def test_pages_get_the_script_on_the_way_and_nothing_is_kept_by_the_browser(server: Server, shelf: Shelf) -> None:
    status, content, headers = ask(server, "/yumin/html/03-current.html")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert content.count(b'<script src="/__preview__/client.js"') == 1
    assert (shelf.root / "yumin/html/03-current.html").read_bytes() == PAGE
    assert ask(server, "/yumin/html/_plan/plan.css")[1] == b"p { color: red }"


def test_nothing_outside_of_the_books_is_served(server: Server) -> None:
    for path in ("/../secret.html", "/%2e%2e/secret.html", "/yumin/../../secret.html", "/__preview__/server.py"):
        assert ask(server, path)[0] == 404, path


def test_a_page_elsewhere_cannot_read_the_books_under_a_name_of_its_own(server: Server) -> None:
    assert ask(server, "/yumin/html/03-current.html", Host=f"evil.example:{server.server_port}")[0] == 403


def test_a_book_that_is_not_built_yet_is_waited_for(server: Server) -> None:
    status, _content, headers = ask(server, "/wusu/")
    assert (status, headers["Location"]) == (302, "/wusu/html/index.html")
    assert "正在生成" in ask(server, "/wusu/html/index.html")[1].decode()
    assert "正在生成" in ask(server, "/wusu/pdf")[1].decode()


def test_a_pdf_is_shown_in_a_frame_that_can_load_it_again(server: Server, shelf: Shelf) -> None:
    (shelf.root / "yumin" / "规划.pdf").write_bytes(b"%PDF-1.7")
    status, _content, headers = ask(server, "/yumin/%E8%A7%84%E5%88%92.pdf", Sec_Fetch_Dest="document")
    assert (status, headers["Location"]) == (302, "/yumin/pdf")
    assert b"<iframe" in ask(server, "/yumin/pdf")[1]
    _status, content, headers = ask(server, "/yumin/pdf?file")
    assert (content, headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")


def test_a_page_is_another_when_anything_that_it_shows_is(shelf: Shelf) -> None:
    path = "yumin/html/03-current.html"
    before = shelf.token(path)
    (shelf.root / "yumin/html/_plan/plan.css").write_text("p { color: blue }")
    styled = shelf.token(path)
    shelf.put(path, PAGE.replace(b"x", b"y"), edit=2)
    drafted = shelf.token(path)
    assert len({before, styled, drafted, ""}) == 4
    shelf.built("yumin", 1)  # that build knew nothing of the second edit
    assert shelf.token(path) == drafted
    shelf.built("yumin", 2)
    assert shelf.token(path) == styled


def test_a_port_in_use_is_passed_over_unless_it_was_asked_for(server: Server, shelf: Shelf) -> None:
    with open_server(Board(), shelf) as another:
        assert another.server_port > server.server_port
    with pytest.raises(UsageError, match=f"port {server.server_port} is in use"):
        open_server(Board(), shelf, server.server_port)
