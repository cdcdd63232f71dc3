"""Keep several programs running: start them again when they die, stop them in order, say what happens."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from platform_site.roof.launcher.log_prefix import Output
from platform_site.roof.launcher.processes import GIVE_UP_DEATHS, Child, Program

TICK_S = 0.25


class GaveUp(Exception):
    """A program cannot be kept running; the message is the sentence to show."""


class StopRequested(Exception):
    """A signal asked for the end."""


class Supervisor:
    """The children in the order they were started. One thread alone: the kernel ties children to the starting one."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.children: list[Child] = []
        self.requests_to_stop = 0

    def obey_signals(self) -> None:
        """Let INT, TERM and HUP ask for the end; the second one asks for it at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def keep(self, program: Program) -> Child:
        """Start a program and look after it from now on."""
        child = Child(program)
        self.children.append(child)
        self._start(child)
        return child

    def run(self, program: Program, hear: Callable[[str], None] | None = None) -> int:
        """Run a program to its end, while the others are looked after; return its exit code.

        `hear` gets the lines of one that `keeps_output`, as they come.
        """
        child = Child(program)
        self._start(child, hear)
        process = child.process
        try:
            while child.running:
                self.tick()
        finally:
            child.stop(at_once=lambda: self.requests_to_stop > 1, meanwhile=self._listen)
            self.output.drain()
        return process.returncode

    def tick(self) -> None:
        """Pass output on for a moment and restart what died; raise `StopRequested` or `GaveUp` when it is over."""
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
        """Look after the children until `true()`, or until the time is over; return which."""
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

    def _start(self, child: Child, hear: Callable[[str], None] | None = None) -> None:
        def write(line: str) -> None:
            self.output.write(child.program.name, line)

        child.start()
        self.output.listen(child.process.stdout, hear or write)
        if child.process.stderr is not None:
            self.output.listen(child.process.stderr, write)

    def _restart(self, child: Child, now: float) -> None:
        how = child.bury(now)
        self.output.drain()
        name = child.program.name
        if child.hopeless(now):
            self.output.show_recent(name)
            advice = child.program.advice or "Its last lines are above."
            raise GaveUp(f"The {name} {how}, for the {GIVE_UP_DEATHS}th time within a minute. {advice}")
        self.output.write("up", f"the {name} {how}; it is started again in {child.restart_at - now:.1f} s")

    def _listen(self) -> None:
        self.output.pump(TICK_S)

    def _request_stop(self, number: int, frame: object) -> None:
        self.requests_to_stop += 1
