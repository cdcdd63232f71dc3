"""Check runs across real processes: `up` with its worker and broker, and what happens when they are killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.golden import load
from tests.running.installation import PROJECT, Up, started, variables, wait

pytestmark = [pytest.mark.worker, pytest.mark.slow]
STORY = """
from platform_site.access import actor_of
from platform_site.roof.demo import people, registry_story
from platform_site.people.models import User
people.load()
registry_story.load(*(actor_of(User.objects.get(username=name)) for name in ("contributor", "approver")))
"""
AGAIN = """
from platform_site.access import SYSTEM
from registry.checks.actions.checks import queue_run
from registry.models import Check
check = Check.objects.get(feature__name="rolling_7_flight_arr_delay")
for _ in range({count}):
    queue_run(check, actor=SYSTEM)
"""


def shell(up: Up, script: str) -> None:
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", script]
    subprocess.run(command, cwd=PROJECT, env=variables(up.state_dir), check=True, timeout=60)


def rows(up: Up, sql: str) -> list[tuple]:
    with sqlite3.connect(f"file:{up.state_dir / 'db.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        return database.execute(sql).fetchall()


def unfinished(up: Up) -> int:
    return rows(up, "SELECT count(*) FROM registry_checkrun WHERE state IN ('queued', 'running')")[0][0]


def running_now(up: Up) -> bool:
    return bool(rows(up, "SELECT 1 FROM registry_checkrun WHERE state = 'running'"))


@pytest.fixture(scope="module")
def up(tmp_path_factory) -> Iterator[Up]:
    with started(tmp_path_factory.mktemp("fault") / "var", "--no-demo") as running:
        running.port()
        shell(running, STORY)
        assert wait(lambda: unfinished(running) == 0, seconds=60), running.output()[-3_000:]
        yield running


def test_a_worker_finds_on_the_real_flights_what_was_found_without_any_sql_engine(up):
    ((content,),) = rows(
        up,
        "SELECT content FROM registry_checkresult r JOIN registry_checkrun n ON n.id = r.run_id "
        "JOIN registry_check c ON c.id = n.check_definition_id WHERE c.kind = 'definition_parity' AND c.name LIKE '%flight%'",
    )
    body, expected = json.loads(content), dict(load("flights")["parity"]["expect"])
    expected.pop("distribution")
    assert {name: body[name] for name in expected} == pytest.approx(expected)


def each_ended_once(up: Up) -> bool:
    result = rows(up, "SELECT id, state, outcome FROM registry_checkrun")
    events = rows(
        up, "SELECT subject, count(*) FROM audit_auditevent WHERE action = 'check_run.finished' GROUP BY subject"
    )
    results = rows(up, "SELECT run_id, count(*) FROM registry_checkresult GROUP BY run_id")
    return (
        {state for _, state, _ in result} == {"finished"}
        and {outcome for *_, outcome in result} == {"failed"}
        and sorted(events) == sorted((f"check_run:{run}", 1) for run, *_ in result)
        and sorted(results) == sorted((run, 1) for run, *_ in result)
    )


def kill_the_pool(up: Up) -> None:
    leader = up.leader("platform_site worker")
    for pid in up.processes("platform_site worker"):
        if pid != leader:
            os.kill(pid, signal.SIGKILL)


def kill_the_worker(up: Up) -> None:
    os.kill(up.leader("platform_site worker"), signal.SIGKILL)


def kill_the_sandbox(up: Up) -> None:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"confined/child.py" in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            continue


def kill_the_broker(up: Up) -> None:
    os.kill(up.leader("valkey-server"), signal.SIGKILL)


FAULTS = [(kill_the_pool, "pool children"), (kill_the_worker, "the worker"), (kill_the_broker, "the broker")]


@pytest.mark.parametrize(("fault", "what"), FAULTS, ids=[what for _, what in FAULTS])
def test_runs_outlive_what_dies_and_are_recorded_once(up, fault, what):
    with ThreadPoolExecutor(1) as pool:  # the shell may end later than the runs that it asked for
        asking = pool.submit(shell, up, AGAIN.format(count=4))
        assert wait(lambda: running_now(up), seconds=60)
        fault(up)
        asking.result()
    assert wait(lambda: unfinished(up) == 0, seconds=100), up.output()[-3_000:]
    assert each_ended_once(up)


def test_a_computation_that_dies_ends_its_run_as_errored_with_what_to_do(up):
    before = rows(up, "SELECT max(id) FROM registry_checkrun")[0][0]
    over = threading.Event()

    def kill_until_over() -> None:
        while not over.wait(0.02):
            kill_the_sandbox(up)

    with ThreadPoolExecutor(1) as pool:  # from before the run is queued: the shell outlives a short run
        pool.submit(kill_until_over)
        try:
            shell(up, AGAIN.format(count=1))
            wait(lambda: unfinished(up) == 0, seconds=30)
        finally:
            over.set()
    ((outcome, error),) = rows(up, f"SELECT outcome, error FROM registry_checkrun WHERE id > {before}")
    assert outcome == "errored"
    assert "again" in error or "memory" in error


def test_the_chain_is_whole_after_all_of_it(up):
    command = [sys.executable, "manage.py", "verify_audit"]
    done = subprocess.run(command, cwd=PROJECT, env=variables(up.state_dir), capture_output=True, text=True)
    assert (done.returncode, "The chain is intact: " in done.stdout) == (0, True), done.stderr
