"""Servers that a bench asks: started for it on loopback, ended by their process ids, their CPU read from the kernel."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from platform_site.roof.launcher.parent_death import tied_to_parent

PROJECT = Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A running server: its port, and what its processes have used of the CPU so far."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def cpu_seconds(self) -> float:
        """User and system time of the whole process group, living processes and those that ended."""
        group, ticks = os.getpgid(self.process.pid), 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) == group:
                    ticks += sum(map(int, fields[11:15]))
        return ticks / TICKS


@contextlib.contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    port: int,
    probe: str,
    log: Path,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Server]:
    """A server in a process group of its own that answers ``probe``; RuntimeError with its log when it never does."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            tied_to_parent(list(command), ending=signal.SIGTERM), cwd=PROJECT, env=dict(environment), stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, f"{'https' if tls else 'http'}://127.0.0.1:{port}{probe}", log, tls)
        yield Server(process, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(
    server: Server, paths: Sequence[str], *, seconds: float, clients: int, token: str = "", cookie: str = ""
) -> dict[str, Any]:
    """The figures of a load, with the server's CPU milliseconds for each request; by token or by a session's cookie."""
    before = server.cpu_seconds()
    command = [sys.executable, "-m", "tests.bench.load", str(server.port), str(seconds), str(clients)]
    ended = subprocess.run(
        command, input="\n".join(paths), cwd=PROJECT,
        env={**os.environ, "LOAD_TOKEN": token} | ({"LOAD_COOKIE": cookie} if cookie else {}), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    body = json.loads(ended.stdout)
    if not body["requests"]:
        raise RuntimeError(f"Nothing was answered: {body['failed']}")
    body["cpu_ms"] = (server.cpu_seconds() - before) * 1000 / max(body["requests"], 1)
    return body


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process: subprocess.Popen[bytes], address: str, log: Path, tls: ssl.SSLContext | None) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(address, timeout=2, context=tls).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"The server did not answer {address}:\n{log.read_text(errors='replace')[-2_000:]}")
