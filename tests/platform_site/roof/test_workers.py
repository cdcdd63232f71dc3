"""The page of the workers: which are alive, their sandboxes, what waits, and what is not ready."""

import time

import pytest
from django.core.cache import cache

from platform_site.roof import workers
from registry.compute.sandbox import probe
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of):
    cache.delete(workers.KEY)
    return browser_of("lead")


def heard(host, *, at=None, walls=None):
    mark = {"host": host, "process": 7, "at": at or time.time(), "walls": walls}
    cache.set(workers.KEY, (cache.get(workers.KEY) or {}) | {f"{host}:7": mark})


def test_the_walls_that_stand_are_told_apart_from_those_that_do_not(lead):
    heard("north", walls=["own process", "limits", "no network"])
    heard("south")
    page = text(lead.get("/workers/"))
    assert "no files is not offered by this kernel" in page
    assert page.count("being probed") == 1


def test_a_worker_that_fell_silent_is_gone_after_a_minute(lead):
    heard("north", at=time.time() - 61)
    assert workers.recent_workers() == []
    assert "No worker is running" in text(lead.get("/workers/"))


def test_the_newest_heartbeat_of_each_host_has_an_age_for_an_hour(lead):
    heard("north", at=time.time() - 600)
    heard("south")
    heard("gone", at=time.time() - 3700)
    ages = workers.age_by_host()
    assert ages == {"north": pytest.approx(600, abs=5), "south": pytest.approx(0, abs=5)}


def test_the_first_page_says_that_nobody_works(lead):
    assert "No worker has reported in the last minute" in text(lead.get("/"))
    heard("north")
    assert "No worker has reported" not in text(lead.get("/"))


def test_two_workers_leave_two_marks(lead, monkeypatch):
    heard("elsewhere")
    monkeypatch.setattr(workers, "_noted", time.monotonic() - 60)
    workers.note_worker()
    assert len(workers.recent_workers()) == 2


def test_the_probe_says_which_walls_stand_here():
    result = probe.walls()
    assert result[:2] == ["own process", "limits"]
    assert set(result) <= set(probe.EVERY_WALL)
