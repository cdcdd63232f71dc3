"""Take the port of the web server before anything slow is done, so that nobody takes it meanwhile."""

from __future__ import annotations

import errno
import socket

LOOPBACK = "127.0.0.1"
TRIES = 100


class Taken(Exception):
    """The port, or every port that was tried, cannot be had; the message is the sentence to show."""


def listen(port: int, *, exactly: bool = False) -> socket.socket:
    """Return a listening socket on `port` of this machine, or on the next free one unless it must be `exactly` that.

    It listens at once: requests that come before the web server does wait instead of being refused.
    """
    for candidate in range(port, port + 1 if exactly else min(port + TRIES, 65536)):
        try:
            return _listening(candidate)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Taken(f"Port {candidate} is for the system's administrator: choose one above 1023.") from error
            if error.errno != errno.EADDRINUSE:
                raise Taken(f"Port {candidate} cannot be opened: {error.strerror}.") from error
    if exactly:
        raise Taken(f"Port {port} is in use: choose another with --port, or leave --port out.")
    raise Taken(f"The ports from {port} to {candidate} are all in use: choose one with --port.")


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _listening(port: int) -> socket.socket:
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((LOOPBACK, port))
        door.listen(256)
    except OSError:
        door.close()
        raise
    return door
