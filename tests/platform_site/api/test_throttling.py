"""The counter of requests for each person and minute."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from platform_site.api.throttling import PerPerson


class BrokenCache:
    """A cache with a bug."""

    def add(self, *_: object, **__: object) -> bool:
        raise ValueError("bug")


@pytest.fixture
def throttle(monkeypatch) -> PerPerson:
    monkeypatch.setattr(PerPerson, "THROTTLE_RATES", {"person": "2/min"})
    made = PerPerson()
    made.now = 600.0
    made.timer = lambda: made.now
    caches["default"].clear()
    return made


def passes(throttle: PerPerson, address: str = "10.0.0.1") -> bool:
    return throttle.allow_request(Request(APIRequestFactory().get("/", REMOTE_ADDR=address)), None)


def test_one_request_above_the_limit_is_refused_until_the_minute_ends(throttle):
    assert [passes(throttle) for _ in range(3)] == [True, True, False]
    throttle.now = 659.9
    assert not passes(throttle)
    throttle.now = 660.0
    assert passes(throttle)


def test_each_address_has_its_own_limit(throttle):
    assert [passes(throttle) for _ in range(3)] == [True, True, False]
    assert passes(throttle, "10.0.0.2")


@pytest.mark.parametrize(("now", "seconds"), [(600.0, 60), (600.5, 60), (659.0, 1), (659.9, 1)])
def test_the_wait_is_in_whole_seconds_and_never_zero(throttle, now, seconds):
    throttle.now = now
    assert throttle.wait() == seconds


def test_a_bug_is_not_taken_for_a_cache_that_is_away(throttle):
    throttle.cache = BrokenCache()
    with pytest.raises(ValueError, match="bug"):
        passes(throttle)
