"""The sample tickets: the same from the same seed, and as a platform team would see them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from platform_site.roof.demo.tickets import KINDS, TEAMS, sample_tickets

UNTIL = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample():
    return sample_tickets(7, UNTIL)


def test_a_seed_makes_the_same_tickets_and_another_seed_others(sample):
    assert sample_tickets(7, UNTIL) == sample
    assert sample_tickets(8, UNTIL) != sample


def test_there_are_about_thirty_a_week_of_every_team_and_type(sample):
    weeks = Counter((UNTIL - row["opened_at"]) // timedelta(weeks=1) for row in sample)
    assert set(weeks) == set(range(26))
    assert all(18 <= count <= 44 for count in weeks.values()), weeks
    assert {row["type"] for row in sample} == set(KINDS)
    assert {row["team"] for row in sample} == {team.name for team in TEAMS}
    assert len({(row["source"], row["external_id"]) for row in sample}) == len(sample)


def test_nothing_lies_in_the_future_or_is_resolved_before_it_was_opened(sample):
    assert all(row["opened_at"] < UNTIL for row in sample)
    resolved = [row for row in sample if row["resolved_at"]]
    assert all(row["opened_at"] <= row["resolved_at"] < UNTIL for row in resolved)
    assert 0 < len(sample) - len(resolved) < len(sample) / 5


def test_texts_vary_and_leave_no_gap_open(sample):
    assert len({row["title"] for row in sample}) > len(sample) * 0.6
    assert not [row for row in sample if "{" in row["title"] + row["body"]]
