"""Two worker hosts that share database and broker alone, one of them without the data: no run is lost, or errored for that.

HOST_RUNS asks for as many runs as docs/faults.md has the figures of.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_site.roof.launcher import programs
from tests.faults import account, endurance
from tests.faults.databases import postgres_server
from tests.faults.site import Part, Site, site
from tests.faults.test_faults import verified
from tests.running import servers
from tests.running.installation import wait

pytestmark = [pytest.mark.worker, pytest.mark.slow]
RUNS = int(os.environ.get("HOST_RUNS", "24"))
KEYS = {
    "SECRET_KEY": "a key that two hosts share, for sessions",
    "AUDIT_KEY": "a key that two hosts share, for the log",
}


@pytest.fixture(scope="module")
def two_hosts(tmp_path_factory) -> Iterator[Site]:
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("hosts")
    with postgres_server() as database, site(folder, database, **KEYS) as place:
        own = {"STATE_DIR": str(folder / "blind"), "DATA_ROOTS": str(folder / "blind" / "data")}
        blind = Part(programs.worker(place.environment | own), folder / "blind.log")
        place.parts["blind"] = blind
        blind.start()
        ready = f"celery@{socket.gethostname()} ready"
        assert wait(
            lambda: all(ready in place.parts[name].log.read_text() for name in ("worker", "blind")), seconds=120
        )
        yield place


def test_a_host_without_the_data_takes_nothing_from_one_that_has_it(two_hosts):
    before, since = account.newest(two_hosts.database), time.monotonic()
    for begun in range(0, RUNS, endurance.BATCH):
        batch = min(endurance.BATCH, RUNS - begun)
        two_hosts.tell("ask", str(batch))
        assert two_hosts.wait(lambda: not endurance.open_runs(two_hosts), seconds=120 + 5 * batch), two_hosts.output()
    counts = account.of(two_hosts.database, after=before)
    with Path(os.environ.get("FAULT_FIGURES", os.devnull)).open("a") as figures:
        figures.write(f"one of two hosts blind: {counts} in {time.monotonic() - since:.0f} s\n")
    assert (counts.runs, counts.lost, counts.doubled, counts.wrong) == (RUNS, 0, 0, 0), two_hosts.output()
    left = {
        name: two_hosts.parts[name].log.read_text().count("is left to another host") for name in ("worker", "blind")
    }
    assert (left["worker"], left["blind"] > 0) == (0, True)
    assert "The chain is intact: " in verified(two_hosts)


def test_while_the_host_with_the_data_is_down_the_runs_wait_for_it(two_hosts):
    two_hosts.without.add("worker")
    two_hosts.parts["worker"].end()
    before = account.newest(two_hosts.database)
    two_hosts.tell("ask", "4")
    assert not two_hosts.wait(lambda: endurance.open_runs(two_hosts) < 4, seconds=8), "the blind host ended one"
    two_hosts.without.clear()
    assert two_hosts.wait(lambda: not endurance.open_runs(two_hosts), seconds=90), two_hosts.output()
    counts = account.of(two_hosts.database, after=before)
    assert (counts.runs, counts.lost, counts.doubled, counts.wrong) == (4, 0, 0, 0)
