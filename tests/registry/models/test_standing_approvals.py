"""Standing approvals: what the database refuses, and what they read as."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from registry.models import ServingRevision, StandingApproval
from registry.serving.actions.standing_approvals import revoke_standing_approval
from registry.serving.rules.limits import Limit
from tests.registry.serving.lanes import person, requested, stands

BAD = [
    ({"state": "approved"}, "standing_approval_decided_by_another_person"),
    ({"state": "approved", "decided_by": "cora", "decided_at": timezone.now()}, "standing_approval_decided_by_another"),
    (
        {"state": "approved", "decided_by": "system", "decided_at": timezone.now()},
        "standing_approval_decided_by_another",
    ),
    ({"state": "revoked", "decided_by": "", "decided_at": timezone.now()}, "standing_approval_decided_by_another"),
    ({"until": timezone.now() - timedelta(days=1)}, "standing_approval_ends_later"),
    ({"most_points": 0}, "standing_approval_step_is_a_percentage"),
    ({"most_points": 101}, "standing_approval_step_is_a_percentage"),
]


@pytest.mark.parametrize(("changed", "name"), BAD)
def test_the_database_refuses(serving, second, cora, changed, name):
    row = requested(second.model, cora)
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    values["environment"] = "staging"  # the terms of a row are written once: another one is tried
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StandingApproval.objects.create(**values | changed)


def test_one_is_in_force_and_one_waits(serving, second, cora):
    lane = stands(second.model, cora, person("anna"))
    waits = requested(second.model, cora, most_points=30)
    for row in (lane, waits):
        row.pk = None
        with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
            row.save(force_insert=True)


def test_its_terms_are_those_that_were_approved(serving, second, cora):
    row = requested(second.model, cora)
    assert row.terms.limits == (Limit("mape", "", "lower", None, 0.01),)
    assert (row.terms.most_points, row.terms.same_recipe, row.terms.policies) == (25, True, tuple(row.policies))
    assert (row.terms.baseline_version, row.terms.baseline) == ("v1", {("mape", ""): 0.12})
    assert (str(row), row.word, row.is_over) == (f"standing approval {row.pk}", "waiting", False)
    row.until = timezone.now()
    assert row.word == "expired"
    assert row.get_absolute_url() == "/registry/models/demand/+serving/fast-lane/"


def test_what_was_decided_stays_and_a_revision_stands_on_what_was_approved(serving, second, cora):
    lane = stands(second.model, cora, person("anna"))
    for changed in ({"decided_by": "bob"}, {"most_points": 99}, {"until": timezone.now() + timedelta(days=80)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StandingApproval.objects.filter(pk=lane.pk).update(**changed)
    waits = requested(second.model, cora, most_points=30)
    values = {
        "model": second.model,
        "environment": "production",
        "number": 9,
        "made_by": "cora",
        "made_at": timezone.now(),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        ServingRevision.objects.create(impact=100, standing_approval=waits, **values)
    revoke_standing_approval(lane, actor=cora)
    with pytest.raises(DatabaseError), transaction.atomic():
        StandingApproval.objects.filter(pk=lane.pk).update(state="approved")
