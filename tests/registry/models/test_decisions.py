"""Reported decisions and their purges: what the database refuses, and what a record says of itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.models import DecisionPurge, ReportedDecision

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()
DECISION = {
    "external_id": "a-1", "decided_at": NOW, "environment": "production", "content": '{"prediction": 0.4}',
    "digest": "0" * 64, "reported_by": "cora", "reported_at": NOW,
}  # fmt: skip
PURGE = {"before": NOW - timedelta(minutes=1), "rows": 1, "by_month": {}, "digest": "0" * 64, "purged_at": NOW}


def test_a_version_has_a_decision_once_and_another_version_has_its_own(second):
    first = second.model.versions.get(version="v1")
    ReportedDecision.objects.create(model_version=first, **DECISION)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportedDecision.objects.create(model_version=first, **DECISION)
    assert str(ReportedDecision.objects.create(model_version=second, **DECISION)) == "a-1"


def test_the_newest_decision_comes_first_and_of_one_moment_the_last_reported(model_version):
    for name, minutes in (("b", 0), ("a", 1), ("c", 0)):
        at = NOW - timedelta(minutes=minutes)
        ReportedDecision.objects.create(
            model_version=model_version, **DECISION | {"external_id": name, "decided_at": at}
        )
    assert [str(decision) for decision in ReportedDecision.objects.all()] == ["c", "b", "a"]


def test_a_decision_is_read_from_its_text():
    assert ReportedDecision(content='{"prediction": 0.4, "inputs": null}').parsed == {"prediction": 0.4, "inputs": None}


@pytest.mark.parametrize("wrong", [{"before": NOW}, {"before": NOW + timedelta(minutes=1)}, {"rows": 0}])
def test_a_purge_is_of_the_past_and_of_something(model_version, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionPurge.objects.create(model_version=model_version, **PURGE | wrong)
    purge = DecisionPurge.objects.create(model_version=model_version, **PURGE)
    assert str(purge) == f"1 decisions of {model_version.pk}"
