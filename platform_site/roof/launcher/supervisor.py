"""Keep several programs running: restart them when they die, stop them in order, and report it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from platform_site.roof.launcher.log_prefix import Output
from platform_site.roof.launcher.processes import GIVE_UP_DEATHS, Child, Program

TICK_S = 0.25


class GaveUp(Exception):
    """A program cannot be kept running; the message says why."""


class StopRequested(Exception):
    """A signal requested the end."""


class Supervisor:
    """The children in the order they were started. One thread alone: the kernel ties children to the starting one."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.children: list[Child] = []
        self.requests_to_stop = 0

    def obey_signals(self) -> None:
        """Stop on INT, TERM and HUP; a second signal stops at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def keep(self, program: Program) -> Child:
        """Start a program and keep it running from now on."""
        child = Child(program)
        self.children.append(child)
        self._start(child)
        return child

    def run(self, program: Program, on_line: Callable[[str], None] | None = None) -> int:
        """Run a program to its end, while the others are kept running; return its exit code.

        `on_line` gets the lines of one that `keeps_output`, as they come.
        """
        child = Child(program)
        self._start(child, on_line)
        process = child.started
        try:
            while child.running:
                self.tick()
        finally:
            child.stop(at_once=lambda: self.requests_to_stop > 1, meanwhile=self._listen)
            self.output.drain()
        return process.returncode

    def tick(self) -> None:
        """Pass output on for a moment and restart what died; raise `StopRequested` or `GaveUp` to end."""
        self._listen()
        if self.requests_to_stop:
            raise StopRequested
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and not child.running:
                self._restart(child, now)
            elif child.process is None and now >= child.restart_at:
                self._start(child)

    def wait_for(self, true: Callable[[], bool], *, seconds: float) -> bool:
        """Keep the children running until `true()` (return True) or until the timeout (return False)."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                return False
            self.tick()
        return True

    def stop(self) -> None:
        """Stop the children, the one started last first."""
        while self.children:
            child = self.children.pop()
            child.stop(at_once=lambda: self.requests_to_stop > 1, meanwhile=self._listen)
            self.output.drain()

    def _start(self, child: Child, on_line: Callable[[str], None] | None = None) -> None:
        def write(line: str) -> None:
            self.output.write(child.program.name, line)

        child.start()
        process = child.started
        if process.stdout is not None:
            self.output.listen(process.stdout, on_line or write)
        if process.stderr is not None:
            self.output.listen(process.stderr, write)

    def _restart(self, child: Child, now: float) -> None:
        cause = child.record_death(now)
        self.output.drain()
        name = child.program.name
        if child.keeps_dying(now):
            self.output.show_recent(name)
            advice = child.program.advice or "Its last lines are above."
            raise GaveUp(f"The {name} {cause}, for the {GIVE_UP_DEATHS}th time within a minute. {advice}")
        self.output.write("up", f"the {name} {cause}; restarting in {child.restart_at - now:.1f} s")

    def _listen(self) -> None:
        self.output.pump(TICK_S)

    def _request_stop(self, number: int, frame: object) -> None:
        self.requests_to_stop += 1
