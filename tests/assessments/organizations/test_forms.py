"""The forms of organizations and capabilities call their actions."""

from __future__ import annotations

import pytest

from assessments.models import Capability
from assessments.organizations.forms import CapabilityForm, OrganizationForm

pytestmark = pytest.mark.django_db


def test_an_empty_fact_is_unknown_and_not_an_empty_word(lea):
    form = OrganizationForm({"slug": "exampleco", "name": "ExampleCo", "retraining_cadence": ""}, actor=lea)
    assert form.is_valid(), form.errors
    saved = form.submit()
    assert (saved.retraining_cadence, saved.managed_cannot_meet, saved.compliance) == (None, None, None)


def test_the_slug_of_an_organization_stays(organization, lea):
    form = OrganizationForm({"slug": "other", "name": "Renamed"}, instance=organization, actor=lea)
    assert form.is_valid(), form.errors
    assert (form.submit().slug, form.instance.pk) == ("exampleco", organization.pk)
    organization.refresh_from_db()
    assert organization.name == "Renamed"


def test_a_refusal_stands_above_the_fields(organization, lea):
    fields = {"name": "ExampleCo", "platform_engineers": 1, "on_call_engineers": 2}
    form = OrganizationForm(fields, instance=organization, actor=lea)
    assert not (form.is_valid() and form.submit())
    assert "on call" in str(form.errors)


def test_a_capability_is_retired_by_the_form_and_a_new_one_cannot_be(lea):
    assert "retired" not in CapabilityForm().fields
    lineage = Capability.objects.get(name="lineage")
    fields = {"description": "Full lineage", "default_priority": "high", "retired": "on"}
    form = CapabilityForm(fields, instance=lineage, actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit().retired_at is not None
    assert CapabilityForm(instance=Capability.objects.get(name="lineage")).initial["retired"] is True
