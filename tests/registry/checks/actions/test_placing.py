"""What is missing at one host is no outcome of a check: the run waits for a host that can do it."""

from __future__ import annotations

import errno
import time

import pytest
from django.core.cache import cache

from platform_site import work
from platform_site.errors import NotReady
from platform_site.places import heartbeats
from platform_site.work import Claim, claim
from registry.checks.actions import placing
from registry.checks.actions.checks import queue_run
from registry.checks.actions.execution import execute
from registry.checks.actions.runs import RUNS
from registry.compute.engines.duck import EngineFailed, EngineOutOfMemory
from registry.compute.engines.row_source import Unreadable
from registry.compute.sandbox.outcomes import SandboxMemory, SandboxTimeout
from registry.models import CheckRun
from tests.registry.conftest import drift

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def sent(monkeypatch):
    """The runs that were sent on, without the pause before."""
    runs: list[int] = []
    monkeypatch.setattr("platform_site.work.PASS_ON_AFTER_S", 0)
    monkeypatch.setattr("platform_site.work.send", lambda task, pk, **_: runs.append(pk) or True)
    return runs


@pytest.fixture(autouse=True)
def nobody():
    cache.clear()
    yield
    cache.clear()


def hear(*places: str, age: float = 1, **more) -> None:
    marks = {place: {"host": place, "process": 1, "place": place, "at": time.time() - age} | more for place in places}
    cache.set(heartbeats.KEY, marks)


@pytest.fixture
def run(events, cora, data_root):
    return queue_run(drift(cora), actor=cora)


@pytest.fixture
def blind(run, settings, tmp_path):
    """This host has a data root without the files."""
    (tmp_path / "blind").mkdir()
    settings.DATA_ROOTS = [tmp_path / "blind"]
    return run


def now(run) -> CheckRun:
    return CheckRun.objects.get(pk=run.pk)


def test_a_host_without_the_files_leaves_the_run_to_another(blind, sent):
    hear("north")
    execute(blind.pk)
    assert (now(blind).state, now(blind).attempts, now(blind).outcome, sent) == ("queued", 0, "", [blind.pk])


def test_a_host_that_has_them_does_it_though_another_left_it(run, sent):
    hear("north")
    execute(run.pk)
    assert (now(run).state, sent) == ("finished", [])


def test_a_host_that_is_being_started_again_is_waited_for_and_nothing_is_sent(blind, sent):
    hear("north", age=300)
    execute(blind.pk)
    assert (now(blind).state, sent) == ("queued", [])


def test_where_every_host_left_it_the_run_ends_with_what_is_missing(blind, sent, monkeypatch):
    hear("north")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(heartbeats, "own_place", lambda: "north")
        heartbeats.leave(f"check_run:{blind.pk}", "Its root is not mounted.")
    execute(blind.pk)
    assert (now(blind).state, now(blind).outcome) == ("finished", "errored")
    assert "There is nothing at" in now(blind).error
    assert "On north: Its root is not mounted." in now(blind).error


def test_alone_a_host_ends_it_at_once(blind, sent):
    execute(blind.pk)
    assert (now(blind).outcome, sent) == ("errored", [])


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), MemoryError()], ids=["disk", "memory"]
)
def test_a_full_disk_gives_the_claim_back_and_costs_no_attempt(failure, run, sent, monkeypatch):
    def fails(*_: object) -> None:
        raise failure

    hear("north")
    monkeypatch.setattr("registry.checks.actions.kinds.work", fails)
    execute(run.pk)
    assert (now(run).state, now(run).attempts, now(run).token, sent) == ("queued", 0, None, [run.pk])
    cache.delete(heartbeats.KEY)
    execute(run.pk)
    assert (now(run).outcome, now(run).attempts) == ("errored", 1)


@pytest.mark.parametrize(
    ("failure", "is_of_place"),
    [
        (Unreadable("orders.parquet is gone.", "gone"), True),
        (Unreadable("Connection warehouse does not answer.", "away"), True),
        (NotReady("dataset_gone", "There is nothing there."), True),
        (SandboxMemory("Too much."), True),
        (EngineOutOfMemory("Too much."), True),
        (OSError(errno.ESTALE, "Stale file handle"), True),
        (Unreadable("a.csv, line 3: 4 fields.", "field_count"), False),
        (EngineFailed("A value does not fit."), False),
        (SandboxTimeout("Too long."), False),
        (OSError(errno.EINVAL, "Invalid argument"), False),
    ],
    ids=str,
)
def test_a_fault_of_the_place_is_told_apart_from_one_of_the_data(failure, is_of_place):
    assert bool(placing.fault_of_the_place(failure)) == is_of_place


def test_a_connection_that_is_not_defined_or_does_not_answer_here_is_missing(run, settings):
    settings.CONNECTIONS = {}
    assert placing._of_connection("warehouse") == "Connection warehouse is not defined."
    settings.CONNECTIONS = {"warehouse": "postgres://x@h/d"}
    assert placing._of_connection("warehouse") == ""
    hear(heartbeats.own_place(), connections={"warehouse": "does not answer"})
    assert placing._of_connection("warehouse") == "Connection warehouse does not answer."


def test_a_claim_that_was_lost_is_not_given_back(run, sent):
    taken = claim(RUNS, run.pk)
    assert not work.release(Claim(RUNS, run.pk, type(taken.token)(int=1)))
    assert work.release(taken)
    assert not work.release(taken)
