"""What one place knows of the others: who lives, who left a job, what is reached from here."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from platform_site.places import heartbeats

JOB = "check_run:7"


@pytest.fixture(autouse=True)
def nobody():
    cache.clear()
    yield
    cache.clear()


def hear(**ages: float) -> None:
    """Workers of these places, each with the seconds since its heartbeat."""
    marks = {
        place: {"host": place, "process": 1, "place": place, "at": time.time() - age} for place, age in ages.items()
    }
    cache.set(heartbeats.KEY, marks)


def left_by(place: str, monkeypatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(heartbeats, "own_place", lambda: place)
        heartbeats.leave(JOB, "the root is not on this host")


def test_a_place_is_the_host_with_its_roots_and_connections(settings):
    first = heartbeats.own_place()
    assert heartbeats.own_place() == first
    settings.DATA_ROOTS = [*settings.DATA_ROOTS, "/elsewhere"]
    second = heartbeats.own_place()
    settings.CONNECTIONS = {"warehouse": "postgres://secret@host/db"}
    assert len({first, second, heartbeats.own_place()}) == 3
    assert "secret" not in heartbeats.own_place()


def test_the_others_are_those_of_the_last_hour_with_whether_they_live():
    hear(north=1, south=600, gone=3_700)
    assert heartbeats.other_places(JOB) == {"north": True, "south": False}


def test_this_place_is_none_of_the_others():
    cache.set(heartbeats.KEY, {"own": {"host": "h", "process": 1, "place": heartbeats.own_place(), "at": time.time()}})
    assert heartbeats.other_places(JOB) == {}


def test_who_left_a_job_does_not_get_it_again_for_a_minute(monkeypatch):
    hear(north=1, south=1)
    left_by("north", monkeypatch)
    assert heartbeats.other_places(JOB) == {"south": True}
    assert heartbeats.other_places("check_run:8") == {"north": True, "south": True}
    assert heartbeats.why_left(JOB) == {"north": "the root is not on this host"}


def test_without_a_cache_this_place_is_the_only_one(monkeypatch):
    hear(north=1)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    for name in ("get", "get_many", "set"):
        monkeypatch.setattr(heartbeats.cache, name, away, raising=False)
    heartbeats.leave(JOB, "x")
    assert (heartbeats.other_places(JOB), heartbeats.why_left(JOB), heartbeats.connections_here()) == ({}, {}, {})


def test_what_is_reached_from_here(settings, tmp_path):
    (tmp_path / "data").mkdir()
    settings.DATA_ROOTS = [tmp_path / "data", tmp_path / "missing"]
    settings.CONNECTIONS = {"warehouse": "postgres://nobody@127.0.0.1:1/none"}
    assert heartbeats.reaches() == {
        "roots": {str(tmp_path / "data"): "ok", str(tmp_path / "missing"): "is not on this host"},
        "connections": {"warehouse": "does not answer"},
    }
