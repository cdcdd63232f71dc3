"""How runs end when something is wrong for good: a poison check, a cancel, a broker that is away, one that keeps dying."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults import account
from tests.faults.databases import SqliteFile
from tests.faults.endurance import open_runs
from tests.faults.site import Site, children, site
from tests.running.installation import PROJECT, Up, get, started, variables, wait

pytestmark = [pytest.mark.worker, pytest.mark.slow]
LATE_S, CANCELLED_WITHIN_S, BACK_WITHIN_S = 5.0, 5.0, 10.0
LEASE_S = os.environ.get("RUN_LEASE_S", "6")
ASKED_FOR, PEOPLE = 50, 8
RESTARTS = int(os.environ.get("FAULT_KILLS", "2"))
BETWEEN_RESTARTS_S = 13.0  # `up` gives up, rightly, at the fifth death within a minute


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("endings")
    with site(folder, SqliteFile(folder / "var" / "db.sqlite3"), RUN_LEASE_S=LEASE_S) as made:
        made.tell("begin_long")
        yield made


def seen(place: Site, run_id: str) -> tuple[str, str, str, int]:
    """State, outcome, error and attempts of a run."""
    (row,) = place.database.rows(f"SELECT state, outcome, error, attempts FROM registry_checkrun WHERE id = {run_id}")
    return row


def computing(place: Site) -> dict[int, int]:
    """The sandboxes that the worker's children attend to, each with its child of the pool."""
    by_name = {sandbox: child for child in place.pool() for sandbox in children(child)}
    return {sandbox: child for sandbox, child in by_name.items() if alive(sandbox)}


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_long_run_is_cancelled_within_five_seconds_and_its_process_is_gone(place):
    (run,) = place.tell("ask", "1", "long")
    assert place.wait(lambda: computing(place), seconds=30), place.output()
    (sandbox,) = computing(place)
    time.sleep(1)  # it is loaded, and computes

    place.tell("cancel", run)
    result = time.monotonic()

    assert place.wait(lambda: seen(place, run)[0] == "cancelled", seconds=CANCELLED_WITHIN_S), seen(place, run)
    assert place.wait(lambda: not alive(sandbox), seconds=CANCELLED_WITHIN_S - (time.monotonic() - result))
    assert not place.database.rows(f"SELECT 1 FROM registry_checkresult WHERE run_id = {run}")


def kill_whoever_computes_it(place: Site, run: str, killed: set[int]) -> bool:
    """Kill the pool's child of a run once in each of its attempts; whether the run is over."""
    state, *_, attempts = seen(place, run)
    if state == "running" and attempts > len(killed):
        for sandbox, child in computing(place).items():
            if outlived_a_small_check(sandbox):
                os.kill(child, signal.SIGKILL)
                killed.add(child)
                break
    return state == "finished"


def outlived_a_small_check(pid: int) -> bool:
    """Whether a process has used a second and a half of processor time: the small checks use a third of that."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(words[11]) + int(words[12]) > 1.5 * os.sysconf("SC_CLK_TCK")


def test_a_poison_check_ends_after_three_attempts_with_the_reason_and_delays_nobody(place):
    before = account.newest(place.database)
    (run,) = place.tell("ask", "1", "long")
    killed: set[int] = set()
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(place.tell, "ask_beside", run)
        assert place.wait(lambda: kill_whoever_computes_it(place, run, killed), seconds=90), seen(place, run)
        assert place.wait(others.done, seconds=30)
        others.result()

    state, outcome, error, attempts = seen(place, run)
    assert (state, outcome, attempts, len(killed)) == ("finished", "errored", 3, 3)
    assert error.startswith("The run was started 3 times, and each time its worker died or stopped responding")
    waited = place.database.rows(
        f"SELECT finished_at, created_at FROM registry_checkrun WHERE id > {before} AND id != {run}"
    )
    assert len(waited) > 5
    assert max(seconds_between(*row) for row in waited) < LATE_S


def seconds_between(later: str, earlier: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def ask_through_the_web(port: int, check: int, token: str) -> int:
    """Ask for a run over the API; the status of the answer."""
    address = f"http://127.0.0.1:{port}/api/v1/checks/{check}/runs/"
    request = urllib.request.Request(address, data=b"", method="POST", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_what_is_asked_for_while_the_broker_is_away_runs_when_it_is_back(place):
    (token,) = place.tell("token")
    ((check,),) = place.database.rows("SELECT id FROM registry_check WHERE name = 'rewritten'")
    before = account.newest(place.database)
    with place.web() as port:
        assert wait(lambda: get(port, "/healthz") == 200, seconds=30)
        place.kill_broker()
        with ThreadPoolExecutor(PEOPLE) as people:
            statuses = list(people.map(lambda _: ask_through_the_web(port, check, token), range(ASKED_FOR)))
    assert statuses == [202] * ASKED_FOR
    waiting = open_runs(place)
    assert (
        1 <= waiting <= PEOPLE
    )  # who asks for a run that waits already gets that one; those at the same moment may not see it

    place.start_broker()

    assert place.wait(lambda: not open_runs(place), seconds=180), place.output()
    assert account.of(place.database, after=before) == (waiting, 0, 0, 0)


def tell(up: Up, *words: str) -> None:
    values = variables(up.state_dir) | {"DJANGO_SETTINGS_MODULE": "platform_site.settings"}
    subprocess.run(
        [sys.executable, "-m", "tests.faults.story", *words], cwd=PROJECT, env=values, check=True, timeout=60
    )


def kill_the_broker(up: Up) -> None:
    """Kill the broker, and wait until `up` has started another."""
    killed = up.leader("valkey-server")
    os.kill(killed, signal.SIGKILL)
    assert wait(lambda: set(up.processes("valkey-server")) - {killed}, seconds=BACK_WITHIN_S), up.output()


def test_a_broker_that_dies_again_and_again_leaves_a_worker_that_works(tmp_path):
    database = SqliteFile(tmp_path / "var" / "db.sqlite3")
    with started(tmp_path / "var", "--no-demo") as up:
        port = up.port()
        tell(up, "begin")
        for restart in range(RESTARTS):
            kill_the_broker(up)
            if restart >= 3:
                time.sleep(BETWEEN_RESTARTS_S)
        before = account.newest(database)
        tell(up, "ask", "3")
        assert wait(lambda: account.of(database, after=before) == (3, 0, 0, 0), seconds=60), up.output()[-3_000:]
        assert wait(lambda: get(port, "/readyz") == 200, seconds=30)
