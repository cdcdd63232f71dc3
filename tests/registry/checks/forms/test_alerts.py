"""The forms of alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.checks.forms.alerts import AcknowledgeForm, AlertFilterForm, choices
from registry.checks.queries.checks import UNRESOLVED
from registry.models import Alert

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def filtered(**fields) -> AlertFilterForm:
    form = AlertFilterForm(fields, models=["demand"])
    form.is_valid()
    return form


@pytest.mark.parametrize("state", ["", UNRESOLVED, *Alert.State.values])
def test_every_state_and_those_that_are_open_may_be_listed(state):
    assert filtered(state=state).cleaned_data["state"] == state


@pytest.mark.parametrize(("word", "blocking"), [("", None), ("1", True), ("0", False)])
def test_whether_they_close_the_gate_is_open_unless_it_is_chosen(word, blocking):
    assert filtered(blocking=word).cleaned_data["blocking"] is blocking


@pytest.mark.parametrize("fields", [{"state": "asleep"}, {"model": "nobodys"}, {"blocking": "2"}])
def test_what_is_no_choice_is_refused_at_its_field(fields):
    assert set(filtered(**fields).errors) == set(fields)


def test_the_models_are_offered():
    assert filtered(model="demand").cleaned_data["model"] == "demand"


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"until": "2026-12-01T09:00"}, datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ({"acknowledge_for": "1_day"}, NOON + timedelta(days=1)),
        ({"acknowledge_for": "1_week", "until": ""}, NOON + timedelta(days=7)),
        ({"acknowledge_for": "until_fixed", "until": "2026-12-01T09:00", "seen": "3"}, None),
    ],
)
def test_an_acknowledgement_ends_after_a_period_or_at_a_moment(fields, end):
    form = AcknowledgeForm(fields)
    assert form.is_valid(), form.errors
    assert form.end(NOON) == end


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, {"until"}),
        ({"until": ""}, {"until"}),
        ({"until": "soon"}, {"until"}),
        ({"acknowledge_for": "1_year"}, {"acknowledge_for"}),
        ({"acknowledge_for": "1_day", "seen": "0"}, {"seen"}),
    ],
)
def test_what_is_no_end_is_refused_at_its_field(fields, refused):
    assert set(AcknowledgeForm(fields).errors) == refused


def test_each_period_says_when_the_alert_would_return():
    assert [(choice.title, choice.returns) for choice in choices(NOON)] == [
        ("1 day", "on 2026-12-01 at 12:00 UTC, or earlier with another or worse finding"),
        ("1 week", "on 2026-12-07 at 12:00 UTC, or earlier with another or worse finding"),
        ("Until fixed", "only with another or worse finding"),
    ]
