"""Open the port of the web server before anything slow is done, so that no other program takes it meanwhile."""

from __future__ import annotations

import errno
import socket

LOOPBACK = "127.0.0.1"
TRIES = 100


class Taken(Exception):
    """No port could be opened; the message says why."""


def listen(port: int, *, exactly: bool = False) -> socket.socket:
    """Return a listening socket on `port` of this machine, or on the next free one unless it must be `exactly` that.

    It listens at once: requests that come before the web server does wait instead of being refused.
    """
    for candidate in range(port, port + 1 if exactly else min(port + TRIES, 65536)):
        try:
            return _listening(candidate)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Taken(f"Port {candidate} needs administrator rights. Choose a port above 1023.") from error
            if error.errno != errno.EADDRINUSE:
                raise Taken(f"Port {candidate} cannot be opened: {error.strerror}.") from error
    if exactly:
        raise Taken(f"Port {port} is in use. Choose another with --port, or leave --port out.")
    raise Taken(f"The ports from {port} to {candidate} are all in use. Choose another with --port.")


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener
