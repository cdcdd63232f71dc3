"""Confirm that a model version uses no registered features: the second person behind that statement (G1b)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from platform_site.people.queries import require_owner
from registry.models import ModelVersion, NoFeaturesConfirmation
from registry.versions.queries.audit_subjects import subject_of


def confirm_no_features(version: ModelVersion, *, reason: str = "", actor: Actor) -> NoFeaturesConfirmation:
    """Confirm that a version uses no registered features; by an approver who did not register it.

    Refused where it declares features, where it was confirmed already, and for a regulated model.
    """
    access.require_another(
        actor, version.registered_by, "You registered this version, so another person must confirm that."
    )
    access.require(
        access.can_approve(actor, version.registered_by), "Only approvers confirm that a version uses no features."
    )
    require_owner(version.registered_by)
    with transaction.atomic():
        rows = ModelVersion.objects.select_for_update(of=("self",), no_key=True).select_related("model")
        version = rows.get(pk=version.pk)
        _require_open_statement(version)
        confirmation = NoFeaturesConfirmation.objects.create(
            model_version=version, confirmed_by=actor.name, confirmed_at=timezone.now(), reason=reason.strip()
        )
        payload = {"stated_by": version.registered_by, "reason": confirmation.reason}
        record("model_version.no_features_confirmed", subject=subject_of(version), actor=actor, payload=payload)
    return confirmation


def _require_open_statement(version: ModelVersion) -> None:
    if not version.uses_no_features:
        raise Refused("features_declared", f"{version} was registered with features. There is nothing to confirm.")
    if version.model.regulated:
        sentence = f"{version.model.name} is regulated: its versions must name the features that they were trained on."
        raise Refused("regulated_without_features", sentence)
    existing = NoFeaturesConfirmation.objects.filter(model_version=version).first()
    if existing:
        by = f"{existing.confirmed_by} confirmed" if existing.confirmed_by else "Nobody has to confirm any more"
        raise Refused("no_features_confirmed", f"{by} that {version} uses no registered features.")
