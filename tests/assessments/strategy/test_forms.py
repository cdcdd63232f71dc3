"""The forms of decisions and rehearsals call their actions."""

from __future__ import annotations

import pytest

from assessments.models import SourcingDecision
from assessments.strategy.forms import RehearsalForm, SourcingEntry, SourcingForm

pytestmark = pytest.mark.django_db


def test_a_decision_is_about_the_group_of_its_page(organization, lea):
    fields = {"choice": "buy", "own_part": "", "reason": "Cheaper."}
    form = SourcingForm(fields, organization=organization, about="Training", actor=lea)
    assert form.is_valid(), form.errors
    form.submit()
    decision = SourcingDecision.objects.get()
    assert (decision.group, decision.choice, decision.decided_by) == ("Training", "buy", "lea")


def test_a_refusal_stands_at_its_field(organization, lea):
    form = SourcingForm({"choice": "buy", "reason": "x"}, organization=organization, about="Fax", actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit() is None
    assert form.non_field_errors() == ["There is no Fax to decide about."]


def test_the_admin_does_not_move_a_decision_to_another_group(organization, lea):
    fields = {"organization": organization.pk, "group": "Training", "choice": "buy", "reason": "Cheaper."}
    form = SourcingEntry(fields, actor=lea)
    assert form.is_valid(), form.errors
    decision = form.submit()
    other = SourcingEntry(fields | {"group": "Serving", "choice": "build"}, instance=decision, actor=lea)
    assert other.is_valid(), other.errors
    other.submit()
    assert [(row.group, row.choice) for row in SourcingDecision.objects.all()] == [("Training", "build")]


def test_an_unknown_version_stands_at_the_version(organization, lea):
    fields = {"model": "demand", "version": "v9", "rehearsed_on": "2026-01-01", "rebuilt": "on", "hours": "1"}
    form = RehearsalForm(fields, organization=organization, actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit() is None
    assert list(form.errors) == ["version"]
