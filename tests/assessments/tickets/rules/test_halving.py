"""The fewest types that halve the tickets, and those that halve the hours."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.halving import halving
from assessments.tickets.rules.simulator import Volume


@pytest.mark.parametrize(
    ("hours", "eaters", "levers"),
    [
        ({"access": 90, "bug": 10}, ["access", "bug"], ["access"]),
        ({"access": 40, "how_to": 35, "bug": 20, "other": 5}, ["access", "how_to", "bug"], ["access", "how_to"]),
        ({"bug": 90, "access": 10}, ["bug", "access"], None),
    ],
)
def test_what_halves_the_hours(hours, eaters, levers):
    result = halving([Volume(kind, 1, float(spent)) for kind, spent in hours.items()])
    assert (result.eaters, result.counted_in, result.hours.levers) == (eaters, "hours", levers)


def test_thirty_a_week_in_the_usual_mix_are_halved_by_access_and_how_to():
    mix = {"access": 35, "how_to": 35, "feature_request": 20, "bug": 10}
    result = halving([Volume(kind, share * 30 * 4 // 100, 0.0) for kind, share in mix.items()])
    assert (result.counted_in, result.tickets.levers) == ("tickets", ["access", "how_to"])
    assert result.tickets.removed == pytest.approx(0.595)
    assert [lever.type for lever in result.levers] == ["access", "how_to"]
    assert "provisioning flow" in result.levers[0].fix
    assert (result.hours.levers, result.hours.removed) == (None, None), "no hours are recorded"


def test_where_no_levers_suffice_it_says_how_far_all_of_them_lead():
    result = halving([Volume("bug", 80, 80.0), Volume("access", 20, 20.0)])
    assert (result.tickets.levers, result.tickets.removed) == (None, pytest.approx(0.8 * 0.3 + 0.2 * 0.9))


def test_nothing_has_no_eaters():
    assert halving([])[:3] == ([], None, "tickets")


def test_ceilings_can_be_moved():
    volumes = [Volume("bug", 80, 80.0), Volume("access", 20, 20.0)]
    assert halving(volumes, {"bug": 0.7}).hours.levers == ["bug"]
