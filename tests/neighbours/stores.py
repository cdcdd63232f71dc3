"""A real server that speaks S3, and what passes between it and a client."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from typing import NamedTuple

from tests.neighbours.spark import packages_of

FREE_CALLS = (
    "INITIAL_NO_AUTH_ACTION_COUNT"  # moto reads it when it is imported: so many calls are answered whoever asks
)


class Server(NamedTuple):
    """An endpoint; ``received``: how many bytes the clients got by now."""

    endpoint: str
    counted: list[int]

    @property
    def received(self) -> int:
        return self.counted[0]


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """The endpoint of a server; every byte of it goes through a socket that counts."""
    packages = str(packages_of("stores"))
    if packages not in sys.path:
        sys.path.append(packages)
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    listening, counted = socket.create_server(("127.0.0.1", 0)), [0]
    threading.Thread(target=_accept, args=(listening, moto.get_host_and_port(), counted), daemon=True).start()
    try:
        yield Server(f"http://127.0.0.1:{listening.getsockname()[1]}", counted)
    finally:
        listening.close()
        moto.stop()


def _accept(listening: socket.socket, to: tuple[str, int], counted: list[int]) -> None:
    with contextlib.suppress(OSError):
        while True:
            asking, _ = listening.accept()
            answering = socket.create_connection(to)
            for pair, counter in (((asking, answering), None), ((answering, asking), counted)):
                threading.Thread(target=_carry, args=(*pair, counter), daemon=True).start()


def _carry(here: socket.socket, remote: socket.socket, counter: list[int] | None) -> None:
    with contextlib.suppress(OSError), here, remote:
        while part := here.recv(1 << 16):
            remote.sendall(part)
            if counter is not None:
                counter[0] += len(part)
