"""What a notice about a record of the registry says: whose it is, what is known of it, what to do."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.webhooks.queries import describe, event_of
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import as_text, notice_of
from registry.checks.queries.event_details import details_of_events
from registry.models import Alert
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report

pytestmark = pytest.mark.django_db


def event(name: str, subject: str, **payload) -> Event:
    return Event(name, 1, "2026-11-30T12:00:00+00:00", SYSTEM.name, subject, payload)


def test_an_alert_of_skew_names_model_feature_cause_and_ways_out(in_production, cora):
    report(in_production, cora, orders_3d=CHANGED)
    alert = Alert.objects.get()
    opened = event_of(AuditEvent.objects.get(action="alert.opened"))
    details = describe(opened)
    assert (details.teams, details.path) == ((alert.model.owner_team.slug,), alert.get_absolute_url())
    facts = dict(details.facts)
    assert (facts["Model"], facts["Version"], facts["Environment"], facts["Feature"]) == (
        "demand", "v1", "production", "orders_3d",
    )  # fmt: skip
    assert details.ways_out[0].startswith("serve: Let serving compute the definitions that are due")
    text = as_text(notice_of(opened, details))
    assert text.startswith(f"{alert.title}\nModel: demand\nVersion: v1")
    assert notice_of(opened, details).severity == "error"
    report(in_production, cora, orders_3d=DUE)
    resolved = describe(event_of(AuditEvent.objects.get(action="alert.resolved")))
    assert (resolved.ways_out, dict(resolved.facts)["Feature"]) == ((), "orders_3d")


@pytest.mark.parametrize(
    ("subject", "payload", "owners"),
    [
        ("model:demand", {}, ("forecasting",)),
        ("model_version:demand/v1", {}, ("forecasting",)),
        ("check_run:7", {"model": "demand"}, ("forecasting",)),
        ("feature:orders_3d", {}, ("data-platform",)),
        ("check_run:7", {"feature": "orders_3d"}, ("data-platform",)),
    ],
)
def test_the_owner_of_a_record_is_known_by_its_name(subject, payload, owners, in_production):
    assert details_of_events([event("x.y", subject, **payload)])[0].teams == owners


@pytest.mark.parametrize("subject", ["alert:0", "alert:x", "model:nothing", "token:3", "check_run:7", "feature:"])
def test_what_is_not_a_record_of_the_registry_is_somebody_elses(subject, db):
    assert details_of_events([event("x.y", subject)]) == {}
