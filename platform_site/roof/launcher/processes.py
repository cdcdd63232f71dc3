"""One program that is kept running: start it, stop it, and record how it died."""

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
    """A command and how to run it; the same at every start."""

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

    Its own session keeps the terminal's Ctrl-C away from it, and lets all its processes be killed at once.
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
    def started(self) -> subprocess.Popen[bytes]:
        """The process of a child that was started and is not recorded as dead."""
        assert self.process is not None
        return self.process

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def record_death(self, now: float) -> str:
        """Note a death at `now` (monotonic), kill the rest of its session, and return how it died, in words."""
        code = self.started.returncode
        self._signal_session(signal.SIGKILL)
        self.process = None
        self.deaths.append(now)
        self.restart_at = now + FIRST_PAUSE_S * 2 ** (self._recent(now) - 1)
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def keeps_dying(self, now: float) -> bool:
        """Whether it died so often within the last minute that another start would not help."""
        return self._recent(now) >= GIVE_UP_DEATHS

    def stop(self, *, at_once: Callable[[], bool], meanwhile: Callable[[], None]) -> None:
        """Ask the process to end, kill it after its timeout or when `at_once()`, then kill the rest of its session."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.program.ending)
        deadline = time.monotonic() + self.program.patience_s
        while self.running and time.monotonic() < deadline and not at_once():
            meanwhile()
        self._signal_session(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _recent(self, now: float) -> int:
        return sum(death > now - GIVE_UP_WINDOW_S for death in self.deaths)

    def _signal_session(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # no process is left
            os.killpg(self.started.pid, number)
