"""Whether a release brought the teams that had asked for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.switching import Effect, Outcome, TeamRuns, effect, effect_sentence

RELEASED = date(2026, 6, 1)


def day(offset):
    return None if offset is None else RELEASED + timedelta(days=offset)


@pytest.mark.parametrize(
    ("before", "after", "today", "outcome"),
    [
        (None, 20, 90, Outcome.SWITCHED),
        (-200, 20, 90, Outcome.SWITCHED),
        (-30, 20, 90, Outcome.WAS_ACTIVE),
        (-60, None, 90, Outcome.WAS_ACTIVE),
        (-61, None, 90, Outcome.NOT_YET),
        (None, None, 30, Outcome.NOT_YET),
        (None, None, 29, Outcome.TOO_EARLY),
        (None, 3, 5, Outcome.SWITCHED),
    ],
)
def test_what_a_team_did(before, after, today, outcome):
    assert effect(TeamRuns("ads", day(before), day(after)), RELEASED, day(today)).outcome == outcome


@given(st.none() | st.integers(-400, -1), st.integers(30, 400))
def test_without_a_run_after_it_nobody_switched(before, today):
    assert effect(TeamRuns("ads", day(before), None), RELEASED, day(today)).outcome != Outcome.SWITCHED


def test_the_sentence_counts_those_that_could_switch():
    effects = [
        Effect("ads", Outcome.SWITCHED, RELEASED), Effect("maps", Outcome.NOT_YET, None),
        Effect("search", Outcome.WAS_ACTIVE, RELEASED),
    ]  # fmt: skip
    assert effect_sentence(effects) == "1 of 2 teams switched: ads. Not yet: maps. Active before: search."
    assert effect_sentence(effects[2:]) == "Active before: search."
    assert effect_sentence([]) == ""
