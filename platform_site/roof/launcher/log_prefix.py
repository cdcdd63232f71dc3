"""The output of the programs, line by line: everything goes to the log file, warnings also to the screen."""

from __future__ import annotations

import logging
import os
import re
import selectors
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, TextIO

COLOURS = {"up": "1", "broker": "35", "web": "36", "worker": "32", "beat": "33", "demo": "34", "migrate": "34"}
LONGEST_LINE = 65_536
LOG_BYTES, LOG_FILES = 5 * 2**20, 2  # the file and the one before it: 10 MiB at most
RECENT_LINES = 10
# Our own loggers as text and as JSON, gunicorn before it read its settings ("[WARNING]"), and Valkey (" # ").
WARNING = re.compile(
    r"^(WARNING|ERROR|CRITICAL)\b|\"level\": \"(WARNING|ERROR|CRITICAL)\"|\[(WARNING|ERROR|CRITICAL)\]|^\d+:[A-Z] .{10,30} # "
)


class Output:
    """Reads the pipes of many children without a thread, and writes their lines to a log file and to the screen.

    Without a log file every line is shown.
    """

    def __init__(self, out: TextIO | None = None, log_file: Path | None = None) -> None:
        self.out = out or sys.stdout
        self.coloured = self.out.isatty() and "NO_COLOR" not in os.environ
        self.log = _open_log(log_file) if log_file else None
        self.hidden: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=RECENT_LINES))
        self.selector = selectors.DefaultSelector()
        self.pipes: dict[int, IO[bytes]] = {}  # by descriptor

    def write(self, name: str, line: str) -> None:
        """Log one line of `name`, and show it when it is a warning or from `up` itself."""
        if self.log:
            self.log.handle(logging.makeLogRecord({"name": name, "msg": line}))
        if not self.log or name == "up" or WARNING.search(line):
            self._show_line(name, line)
        else:
            self.hidden[name].append(line)

    def show_recent(self, name: str) -> None:
        """Show the last lines of `name` that were only logged: they say why it failed."""
        while self.hidden[name]:
            self._show_line(name, self.hidden[name].popleft())

    def show(self, text: str) -> None:
        """Show text on the screen only, so that a password in it is never logged."""
        self.out.write(text + "\n")
        self.out.flush()

    def listen(self, pipe: IO[bytes], on_line: Callable[[str], None]) -> None:
        """Call `on_line` with every line that comes out of `pipe`, until it ends."""
        os.set_blocking(pipe.fileno(), False)
        self.pipes[pipe.fileno()] = pipe
        self.selector.register(pipe.fileno(), selectors.EVENT_READ, _Lines(on_line))

    def pump(self, seconds: float) -> None:
        """Wait up to `seconds` for output, and pass it on."""
        for key, _ in self.selector.select(seconds):
            if not key.data.read(key.fd):
                self.selector.unregister(key.fd)
                self.pipes.pop(key.fd).close()

    def drain(self) -> None:
        """Pass on what is still in the pipes, without waiting for more."""
        while self.pipes and self.selector.select(0):
            self.pump(0)

    def close(self) -> None:
        """Close every pipe and the log file."""
        for pipe in self.pipes.values():
            pipe.close()
        self.selector.close()
        if self.log:
            self.log.close()

    def _show_line(self, name: str, line: str) -> None:
        prefix = f"{name:<7}|"
        if self.coloured:
            prefix = f"\033[{COLOURS.get(name, '0')}m{prefix}\033[0m"
        self.show(f"{time.strftime('%H:%M:%S')} {prefix} {line}")


class _PrivateFiles(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_open_private)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _open_log(path: Path) -> RotatingFileHandler:
    """Return a handler that adds to `path`, readable by its owner only, and starts a new file when it is full."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _PrivateFiles(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)-7s| %(message)s"))
    return handler


class _Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self.on_line = on_line
        self.begun = b""

    def read(self, descriptor: int) -> bool:
        """Read once; return whether more may come."""
        try:
            read = os.read(descriptor, 65_536)
        except BlockingIOError:
            return True
        *lines, self.begun = (self.begun + read).split(b"\n")
        if self.begun and (not read or len(self.begun) > LONGEST_LINE):
            lines.append(self.begun)
            self.begun = b""
        for line in lines:
            self.on_line(line.decode(errors="replace").rstrip())
        return bool(read)
