"""What every page says while a part of the installation gives no sign of life."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from platform_site.roof import workers
from platform_site.roof.watched import beat, silence
from tests.registry.versions.views.test_models import text


@pytest.fixture(autouse=True)
def nobody():
    cache.clear()
    yield
    cache.clear()


def sentences() -> list[str]:
    return [part.sentence for part in silence.silent_parts()]


def worker_lives():
    cache.set(workers.KEY, {"north:7": {"host": "north", "process": 7, "at": time.time(), "walls": None}})


def scheduler_lives(seconds_ago=0):
    cache.set(beat.KEY, {"host": "north", "process": 8, "at": time.time() - seconds_ago})


def test_nothing_is_said_while_both_live():
    worker_lives()
    scheduler_lives()
    assert silence.silent_parts() == []


@pytest.mark.parametrize(
    ("seconds", "length"), [(61, "1 minute"), (720, "12 minutes"), (2 * 3600 + 60, "2 hours"), (90_000, "25 hours")]
)
def test_a_silent_scheduler_is_named_with_how_long(seconds, length):
    worker_lives()
    scheduler_lives(seconds)
    assert sentences() == [f"The scheduler has not reported for {length}."]


def test_who_stands_in_for_the_scheduler_depends_on_whether_anybody_works():
    worker_lives()
    assert [part.consequence for part in silence.silent_parts()] == [silence.STOOD_IN]
    cache.delete(workers.KEY)
    assert [part.consequence for part in silence.silent_parts()] == [silence.WAITS, silence.NOTHING_DUE]


def test_without_a_cache_nothing_is_known(monkeypatch):
    class Away:
        def get_many(self, keys: list[str]) -> None:
            raise OSError

    monkeypatch.setattr(silence, "cache", Away())
    assert sentences() == ["The cache does not answer."]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/tickets/", "/registry/models/", "/audit/"])
def test_every_page_says_it_to_whoever_is_signed_in(browser_of, client, address):
    scheduler_lives(seconds_ago=600)
    page = text(browser_of("lead").get(address))
    assert "No worker has reported in the last minute." in page
    assert "The scheduler has not reported for 10 minutes." in page
    assert "The scheduler has not reported" not in client.get("/login/").content.decode()
