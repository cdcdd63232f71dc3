"""Facts about an organization that the registry can count."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from registry.models import Alert, GateDecision, ModelVersion
from registry.published import facts
from tests.registry.conftest import drift, run_of


def test_an_empty_registry_knows_nothing(db):
    assert facts.known(None) == (None, None, None, None)


def test_a_registry_without_production_has_none_there(model_version):
    assert facts.known(None)[:2] == (0, 0)


def test_two_versions_of_a_model_are_one_model_of_one_team(second):
    assert facts.known(None)[:2] == (1, 1)


def test_alerts_that_closed_a_gate_count_for_a_year_and_are_unknown_where_nothing_ran(events, in_production, cora):
    assert facts.known(None).closing_alerts is None
    run = run_of(drift(cora, limits={"psi": 100}), cora)
    assert facts.known(None).closing_alerts == []
    alert = {"model": in_production.model, "check_definition": run.check_definition, "run": run, "state": "resolved"}
    for days in (1, 364, 366):
        opened = Alert.objects.create(**alert, title="drift", opened_at=timezone.now() - timedelta(days=days))
        blocked(in_production, f"alert:{opened.pk}")
    assert facts.known(None).closing_alerts == [(in_production.model.name, run.check_definition_id, run.pk)] * 2


def test_an_alert_that_closed_nothing_is_no_incident(events, in_production, cora):
    run = run_of(drift(cora, limits={"psi": 100}), cora)
    alert = {"model": in_production.model, "check_definition": run.check_definition, "run": run, "state": "resolved"}
    opened = Alert.objects.create(**alert, title="drift", opened_at=timezone.now() - timedelta(days=9))
    blocked(in_production, f"alert:{opened.pk}9")
    blocked(in_production, f"alert:{opened.pk}", days=10)
    blocked(in_production, f"alert:{opened.pk}", decision="PROCEED")
    assert facts.known(None).closing_alerts == []


def blocked(version: ModelVersion, key: str, *, days: float = 0.5, decision: str = "BLOCKED") -> None:
    """A decision of the deployment gate on a version, for one reason, these days ago."""
    GateDecision.objects.create(
        model_version=version,
        gate="deployment",
        decision=decision,
        reasons=[{"key": key, "sentence": "A blocking alert is open."}],
        decided_by="ci",
        decided_at=timezone.now() - timedelta(days=days),
    )


def registered(version: ModelVersion, name: str, days: float) -> None:
    """A copy of a version, registered these days ago."""
    version.pk, version.version = None, name
    version.registered_at = timezone.now() - timedelta(days=days)
    version.save(force_insert=True)


def test_a_rhythm_needs_three_versions(model_version):
    registered(model_version, "v0", 20)
    assert facts.known(None).between_registrations is None
    registered(model_version, "v00", 10)
    assert abs(facts.known(None).between_registrations - timedelta(days=10)) < timedelta(hours=1)


def test_a_rhythm_needs_a_week_and_looks_back_a_year(model_version):
    registered(model_version, "v0", 6)
    registered(model_version, "v00", 3)
    assert facts.known(None).between_registrations is None
    registered(model_version, "v000", 366)
    assert facts.known(None).between_registrations is None
    registered(model_version, "v0000", 9)
    assert abs(facts.known(None).between_registrations - timedelta(days=3)) < timedelta(hours=1)
