"""Evaluate a gate: the decision is made under lock and recorded, whichever way it goes."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from registry.models import Feature, GateDecision, ModelVersion, SnapshotEntry, SourceTable
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.gate_reports import report_of_verdict
from registry.versions.rules.gates import Verdict


def evaluate_deployment_gate(version: ModelVersion, *, actor: Actor) -> GateDecision:
    """Decide whether this model version may be deployed now (G5), and record what the decision was based on.

    The version and its features are locked while deciding, so that no registration slips in between.
    """
    access.require(access.can_ask_gate(actor), "Only people with a role can evaluate the gate.")
    with transaction.atomic():
        return record_deployment_decision(version, actor=actor)


def record_deployment_decision(
    version: ModelVersion, *, environment: str = "", pins: Mapping[str, str] | None = None, actor: Actor
) -> GateDecision:
    """Evaluate the deployment gate under lock and record the decision, inside the transaction of the caller.

    In one environment if one is named; ``pins`` take precedence over the version's own.
    """
    version = lock_version(version)
    verdict = gates.deployment_verdict(version, environment=environment, pins=pins, requester=actor.name)
    return record_decision(version, GateDecision.Gate.DEPLOYMENT, verdict, actor)


def record_decision(version: ModelVersion, gate: str, verdict: Verdict, actor: Actor) -> GateDecision:
    """Store a verdict with its audit event, inside the transaction of the caller. The event has the message that
    webhooks send."""
    decision = GateDecision.objects.create(
        model_version=version, gate=gate, decided_by=actor.name, decided_at=timezone.now(), **verdict.as_dict()
    )
    payload = {"gate": gate, "gate_decision": decision.pk} | report_of_verdict(version, verdict)
    del payload["markdown"]
    record("gate.decided", subject=subject_of(version), actor=actor, payload=payload)
    return decision


def lock_version(version: ModelVersion) -> ModelVersion:
    """Lock the version, its features and their source tables, in this order, and read the version again; inside the
    transaction of the caller."""
    locked = (
        ModelVersion.objects.select_for_update(of=("self",), no_key=True).select_related("model").get(pk=version.pk)
    )
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    features = Feature.objects.filter(pk__in=entries.values("feature"))
    list(features.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    tables = SourceTable.objects.filter(name__in=entries.values("feature_version__source_table"))
    list(tables.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return locked
