"""How many wrong passwords are too many, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from platform_site.people.rules.door import LIMITS, LONGEST_DELAY_S, WINDOW, Failures, Scope, closed_until, place_of

AT = datetime(2026, 11, 30, 8)


@pytest.mark.parametrize("scope", Scope)
def test_the_door_is_open_below_the_limit_and_closed_at_it(scope):
    assert closed_until(scope, Failures(LIMITS[scope] - 1, AT)) is None
    assert closed_until(scope, Failures(LIMITS[scope], AT)) > AT
    assert closed_until(scope, Failures(LIMITS[scope], None)) is None


@pytest.mark.parametrize("scope", [Scope.PAIR, Scope.ADDRESS])
@pytest.mark.parametrize("more", [0, 1, 1_000])
def test_a_place_is_closed_for_the_window_after_its_last_failure(scope, more):
    assert closed_until(scope, Failures(LIMITS[scope] + more, AT)) == AT + WINDOW


@pytest.mark.parametrize(
    ("over", "seconds"), [(0, 1), (1, 2), (3, 8), (5, 32), (6, LONGEST_DELAY_S), (10**6, LONGEST_DELAY_S)]
)
def test_a_name_is_slowed_by_doubling_delays_and_never_locked(over, seconds):
    assert closed_until(Scope.NAME, Failures(LIMITS[Scope.NAME] + over, AT)) == AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_network_of_64_bits_is_one_place(address, place):
    assert place_of(address) == place
