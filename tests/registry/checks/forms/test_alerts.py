"""The forms of alerts."""

from __future__ import annotations

import pytest

from registry.checks.forms.alerts import AcknowledgeForm, AlertFilterForm
from registry.checks.queries.checks import UNRESOLVED
from registry.models import Alert


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


@pytest.mark.parametrize(("until", "valid"), [("2026-12-01T09:00", True), ("", False), ("soon", False)])
def test_an_acknowledgement_ends_at_a_moment(until, valid):
    assert AcknowledgeForm({"until": until}).is_valid() is valid
