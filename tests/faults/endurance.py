"""Runs in batches, killed under way: each fault, when it strikes, and how long everything takes to end afterwards."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.faults import account
from tests.faults.site import Site

BATCH = 200  # as many as one person may have open
ENDED_WITHIN_S = 60.0
UNDER_WAY_WITHIN_S = 240.0
Fault = Callable[[Site], None]


class Measure(NamedTuple):
    """What a fault did: kills that struck while runs were under way, and the longest wait from the last to the end."""

    kills: int
    seconds: float
    counts: account.Account


def kill_a_pool_child(site: Site) -> None:
    """Kill one process that works on a run."""
    if pool := site.pool():
        os.kill(pool[0], signal.SIGKILL)


def kill_the_worker(site: Site) -> None:
    """Kill the worker, its pool with it."""
    site.parts["worker"].kill()


def restart_the_broker(site: Site) -> None:
    """Kill the broker and start it with its messages."""
    site.kill_broker()
    time.sleep(0.5)
    site.start_broker()


def empty_the_broker(site: Site) -> None:
    """Kill the broker and start it without its messages."""
    site.kill_broker(empty=True)
    time.sleep(0.5)
    site.start_broker()


def fail_the_database(site: Site) -> None:
    """Restart the server, or lock the file."""
    site.database.fail()


ALL = (kill_a_pool_child, kill_the_worker, restart_the_broker, empty_the_broker, fail_the_database)


def one_after_the_other() -> Fault:
    """A fault that is another one each time."""
    turn: Iterator[Fault] = itertools.cycle(ALL)
    return lambda site: next(turn)(site)


def endure(site: Site, fault: Fault, *, runs: int, kills: int) -> Measure:
    """Ask for `runs` in batches and strike `kills` times while they are under way."""
    batches = [min(BATCH, runs - begun) for begun in range(0, runs, BATCH)]
    before, struck, slowest = account.newest(site.database), 0, 0.0
    for number, batch in enumerate(batches, 1):
        share = kills * number // len(batches) - struck
        site.tell("ask", str(batch))
        for strike in range(share):
            _await_share(site, batch * (share - strike) / (share + 1))
            fault(site)
        struck += share
        since = time.monotonic()
        site.wait(lambda: not open_runs(site), seconds=2 * ENDED_WITHIN_S)
        slowest = max(slowest, time.monotonic() - since)
    return Measure(struck, slowest, account.of(site.database, after=before))


def open_runs(site: Site) -> int:
    """How many runs have not ended."""
    return site.database.rows(account.OPEN)[0][0]


def _await_share(site: Site, left: float) -> None:
    """Wait until at most `left` runs have not ended, and one of them is being worked on."""
    met = site.wait(
        lambda: open_runs(site) <= left and site.database.rows(account.RUNNING)[0][0], seconds=UNDER_WAY_WITHIN_S
    )
    assert met, f"{open_runs(site)} runs are open, and none is worked on\n{site.output()}"
