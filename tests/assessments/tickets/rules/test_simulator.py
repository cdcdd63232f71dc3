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
        ({"access": 0.9, "how_to": 0.9, "bug": 0.9}, ["access"], "no second one is needed"),
        ({"access": 0.5, "how_to": 0.75}, ["access", "how_to"], "30 and 22.5 hours, neither alone"),
        ({"access": 2 / 3, "how_to": 1 / 3}, ["access", "how_to"], "40 and 10 are half exactly"),
        ({"access": 0.5, "how_to": 0.5}, None, "45 of 100 are not half"),
        ({}, None, "nothing is automated"),
    ],
)
def test_the_smallest_levers_by_hand(reductions, levers, why):
    assert smallest_levers(hours_of(BEFORE), reductions) == levers, why


def test_tickets_and_hours_before_and_after_by_hand():
    result = simulate(BEFORE, {"access": 0.5, "how_to": 0.5})
    assert result.tickets == (100, 60.0, False, ["access", "how_to"])
    assert result.hours == (100.0, 55.0, False, ["access"])
    assert simulate(BEFORE, {"access": 0.9, "how_to": 0.5}).tickets.halved


def test_where_no_hours_are_known_nothing_is_said_of_half():
    result = simulate([Volume("bug", 4, 0)], {"bug": 1.0})
    assert result.hours == (0, 0, None, None)
    assert (result.tickets.after, result.tickets.halved, result.above_ceiling) == (0, True, ["bug"])


def test_half_the_tickets_in_the_usual_mix():
    """30 a week for four weeks at 35, 35, 20 and 10%, with 0.5, 0.75, 8 and 3 hours each: 280.5 hours."""
    mix = {"access": (35, 0.5), "how_to": (35, 0.75), "feature_request": (20, 8.0), "bug": (10, 3.0)}
    week = [Volume(kind, round(30 * share / 100 * 4), share * 1.2 * hours) for kind, (share, hours) in mix.items()]
    result = simulate(week, {"access": 0.9, "how_to": 0.8})
    assert (result.tickets.halved, result.tickets.smallest_levers) == (True, ["access", "how_to"])
    assert (result.hours.halved, result.hours.smallest_levers) == (
        False,
        ["feature_request", "how_to", "access", "bug"],
    )


def test_of_as_few_levers_those_with_the_higher_ceilings():
    amounts = {"access": 30.0, "how_to": 30.0, "feature_request": 100.0, "bug": 1.0}
    assert smallest_levers(amounts, {"access": 0.9, "how_to": 0.8, "feature_request": 0.6, "bug": 0.3}) == [
        "feature_request", "access",
    ]  # fmt: skip


def test_the_fields_of_before_are_about_hours():
    answer = simulate(BEFORE, {"access": 0.9, "how_to": 0.5}).as_dict()
    before = {name: answer[name] for name in ("tickets_before", "hours_after", "reaches_half", "smallest_levers")}
    assert before == {"tickets_before": 100, "hours_after": 31.0, "reaches_half": True, "smallest_levers": ["access"]}


def hours_of(before):
    return {row.type: row.hours for row in before}


@given(volumes, shares)
def test_no_smaller_set_of_levers_reaches_half_and_no_other_of_as_many_has_higher_shares(before, reductions):
    removed = {row.type: row.hours * reductions.get(row.type, 0.0) for row in before}
    half = math.fsum(row.hours for row in before) / 2

    def reaching(count):
        return [some for some in combinations(removed, count) if math.fsum(map(removed.get, some)) >= half]

    levers = smallest_levers(hours_of(before), reductions)
    if levers is None:
        assert half == 0 or not reaching(len(removed))
        return
    assert math.fsum(map(removed.get, levers)) >= half
    assert not reaching(len(levers) - 1)
    shares = [sum(reductions[kind] for kind in some) for some in reaching(len(levers)) if all(map(removed.get, some))]
    assert sum(reductions[kind] for kind in levers) >= max(shares) - 1e-9


@given(volumes, shares, shares)
def test_more_never_leaves_more(before, reductions, ceilings):
    result = simulate(before, reductions, ceilings)
    for target in (result.tickets, result.hours):
        assert 0 <= target.after <= target.before
        assert target.halved is None or target.halved == (target.after <= target.before / 2 + 1e-9)
    further = simulate(before, {kind: max(0.5, share) for kind, share in reductions.items()}, ceilings)
    assert further.tickets.after <= result.tickets.after
    assert further.hours.after <= result.hours.after


@given(volumes, shares)
def test_higher_ceilings_never_need_more_levers(before, ceilings):
    fewest = simulate(before, {}, ceilings).tickets.smallest_levers
    higher = simulate(before, {}, {str(kind): 1.0 for kind in TicketType}).tickets.smallest_levers
    assert fewest is None or len(higher) <= len(fewest)


@given(volumes, shares, st.integers(2, 9))
def test_ten_times_the_tickets_need_the_same_levers(before, reductions, times):
    grown = [Volume(row.type, row.tickets * times, row.hours * times) for row in before]
    assert simulate(grown, reductions).hours.smallest_levers == simulate(before, reductions).hours.smallest_levers
