"""Old serving reports go with a record; those that a pack lists or an alert names, and the newest, stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.models import Alert, RegisteredModel, RowPurge, ServingReport
from registry.serving.actions import retention

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()
YEAR = timedelta(days=365)


def report(version, days: int, environment: str = "production", **others) -> ServingReport:
    at = NOW - timedelta(days=days)
    return ServingReport.objects.create(
        model_version=version, environment=environment, window_start=at - timedelta(hours=1), window_end=at, features={},
        reported_by="cora", reported_at=at, **others,
    )  # fmt: skip


def purge() -> int:
    return retention.purge_reports(NOW - YEAR)


def test_old_reports_go_on_record_and_the_newest_of_each_environment_stays(model_version, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for days in (410, 409, 408):
        report(model_version, days)
    stay = {report(model_version, 407), report(model_version, 420, "staging"), report(model_version, 430, shadow=True)}
    assert (purge(), purge()) == (3, 0)
    assert set(ServingReport.objects.all()) == stay
    events = AuditEvent.objects.filter(action="retention.pruned").order_by("sequence")
    assert [(event.subject, event.content["rows"]) for event in events] == [
        ("retention:serving reports", rows) for rows in (2, 1)
    ]
    assert [row.rows for row in RowPurge.objects.order_by("pk")] == [2, 1]


def test_what_an_alert_names_and_what_a_pack_lists_stays(model_version):
    named, *_ = (report(model_version, days) for days in (410, 409, 100))
    Alert.objects.create(
        model=model_version.model, model_version=model_version, serving_report=named, finding="skew", environment="production",
        title="Skew.", observed_at=NOW, opened_at=NOW,
    )  # fmt: skip
    RegisteredModel.objects.update(regulated=True)
    assert purge() == 0
    RegisteredModel.objects.update(regulated=False)
    assert purge() == 1
    assert named in ServingReport.objects.all()


def test_the_database_deletes_none_but_by_a_purge(model_version):
    for days in (410, 409, 100):
        report(model_version, days)
    for rows in (ServingReport.objects.all(), ServingReport.objects.filter(reported_at__gt=NOW - YEAR)):
        with pytest.raises(DatabaseError, match="by a purge that is on record"), transaction.atomic():
            rows.delete()
        purge()
