"""The supervisor with small programs: they die, they refuse to end, they have children, and nothing stays behind."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platform_site.roof.launcher.log_prefix import Output
from platform_site.roof.launcher.processes import Program
from platform_site.roof.launcher.supervisor import GaveUp, StopRequested, Supervisor

SLEEPER = (sys.executable, "-S", "-c", "import time; print('up', flush=True); time.sleep(60)")
DEAF = (
    sys.executable,
    "-S",
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
)
# A parent that names its child and then sleeps.
FAMILY = (
    sys.executable,
    "-c",
    "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)",
)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    watching = Supervisor(Output(io.StringIO()))
    yield watching
    watching.requests_to_stop = 2  # at once
    watching.stop()
    watching.output.close()


def printed(supervisor: Supervisor) -> str:
    """What the screen shows, without the time that each line begins with."""
    return re.sub(r"^\d\d:\d\d:\d\d ", "", supervisor.output.out.getvalue(), flags=re.MULTILINE)


def exists(pid: int) -> bool:
    """Whether the process runs; one that is dead and not yet buried by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(true: Callable[[], object], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(true())


def test_what_a_program_writes_carries_its_name(supervisor):
    supervisor.run(Program("demo", (sys.executable, "-c", "print('one'); print('two', end='')")))

    assert printed(supervisor).splitlines() == ["demo   | one", "demo   | two"]


def test_a_program_may_speak_for_later(supervisor):
    talk = "import sys; print('the password'); print('loading', file=sys.stderr); sys.exit(3)"

    rows: list[str] = []
    code = supervisor.run(Program("demo", (sys.executable, "-c", talk), keeps_output=True), on_line=rows.append)

    assert (code, rows, printed(supervisor)) == (3, ["the password"], "demo   | loading\n")


def test_what_was_spoken_for_later_is_kept_when_the_end_is_asked_for(supervisor):
    talk = "import time; print('the password', flush=True); time.sleep(60)"
    rows: list[str] = []

    def hear(line: str) -> None:
        rows.append(line)
        supervisor.requests_to_stop = 1

    with pytest.raises(StopRequested):
        supervisor.run(Program("demo", (sys.executable, "-c", talk), keeps_output=True), on_line=hear)
    assert rows == ["the password"]


def test_a_killed_child_is_started_again_and_said(supervisor):
    child = supervisor.keep(Program("worker", SLEEPER))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    assert supervisor.wait_for(lambda: child.running and child.process.pid != first, seconds=10)
    assert "the worker was killed by SIGKILL; restarting in 0.5 s" in printed(supervisor)


def test_a_child_that_keeps_dying_ends_in_one_clear_sentence(supervisor):
    child = supervisor.keep(Program("web", (sys.executable, "-c", "raise SystemExit(7)"), advice="Look at the port."))
    child.deaths.extend([time.monotonic()] * 4)

    with pytest.raises(GaveUp, match=r"The web ended with exit code 7, for the 5th time within a minute. Look at the"):
        supervisor.wait_for(lambda: False, seconds=10)


def test_a_child_that_will_not_end_is_killed_when_its_time_is_over(supervisor):
    child = supervisor.keep(Program("worker", DEAF, patience_s=0.5))
    assert supervisor.wait_for(lambda: "up" in printed(supervisor), seconds=10)
    pid, started = child.process.pid, time.monotonic()

    supervisor.stop()

    assert not exists(pid)
    assert 0.4 < time.monotonic() - started < 5


def test_the_last_one_started_is_stopped_first(supervisor):
    farewell = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(print('bye'))); print('up', flush=True); time.sleep(60)"
    for name in ("broker", "worker", "web"):
        supervisor.keep(Program(name, (sys.executable, "-c", farewell)))
    assert supervisor.wait_for(lambda: printed(supervisor).count("up") == 3, seconds=10)

    supervisor.stop()

    assert printed(supervisor).splitlines()[3:] == ["web    | bye", "worker | bye", "broker | bye"]


def test_a_signal_asks_for_the_end(supervisor):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    try:
        supervisor.obey_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(StopRequested):
            supervisor.tick()
    finally:
        for number, action in zip((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), before, strict=True):
            signal.signal(number, action)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_the_children_of_a_dead_child_are_ended_too(supervisor, end):
    child = supervisor.keep(Program("worker", FAMILY))
    assert supervisor.wait_for(lambda: "|" in printed(supervisor), seconds=10)
    grandchild = int(printed(supervisor).split("|")[1])

    os.kill(child.process.pid, end)

    assert exists(grandchild)
    assert supervisor.wait_for(lambda: not exists(grandchild), seconds=5)


def test_a_child_is_out_of_reach_of_the_terminals_interrupt(supervisor):
    child = supervisor.keep(Program("web", SLEEPER))

    assert os.getsid(child.process.pid) == child.process.pid != os.getsid(0)


def test_an_endless_line_is_cut_and_a_stray_byte_replaced(supervisor):
    talk = "import sys; sys.stdout.buffer.write(b'x' * 200_000 + b'\\xff\\n')"
    supervisor.run(Program("demo", (sys.executable, "-c", talk)))

    lines = printed(supervisor).splitlines()
    assert sum(line.count("x") for line in lines) == 200_000
    assert max(map(len, lines)) < 150_000
    assert lines[-1].endswith("\ufffd")
