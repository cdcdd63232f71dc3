"""What every form of a check has: choices of data sets and models, and parameters without what was left empty."""

from __future__ import annotations

import pytest

from registry.checks.forms.checks import SchemaForm
from registry.checks.forms.drift import DriftForm

pytestmark = pytest.mark.django_db
SCHEMA = {"name": "Orders", "dataset": "orders"}


def test_data_sets_and_models_are_offered_by_name(orders, model):
    fields = DriftForm().fields
    assert fields["reference"].choices == [("", "Choose a data set"), ("orders", "orders")]
    assert fields["current"].choices == [("", "The reference's"), ("orders", "orders")]
    assert fields["model"].choices == [("", "Every model concerned"), ("demand", "demand")]


@pytest.mark.parametrize("form", [SchemaForm, DriftForm])
def test_what_is_about_the_check_comes_last(orders, form):
    assert [*form().fields][-3:] == ["model", "schedule", "blocking"]


def test_only_what_was_filled_in_is_a_parameter(orders):
    form = SchemaForm(SCHEMA | {"schedule": "30 6 * * *", "blocking": "on", "unique": ""})
    assert form.is_valid(), form.errors
    assert form.arguments() == {
        "name": "Orders",
        "blocking": True,
        "schedule": "30 6 * * *",
        "parameters": {"dataset": "orders"},
    }


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"dataset": "elsewhere"}, {"dataset"}), ({"name": "", "dataset": ""}, {"name", "dataset"})]
)
def test_a_data_set_that_is_not_there_is_no_choice(orders, fields, wrong):
    assert set(SchemaForm(SCHEMA | fields).errors) == wrong
