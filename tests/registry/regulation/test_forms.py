"""The forms that filter decisions, choose a moment and mark a model as regulated."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.regulation.forms import DecisionFilterForm, MomentForm, RegulatedForm
from registry.regulation.rules.reported_decision import METHODS


def test_an_empty_filter_is_valid_and_chooses_nothing():
    form = DecisionFilterForm({})
    assert form.is_valid()
    assert not any(form.cleaned_data.values())


def test_every_method_of_an_explanation_can_be_chosen_and_none_of_them():
    assert [value for value, _ in DecisionFilterForm().fields["method"].choices] == ["", *METHODS, "none"]


@pytest.mark.parametrize(
    ("data", "faulty"),
    [
        ({"external_id": "x" * 120, "environment": "x" * 64}, set()),
        ({"external_id": "x" * 121}, {"external_id"}),
        ({"environment": "x" * 65}, {"environment"}),
        ({"method": "guess"}, {"method"}),
        ({"since": "2026-02-30T00:00"}, {"since"}),
        ({"until": "soon"}, {"until"}),
    ],
)
def test_the_filter_names_the_fields_that_are_wrong(data, faulty):
    assert set(DecisionFilterForm(data).errors) == faulty


def test_a_moment_is_utc_to_the_minute():
    form = MomentForm({"at": "2026-03-04T08:05"})
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2026, 3, 4, 8, 5, tzinfo=UTC)
    assert 'value="2026-03-04T08:05"' in str(form["at"])


@pytest.mark.parametrize(("length", "valid"), [(0, False), (1, True), (4_000, True), (4_001, False)])
def test_a_reason_has_1_to_4000_characters(length, valid):
    assert RegulatedForm({"regulated": "True", "reason": "x" * length}).is_valid() == valid
