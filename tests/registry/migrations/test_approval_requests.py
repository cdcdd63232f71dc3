"""An installation that is there already gets the platform's first policies, with events; its own stay as they were."""

from __future__ import annotations

import pytest
from django.db import Error, transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit import queries as audit
from platform_site.audit.record import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
BEFORE, AFTER = ("registry", "0027_pack_receipts"), ("registry", "0028_approval_requests")
AUDIT = ("audit", "0003_key_in_use")  # as `record` writes today
CHECKS = [{"metric": "auc", "slice": "", "operator": ">=", "threshold": 0.75, "required": True}]
OWN = {"number": 1, "checks": CHECKS, "saved_by": "lea"}
TYPES = ("classification", "regression", "forecasting", "ranking", "generation", "other")


def test_an_earlier_installation_gets_them_with_events_and_keeps_its_own(earlier_database):
    apps = earlier_database(BEFORE, AUDIT)
    policies = apps.get_model("registry", "GatePolicy").objects
    for name in ("auc", "main_metric_ranking"):
        policies.create(name=name, saved_at=timezone.now(), **OWN)
    with transaction.atomic():
        record("gate_policy.saved", subject="gate_policy:auc", actor=SYSTEM, payload=OWN)

    policies = earlier_database(AFTER).get_model("registry", "GatePolicy").objects
    own = list(policies.filter(saved_by="lea").values_list("name", "number", "checks", "approved_by").order_by("name"))
    assert own == [("auc", 1, CHECKS, ""), ("main_metric_ranking", 1, CHECKS, "")]
    shipped = policies.filter(saved_by="system")
    assert set(shipped.values_list("model_type", flat=True)) == set(TYPES) - {"ranking"}
    events = audit.events().filter(actor="system", subject__startswith="gate_policy:main_metric_")
    assert {event.subject for event in events} == {f"gate_policy:{policy.name}" for policy in shipped}
    assert all(event.content["checks"] == shipped.first().checks for event in events)
    assert (audit.verify().valid, audit.verify().events) == (True, 6)
    with pytest.raises(Error), transaction.atomic():
        policies.filter(name="auc").update(retired=True)


def test_a_new_installation_begins_with_them_and_an_empty_log(earlier_database):
    policies = earlier_database(AFTER, AUDIT).get_model("registry", "GatePolicy").objects
    assert set(policies.values_list("model_type", "number", "retired")) == {(name, 1, False) for name in TYPES}
    assert audit.verify().events == 0
