import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules.simulator import Volume, simulate, smallest_levers
from assessments.tickets.rules.tickets import TicketType

BEFORE = [Volume("access", 50, 60), Volume("how_to", 30, 30), Volume("bug", 20, 10)]

volumes = st.lists(
    st.builds(Volume, st.sampled_from([str(kind) for kind in TicketType]), st.integers(0, 99), st.integers(0, 500)),
    unique_by=lambda lever: lever.type,
)
shares = st.dictionaries(st.sampled_from([str(kind) for kind in TicketType]), st.integers(0, 4).map(lambda n: n / 4))


@pytest.mark.parametrize(
    ("reductions", "levers", "why"),
    [
        ({"access": 0.9, "how_to": 0.5}, ["access"], "54 of 100 hours by one lever"),
        ({"access": 0.5, "how_to": 0.75}, ["access", "how_to"], "30 and 22.5 hours, neither alone"),
        ({"access": 2 / 3, "how_to": 1 / 3}, ["access", "how_to"], "40 and 10 are half exactly"),
        ({"access": 0.5, "how_to": 0.5}, None, "45 of 100 are not half"),
        ({}, None, "nothing is automated"),
    ],
)
def test_the_smallest_levers_by_hand(reductions, levers, why):
    assert smallest_levers(BEFORE, reductions) == levers, why


def test_tickets_and_hours_before_and_after_by_hand():
    result = simulate(BEFORE, {"access": 0.5, "how_to": 0.5})
    assert result[:5] == (100, 60.0, 100.0, 55.0, False)


def test_where_no_hours_are_known_nothing_is_said_of_half():
    result = simulate([Volume("bug", 4, 0)], {"bug": 1.0})
    assert (result.tickets_after, result.reaches_half, result.smallest_levers) == (0, None, None)


@given(volumes, shares)
def test_no_smaller_set_of_levers_reaches_half(before, reductions):
    removed = {row.type: row.hours * reductions.get(row.type, 0.0) for row in before}
    half = math.fsum(row.hours for row in before) / 2

    def reaching(count):
        return [some for some in combinations(removed, count) if math.fsum(map(removed.get, some)) >= half]

    levers = smallest_levers(before, reductions)
    if levers is None:
        assert half == 0 or not reaching(len(removed))
    else:
        assert math.fsum(map(removed.get, levers)) >= half
        assert not reaching(len(levers) - 1)
