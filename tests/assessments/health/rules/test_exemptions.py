"""What is exempt is not proposed, and nothing else changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.health.rules import maturity
from assessments.health.rules.exemptions import LeftOut, is_ending_soon, is_in_force
from assessments.health.rules.recommendations import Known, left_out, recommendations
from assessments.health.rules.summary import summarize
from tests.assessments.health.stated import items, sample

DAY = date(2027, 3, 1)
EXEMPT = LeftOut(DAY, "The images move in March.")
SENTENCE = "Left out until 1 March 2027: The images move in March."


@pytest.mark.parametrize(
    ("days", "ended", "counts"), [(-1, False, True), (0, False, True), (1, False, False), (0, True, False)]
)
def test_the_last_day_counts_and_an_ended_one_counts_no_more(days, ended, counts):
    assert is_in_force(DAY, ended, DAY + timedelta(days=days)) is counts


@pytest.mark.parametrize(("days", "soon"), [(8, False), (7, True), (0, True), (-1, False)])
def test_an_end_within_a_week_is_soon(days, soon):
    assert is_ending_soon(DAY, DAY - timedelta(days=days)) is soon


def test_what_is_exempt_is_not_proposed_and_the_score_stays():
    stated = sample()
    before = summarize(stated)
    first = before.recommendations[0].capability
    after = summarize(stated, known=Known(exempt={first: EXEMPT}))
    assert [gap.capability for gap in after.recommendations] == [gap.capability for gap in before.recommendations[1:]]
    assert [(gap.capability, gap.until, gap.sentence) for gap in after.left_out] == [(first, DAY, SENTENCE)]
    for name in ("health_score", "confirmed", "provisional", "blockers", "critical_gaps", "by_status", "applicable"):
        assert getattr(after, name) == getattr(before, name)
    assert after.as_dict()["left_out"][0]["until"] == "2027-03-01"


def test_the_next_step_passes_over_what_is_exempt():
    stated = items(artifact_store="partial", model_registry="missing")
    first, second = maturity.next_step(stated), maturity.next_step(stated, exempt={"artifact_store"})
    assert (first.capability, second.capability) == ("artifact_store", "model_registry")
    assert maturity.next_step(stated, exempt={"artifact_store", "model_registry"}) is None


def test_what_is_implemented_is_no_gap_that_is_left_out():
    stated = items(lineage="implemented")
    known = Known(exempt={"lineage": EXEMPT})
    assert left_out(stated, known) == []
    assert "lineage" not in {gap.capability for gap in recommendations(stated, known=known)}
