"""What the children write, line by line, each with the name of who wrote it."""

from __future__ import annotations

import os
import selectors
import sys
from collections.abc import Callable
from typing import IO, TextIO

COLOURS = {"up": "1", "broker": "35", "web": "36", "worker": "32", "beat": "33", "demo": "34", "migrate": "34"}
LONGEST_LINE = 65_536


class Voices:
    """Reads the pipes of many children without a thread, and writes their lines to one stream."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.coloured = self.out.isatty() and "NO_COLOR" not in os.environ
        self.pipes = selectors.DefaultSelector()

    def say(self, name: str, line: str) -> None:
        """Write one line of `name` at once."""
        prefix = f"{name:<7}|"
        if self.coloured:
            prefix = f"\033[{COLOURS.get(name, '0')}m{prefix}\033[0m"
        self.plain(f"{prefix} {line}")

    def plain(self, line: str) -> None:
        """Write one line that has no author."""
        self.out.write(line + "\n")
        self.out.flush()

    def listen(self, pipe: IO[bytes], hear: Callable[[str], None]) -> None:
        """Call `hear` with every line that comes out of `pipe`, until it ends."""
        os.set_blocking(pipe.fileno(), False)
        self.pipes.register(pipe, selectors.EVENT_READ, _Lines(hear))

    def pump(self, seconds: float) -> None:
        """Wait up to `seconds` for words, and pass on those that came."""
        for key, _ in self.pipes.select(seconds):
            if not key.data.read(key.fd):
                self.pipes.unregister(key.fileobj)
                key.fileobj.close()

    def drain(self) -> None:
        """Pass on what is still in the pipes, without waiting for more."""
        while self.pipes.get_map() and self.pipes.select(0):
            self.pump(0)

    def close(self) -> None:
        """Let go of every pipe."""
        for key in list(self.pipes.get_map().values()):
            key.fileobj.close()
        self.pipes.close()


class _Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        self.hear = hear
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
            self.hear(line.decode(errors="replace").rstrip())
        return bool(read)
