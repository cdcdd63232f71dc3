"""The regulated model of the demo: stopped once, let through once, and no more of it the second time."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.people.models import Team
from platform_site.roof.demo import regulated
from registry.models import ModelVersion, ReportedDecision, StageChange
from registry.serving.queries import production

pytestmark = pytest.mark.django_db


def test_the_risk_team_stops_the_first_version_and_the_second_serves(settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path / "data"]  # nobody made it yet
    Team.objects.create(slug="forecasting", name="Forecasting")
    lead = Actor("lead", frozenset({Role.LEAD}), frozenset({"forecasting"}))
    contributor = Actor("contributor", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}))
    approver = Actor("approver", frozenset({Role.APPROVER}), frozenset())
    regulated.load(lead, contributor, approver)
    regulated.serve(contributor, approver)
    regulated.report(contributor)
    rows = [
        (version.version, version.stage, version.gate_decisions.filter(gate="policy").get().decision)
        for version in ModelVersion.objects.order_by("version")
    ]
    assert rows == [("v1.0.0", "registered", "BLOCKED"), ("v1.1.0", "production", "PROCEED")]
    assert ReportedDecision.objects.filter(method="linear").count() == regulated.DECISIONS
    promotion = StageChange.objects.get(after="production")
    assert (promotion.changed_by, promotion.approved_by) == ("contributor", "approver")
    (served,) = production.versions_at(timezone.now())
    assert served.version == "v1.1.0"
    events = AuditEvent.objects.count()
    regulated.load(lead, contributor, approver)
    regulated.serve(contributor, approver)
    regulated.report(contributor)
    assert AuditEvent.objects.count() == events
