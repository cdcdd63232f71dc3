"""The filter of the audit page: what it accepts and what it names as wrong."""

from __future__ import annotations

from datetime import date

import pytest

from platform_site.audit.forms import EventFilterForm


def test_an_empty_filter_is_valid_and_narrows_nothing():
    form = EventFilterForm({})
    assert form.is_valid()
    assert not any(form.cleaned_data.values())


@pytest.mark.parametrize(("field", "most"), [("subject", 300), ("actor", 150), ("action", 80)])
def test_a_text_is_as_long_as_its_column_at_most(field, most):
    assert EventFilterForm({field: "x" * most}).is_valid()
    assert EventFilterForm({field: "x" * (most + 1)}).errors.keys() == {field}


def test_the_bounds_are_days():
    form = EventFilterForm({"since": "2028-02-29", "until": "2028-03-01"})
    assert form.is_valid()
    assert (form.cleaned_data["since"], form.cleaned_data["until"]) == (date(2028, 2, 29), date(2028, 3, 1))
    assert EventFilterForm({"since": "2027-02-29", "until": "tomorrow"}).errors.keys() == {"since", "until"}
