"""Nothing is lost and nothing recorded twice, whatever is killed while checks run. Real processes, real kills.

FAULT_RUNS and FAULT_KILLS ask for each fault alone, at that size; without them all take turns, once each, on either
database. docs/faults.md has the figures of a full measure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import endurance
from tests.faults.databases import SqliteFile, postgres_server
from tests.faults.site import Site, site
from tests.running import servers
from tests.running.installation import PROJECT

pytestmark = [pytest.mark.worker, pytest.mark.slow]
FULL = "FAULT_RUNS" in os.environ
RUNS, KILLS = int(os.environ.get("FAULT_RUNS", "60")), int(os.environ.get("FAULT_KILLS", "5"))
LEASE_S = os.environ.get("RUN_LEASE_S", "5")
TOGETHER = {"all of these in turn": endurance.one_after_the_other()}
ALONE = {
    "pool child killed": endurance.kill_a_pool_child,
    "worker killed": endurance.kill_the_worker,
    "broker killed, with its data": endurance.restart_the_broker,
    "broker killed, without its data": endurance.empty_the_broker,
}
ON_SQLITE = (ALONE | {"SQLite locked for 3 s": endurance.fail_the_database} if FULL else {}) | TOGETHER
ON_POSTGRESQL = ({"PostgreSQL restarted": endurance.fail_the_database} if FULL else {}) | TOGETHER


def verified(place: Site) -> str:
    command = [sys.executable, "manage.py", "verify_audit"]
    done = subprocess.run(command, cwd=PROJECT, env=place.environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def judge(place: Site, what: str, measure: endurance.Measure) -> None:
    """Say the figures, then hold them to the promise."""
    result = measure.counts
    columns = (what, result.runs, measure.kills, result.lost, result.doubled, result.wrong, f"{measure.seconds:.0f}")
    with Path(os.environ.get("FAULT_FIGURES", os.devnull)).open("a") as figures:
        figures.write(f"| {' | '.join(map(str, columns))} |\n")
    assert (result.lost, result.doubled, result.wrong) == (0, 0, 0), place.output()
    assert measure.seconds < endurance.ENDED_WITHIN_S
    assert "The chain is intact: " in verified(place)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("sqlite")
    with site(folder, SqliteFile(folder / "var" / "db.sqlite3"), RUN_LEASE_S=LEASE_S) as place:
        yield place


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory) -> Iterator[Site]:
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("postgresql")
    with postgres_server() as database, site(folder, database, RUN_LEASE_S=LEASE_S) as place:
        yield place


@pytest.mark.parametrize("what", ON_SQLITE)
def test_no_run_is_lost_or_recorded_twice(what, on_sqlite):
    judge(on_sqlite, what, endurance.endure(on_sqlite, ON_SQLITE[what], runs=RUNS, kills=KILLS))


@pytest.mark.parametrize("what", ON_POSTGRESQL)
def test_nor_is_it_on_postgresql(what, on_postgresql):
    judge(on_postgresql, what, endurance.endure(on_postgresql, ON_POSTGRESQL[what], runs=RUNS, kills=KILLS))
