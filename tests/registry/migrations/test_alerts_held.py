"""An alert of an earlier database belongs to its version afterwards, and what holds the new tables is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.utils import timezone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
BEFORE, AFTER = ("registry", "0030_approval_links"), ("registry", "0032_alerts_held")
ENTRY = {"feature": "orders_3d", "expected": "aaaa", "reported": "bbbb", "issue": "serves bbbb instead of aaaa"}


def old_rows(apps):
    """A version in production and the open alert of its one report, as they were."""
    now = timezone.now()
    by = {"created_by": "cora", "created_at": now}
    team = apps.get_model("people", "Team").objects.create(slug="forecasting", name="Forecasting")
    model = apps.get_model("registry", "RegisteredModel").objects.create(name="demand", owner_team=team, created_at=now)
    dataset = apps.get_model("registry", "Dataset").objects.create(name="a", kind="csv", location="a.csv", **by)
    snapshot = dataset.snapshots.create(digest="a" * 64, rows=1, schema=[], taken_by="cora", taken_at=now)
    version = model.versions.create(
        version="v1", stage="production", artifact_uri="s3://a", artifact_digest="a" * 64, code_commit="a" * 40,
        data_snapshot=snapshot, container_digest="sha256:" + "a" * 64, registered_by="cora", registered_at=now,
    )  # fmt: skip
    report = version.serving_reports.create(
        environment="production", window_start=now - timedelta(hours=1), window_end=now, features={}, skew=[ENTRY],
        reported_by="cora", reported_at=now,
    )  # fmt: skip
    alert = {"finding": "skew", "environment": "production", "title": "Serving skew", "opened_at": now}
    return model.alerts.create(serving_report=report, **alert)


def test_an_alert_belongs_to_its_version_and_its_findings_are_written_once(earlier_database):
    before = old_rows(earlier_database(BEFORE))
    apps = earlier_database(AFTER)
    (alert,) = apps.get_model("registry", "Alert").objects.all()
    assert (alert.pk, alert.model_version.version, alert.feature) == (before.pk, "v1", "orders_3d")
    findings = apps.get_model("registry", "AlertFinding").objects
    assert (
        findings.get().title == alert.title == "Serving skew of v1 in production: orders_3d serves bbbb instead of aaaa"
    )
    with pytest.raises(Error), transaction.atomic():
        findings.update(title="none")
    alert.pk = None
    with pytest.raises(Error), transaction.atomic():
        alert.save()
