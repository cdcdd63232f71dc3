"""A real receiver on this machine: what was posted to it, and answers as a test wants them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple


class Posted(NamedTuple):
    """One request: its path, headers and body."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent in ``posted``; answers with the next of ``answers``, and 204 once they are used up."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Takes)
        self.posted: list[Posted] = []
        self.answers: list[Callable[[BaseHTTPRequestHandler], None] | int] = []

    @property
    def url(self) -> str:
        return f"{'https' if hasattr(self.socket, 'context') else 'http'}://127.0.0.1:{self.server_port}/hook"

    def handle_error(self, *_: object) -> None:
        """Who hangs up early is expected here."""


class _Takes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append(Posted(self.path, dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        if callable(answer):
            answer(self)
        else:
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Yield a receiver that listens."""
    server = Receiver()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
