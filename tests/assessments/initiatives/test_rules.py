"""Which state follows which, what is overdue, and when an assessment reaches a target."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.rules.scoring import Item
from assessments.initiatives.rules import State, is_due_soon, is_overdue, reach, state_fault, targets
from tests.assessments.health.stated import finish, sample

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("before", State)
def test_a_state_that_may_not_follow_is_named_with_those_that_may(before):
    allowed = {after for after in State if not state_fault(before, after)}
    assert before in allowed
    for after in set(State) - allowed:
        assert after.replace("_", " ") in state_fault(before, after)
    assert (State.DROPPED in allowed) == (before != State.DONE)


@pytest.mark.parametrize(
    ("state", "due_on", "late", "soon"),
    [
        ("proposed", date(2026, 11, 29), True, False),
        ("in_progress", TODAY, False, True),
        ("in_progress", date(2026, 12, 7), False, True),
        ("in_progress", date(2026, 12, 8), False, False),
        ("done", date(2026, 11, 1), False, False),
        ("dropped", TODAY, False, False),
        ("proposed", None, False, False),
    ],
)
def test_only_an_open_one_is_due(state, due_on, late, soon):
    assert (is_overdue(state, due_on, TODAY), is_due_soon(state, due_on, TODAY)) == (late, soon)


def test_a_status_is_reached_by_every_capability():
    items = [Item("lineage", "", "implemented"), Item("audit_log", "", "partial")]
    assert reach("implemented", ["lineage"], items).reached
    assert reach("partial", ["lineage", "audit_log"], items).reached
    lacking = reach("implemented", ["lineage", "audit_log"], items)
    assert (lacking.reached, lacking.sentence) == (
        False,
        "Immutable audit log of model promotions is entered as partial.",
    )


def test_what_is_not_applicable_reaches_a_status_with_a_written_reason_alone():
    assert not reach("implemented", ["lineage"], [Item("lineage", "", "not_applicable")]).reached
    assert reach("implemented", ["lineage"], [Item("lineage", "", "not_applicable", notes="No training here.")]).reached
    assert reach("implemented", ["lineage"], []).sentence == "Full training lineage is not in the assessment."


def test_what_was_counted_may_not_contradict_it():
    items = [Item("lineage", "", "implemented")]
    assert not reach("implemented", ["lineage"], items, counted={"lineage": (3, 4, "versions")}).reached
    assert reach("partial", ["lineage"], items, counted={"lineage": (3, 4, "versions")}).reached
    assert reach("implemented", ["lineage"], items, counted={"lineage": (4, 4, "versions")}).reached


def test_a_level_is_reached_by_the_whole_assessment_as_it_was_counted():
    items = sample()
    for name in ("artifact_store", "model_registry"):
        items = finish(items, name)
    assert reach("0+", ["lineage"], items).reached
    counted = reach("0+", ["lineage"], items, counted={"model_registry": (1, 4, "versions")})
    assert (counted.reached, "Level 0+ — Basic Registry lacks" in counted.sentence) == (False, True)
    assert not reach("2", ["lineage"], items).reached
    assert "no level 9 any more" in reach("9", [], items).sentence


def test_the_targets_are_statuses_and_the_levels_of_the_organization():
    assert targets()["2"] == "Level 2 — CI/CD for ML"
    assert list(targets(()))[:2] == ["implemented", "partial"]
