"""Who came and who left, by name; and how many teams there are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.adoption import ActiveTeams
from assessments.adoption.rules.movement import Known, known_teams, movement, recent_movement, steps


def months(*names, year=2026):
    return [ActiveTeams(date(year, number, 1), tuple(sorted(teams))) for number, teams in enumerate(names, 1)]


MONTHS = st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=12).map(lambda rows: months(*rows))


def test_won_and_lost_have_the_month_of_it():
    moved = movement(months("ab", "abc", "ac", "acd"), since=date(2026, 3, 1))
    assert moved.lost == [("b", date(2026, 2, 1))]
    assert moved.won == [("d", date(2026, 4, 1))]


def test_who_was_active_in_one_of_the_last_three_months_is_not_lost():
    assert recent_movement(months("abc", "ab", "a", "a")).lost == [("c", date(2026, 1, 1))]


@pytest.mark.parametrize("rows", [[], ["ab"], ["", "", "a", "ab"]])
def test_a_beginning_wins_nobody_and_loses_nobody(rows):
    assert recent_movement(months(*rows)) == ([], [])


def test_each_month_names_who_came_and_who_left():
    assert steps(months("ab", "bc", "bc")) == [((), ()), (("c",), ("a",)), ((), ())]
    assert steps([]) == []


@given(MONTHS)
def test_steps_lead_from_each_month_to_the_next(rows):
    for before, month, (came, left) in zip(rows, rows[1:], steps(rows)[1:], strict=False):
        assert set(before.names) - set(left) | set(came) == set(month.names)


@given(MONTHS, st.integers(1, 12))
def test_nobody_is_won_and_lost_at_once(rows, month):
    moved = movement(rows, date(2026, month, 1))
    won, lost = {team for team, _ in moved.won}, {team for team, _ in moved.lost}
    assert not won & lost
    assert not lost & {name for row in rows if row.month.month >= month for name in row.names}


@pytest.mark.parametrize(
    ("stated", "named", "users", "known"),
    [
        (None, [], [], Known(None, ())),
        (None, ["ads", "maps"], ["Ads"], Known(2, ("ads", "maps"))),
        (12, ["ads"], ["maps"], Known(12, ("ads", "maps"))),
        (1, ["ads", "maps"], ["ads", "maps", "fraud"], Known(3, ("ads", "fraud", "maps"))),
        (2, ["ads", "maps", "platform"], ["ads"], Known(2, ("ads", "maps", "platform"))),
    ],
)
def test_how_many_teams_there_are(stated, named, users, known):
    assert known_teams(stated, named, users) == known


def test_names_that_differ_by_case_are_one_team():
    assert Known(2, ("Ads", "maps")).without(["ads"]) == ("maps",)
