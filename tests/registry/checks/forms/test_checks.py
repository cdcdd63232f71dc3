"""The forms that define checks, by kind."""

from __future__ import annotations

import pytest

from registry.checks.forms.checks import FORMS, ScheduleForm, SchemaForm
from registry.models import Check

pytestmark = pytest.mark.django_db


def test_each_kind_has_one_form():
    assert set(FORMS) == {Check.Kind.DRIFT, Check.Kind.LOG_PARITY, Check.Kind.SCHEMA, Check.Kind.DEFINITION_PARITY}
    assert all(kind == form.KIND for kind, form in FORMS.items())


@pytest.mark.parametrize("form", FORMS.values())
def test_what_a_form_says_of_the_check_is_no_parameter_and_its_data_sets_are(form):
    fields = {*form.base_fields}
    assert set(form.DATA_SETS) <= fields
    assert not set(form.DATA_SETS) & set(form.OF_THE_CHECK)


def test_the_schema_form_reads_lines_of_allowed_values(orders):
    form = SchemaForm(
        {"name": "Orders", "dataset": "orders", "unique": "order_id", "columns": "status: open, shipped\ncountry: DE"}
    )
    assert form.is_valid(), form.errors
    assert form.parameters() == {
        "dataset": "orders",
        "unique": ["order_id"],
        "columns": [{"name": "status", "allowed": ["open", "shipped"]}, {"name": "country", "allowed": ["DE"]}],
    }
    assert "names no values" in SchemaForm({"name": "O", "dataset": "orders", "columns": "status"}).errors["columns"][0]


def test_an_empty_schedule_is_one():
    form = ScheduleForm({})
    assert form.is_valid()
    assert (form.cleaned_data["schedule"], form.cleaned_data["blocking"]) == ("", False)
