"""`manage.py up` as a program of its own: started for a test, read, and ended by its process id."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from platform_site import environment
from tests.running.migrated import install

PROJECT = Path(__file__).resolve().parents[2]
READY = re.compile(r"^Plumbline is ready at http://127\.0\.0\.1:(\d+)(?:/\S*)?$", re.MULTILINE)


def variables(state_dir: Path, **fields: str) -> dict[str, str]:
    """This process's environment without any setting of Plumbline's but those given."""
    own = {variable.name for variable in environment.VARIABLES.values()}
    by_name = {name: value for name, value in os.environ.items() if name not in own}
    return {**by_name, "STATE_DIR": str(state_dir), **fields}


class Up:
    """One run of the command, its words and its processes. It begins with a migrated database, unless the start itself is
    what is looked at (``anew``)."""

    def __init__(self, state_dir: Path, *words: str, anew: bool = False, **fields: str) -> None:
        if not anew and "DATABASE_URL" not in fields:
            install(state_dir)
        self.state_dir = state_dir
        self.log = state_dir.with_suffix(".log")
        with self.log.open("w") as out:
            command = [sys.executable, "manage.py", "up", *words]
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=variables(state_dir, **fields), stdout=out, stderr=subprocess.STDOUT
            )

    def output(self) -> str:
        return self.log.read_text()

    def port(self, patience_s: float = 150) -> int:
        """Wait for the ready line and return the port in it."""
        wait(lambda: READY.search(self.output()) or self.process.poll() is not None, seconds=patience_s)
        ready = READY.search(self.output())
        assert ready, self.output()
        return int(ready.group(1))

    def ready(self) -> str:
        """Wait until it is ready; what it said by then."""
        self.port()
        return self.output()

    def processes(self, word: str = "") -> dict[int, str]:
        """The living processes that belong to this installation, with their command lines."""
        values = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                belongs = f"STATE_DIR={self.state_dir}\0".encode() in (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if belongs and command and word in command:
                    values[int(folder.name)] = command
        return values

    def leader(self, word: str) -> int:
        """The process that `up` itself started, and not one of that one's children."""
        return min(pid for pid in self.processes(word) if os.getpgid(pid) == pid)

    def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=40)


def wait(true: Callable[[], object], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := true()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(met)


def get(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as answer:
        return answer.status


@contextlib.contextmanager
def started(state_dir: Path, *words: str, anew: bool = False, **fields: str) -> Iterator[Up]:
    up = Up(state_dir, *words, anew=anew, **fields)
    try:
        yield up
    finally:
        up.end()
