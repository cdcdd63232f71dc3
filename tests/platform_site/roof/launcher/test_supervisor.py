"""The supervisor with small programs: they die, they refuse to end, they have children, and nothing stays behind."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platform_site.roof.launcher import log_prefix
from platform_site.roof.launcher.log_prefix import Output
from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.processes import Child, Program
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


def said(supervisor: Supervisor) -> str:
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

    assert said(supervisor).splitlines() == ["demo   | one", "demo   | two"]


def test_each_line_begins_with_the_time(supervisor):
    supervisor.output.write("web", "hello")

    assert re.fullmatch(r"\d\d:\d\d:\d\d web    \| hello\n", supervisor.output.out.getvalue())


@pytest.fixture
def logged(tmp_path) -> Iterator[Output]:
    output = Output(io.StringIO(), tmp_path / "logs" / "up.log")
    yield output
    output.close()


@pytest.mark.parametrize("line", [
    "WARNING platform_site.work the broker is away", "ERROR django.request Internal Server Error: /",
    "CRITICAL celery.worker lost", "[2026-11-29 06:00:00 +0000] [7] [WARNING] Worker with pid 9 was terminated",
    "11060:M 29 Nov 2026 06:03:04.141 # Can't open the append-only file",
])  # fmt: skip
def test_a_warning_is_logged_and_shown(logged, tmp_path, line):
    logged.write("worker", line)

    assert line in logged.out.getvalue()
    assert line in (tmp_path / "logs" / "up.log").read_text()


def test_what_is_not_a_warning_is_only_logged_with_its_time(logged, tmp_path):
    logged.write("worker", "INFO celery.app.trace Task webhooks.send_what_is_due succeeded without an ERROR")

    assert logged.out.getvalue() == ""
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ worker \| INFO", (tmp_path / "logs" / "up.log").read_text())


def test_what_is_only_shown_is_not_logged(logged, tmp_path):
    logged.show("Password  secret")

    assert "secret" in logged.out.getvalue()
    assert (tmp_path / "logs" / "up.log").read_text() == ""


def test_a_program_that_failed_shows_its_last_lines_once(logged):
    for number in range(12):
        logged.write("web", f"line {number}")
    logged.show_recent("web")
    logged.show_recent("web")

    assert re.findall(r"line (\d+)", logged.out.getvalue()) == [str(number) for number in range(2, 12)]


def test_the_log_is_for_its_owner_only_and_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(log_prefix, "LOG_BYTES", 2_000)
    output = Output(io.StringIO(), tmp_path / "logs" / "up.log")
    for _ in range(200):
        output.write("worker", "x" * 100)
    output.close()

    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["up.log", "up.log.1"]
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]


def test_a_program_may_speak_for_later(supervisor):
    talk = "import sys; print('the password'); print('loading', file=sys.stderr); sys.exit(3)"

    kept: list[str] = []
    code = supervisor.run(Program("demo", (sys.executable, "-c", talk), keeps_output=True), on_line=kept.append)

    assert (code, kept, said(supervisor)) == (3, ["the password"], "demo   | loading\n")


def test_what_was_spoken_for_later_is_kept_when_the_end_is_asked_for(supervisor):
    talk = "import time; print('the password', flush=True); time.sleep(60)"
    kept: list[str] = []

    def hear(line: str) -> None:
        kept.append(line)
        supervisor.requests_to_stop = 1

    with pytest.raises(StopRequested):
        supervisor.run(Program("demo", (sys.executable, "-c", talk), keeps_output=True), on_line=hear)
    assert kept == ["the password"]


def test_a_killed_child_is_started_again_and_said(supervisor):
    child = supervisor.keep(Program("worker", SLEEPER))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    assert supervisor.wait_for(lambda: child.running and child.process.pid != first, seconds=10)
    assert "the worker was killed by SIGKILL; it is started again in 0.5 s" in said(supervisor)


def test_a_child_that_keeps_dying_ends_in_one_clear_sentence(supervisor):
    child = supervisor.keep(Program("web", (sys.executable, "-c", "raise SystemExit(7)"), advice="Look at the port."))
    child.deaths.extend([time.monotonic()] * 4)

    with pytest.raises(GaveUp, match=r"The web ended with exit code 7, for the 5th time within a minute. Look at the"):
        supervisor.wait_for(lambda: False, seconds=10)


def test_deaths_of_long_ago_do_not_count():
    child = Child(Program("web", SLEEPER))
    child.deaths.extend([0.0, 1.0, 2.0, 3.0, 70.0])

    assert not child.keeps_dying(now=71.0)
    assert child.keeps_dying(now=59.0)


def test_the_pause_before_a_restart_doubles():
    child = Child(Program("web", (sys.executable, "-S", "-c", "")))
    pauses = []
    for _ in range(3):
        child.start()
        child.process.communicate()
        child.record_death(now=100.0)
        pauses.append(child.restart_at - 100.0)

    assert pauses == [0.5, 1.0, 2.0]


def test_a_child_that_will_not_end_is_killed_when_its_time_is_over(supervisor):
    child = supervisor.keep(Program("worker", DEAF, patience_s=0.5))
    assert supervisor.wait_for(lambda: "up" in said(supervisor), seconds=10)
    pid, started = child.process.pid, time.monotonic()

    supervisor.stop()

    assert not exists(pid)
    assert 0.4 < time.monotonic() - started < 5


def test_the_last_one_started_is_stopped_first(supervisor):
    farewell = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(print('bye'))); print('up', flush=True); time.sleep(60)"
    for name in ("broker", "worker", "web"):
        supervisor.keep(Program(name, (sys.executable, "-c", farewell)))
    assert supervisor.wait_for(lambda: said(supervisor).count("up") == 3, seconds=10)

    supervisor.stop()

    assert said(supervisor).splitlines()[3:] == ["web    | bye", "worker | bye", "broker | bye"]


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
    assert supervisor.wait_for(lambda: "|" in said(supervisor), seconds=10)
    grandchild = int(said(supervisor).split("|")[1])

    os.kill(child.process.pid, end)

    assert exists(grandchild)
    assert supervisor.wait_for(lambda: not exists(grandchild), seconds=5)


def test_a_child_is_out_of_reach_of_the_terminals_interrupt(supervisor):
    child = supervisor.keep(Program("web", SLEEPER))

    assert os.getsid(child.process.pid) == child.process.pid != os.getsid(0)


def test_a_leashed_program_dies_with_the_one_that_started_it():
    start = (
        "import subprocess, sys, time; sys.path.insert(0, '.');"
        "from platform_site.roof.launcher.parent_death import tied_to_parent;"
        "print(subprocess.Popen(tied_to_parent(['sleep', '60']), start_new_session=True).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert eventually(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
        parent.kill()

    assert eventually(lambda: not exists(pid))


def test_a_leashed_program_whose_parent_went_before_it_was_tied_ends_itself():
    words = tied_to_parent(["sleep", "60"])
    words[4] = "1"  # the parent it is told of is another one than it has

    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL


def test_an_endless_line_is_cut_and_a_stray_byte_replaced(supervisor):
    talk = "import sys; sys.stdout.buffer.write(b'x' * 200_000 + b'\\xff\\n')"
    supervisor.run(Program("demo", (sys.executable, "-c", talk)))

    lines = said(supervisor).splitlines()
    assert sum(line.count("x") for line in lines) == 200_000
    assert max(map(len, lines)) < 150_000
    assert lines[-1].endswith("\ufffd")
