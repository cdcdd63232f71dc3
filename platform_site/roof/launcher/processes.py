"""One program that is kept running: how it is started, how it is told to end, and what its death was."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from platform_site.roof.launcher.parent_death import tied_to_parent

GIVE_UP_DEATHS, GIVE_UP_WINDOW_S = 5, 60.0
FIRST_PAUSE_S = 0.5


@dataclass(frozen=True)
class Program:
    """What to run, in words that do not change from one start to the next."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    ending: signal.Signals = signal.SIGTERM  # what asks it to end
    patience_s: float = 5.0  # how long it may take to end before it is killed
    descriptors: tuple[int, ...] = ()  # open files it is handed
    advice: str = ""  # what a person can do when it keeps dying
    keeps_output: bool = False  # its standard output goes to the caller, never to the log


class Child:
    """A program and, most of the time, the process that runs it: leader of a session of its own.

    Its own session keeps the terminal's Ctrl-C away from it, and lets its whole family be killed at once.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths: deque[float] = deque(maxlen=GIVE_UP_DEATHS)
        self.restart_at = 0.0  # on the monotonic clock, while it is down

    def start(self) -> None:
        """Start the process; its output can be read from `process.stdout` (and `stderr`, if it `keeps_output`)."""
        self.process = subprocess.Popen(  # noqa: S603
            tied_to_parent(self.program.command),
            env=dict(self.program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.program.keeps_output else subprocess.STDOUT,
            pass_fds=self.program.descriptors,
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def bury(self, now: float) -> str:
        """Note a death at `now` (monotonic), end what is left of the family, and return how it died, in words."""
        assert self.process is not None
        code = self.process.returncode
        self._signal_family(signal.SIGKILL)
        self.process = None
        self.deaths.append(now)
        self.restart_at = now + FIRST_PAUSE_S * 2 ** (self._recent(now) - 1)
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def hopeless(self, now: float) -> bool:
        """Whether it died so often within the last minute that starting it once more is no help."""
        return self._recent(now) >= GIVE_UP_DEATHS

    def stop(self, *, at_once: Callable[[], bool], meanwhile: Callable[[], None]) -> None:
        """Ask the process to end, kill it when its time is over or `at_once()`, then end what it left behind."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.program.ending)
        deadline = time.monotonic() + self.program.patience_s
        while self.running and time.monotonic() < deadline and not at_once():
            meanwhile()
        self._signal_family(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _recent(self, now: float) -> int:
        return sum(death > now - GIVE_UP_WINDOW_S for death in self.deaths)

    def _signal_family(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):  # nobody is left
            os.killpg(self.process.pid, number)
