"""How a version that waits for its parity check becomes current: the check passes, or another person accepts it (F5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import Entry, record_all
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.queries import require_owner
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.features.actions.current_version import Move, move_current
from registry.features.queries.gate_settings import parity_first, waits
from registry.features.queries.parity_evidence import unanswered_by
from registry.features.signals import current_set
from registry.models import CheckRun, Feature, FeatureVersion


def accept_difference(feature: Feature, version: FeatureVersion, *, reason: str, actor: Actor) -> FeatureVersion:
    """Make a version current that waits for its parity check, although it computes other values (F5).

    By an approver or a lead who did not register it, with a reason. Refused where the version does not wait.
    """
    access.require_another(
        actor, version.registered_by, "You registered this version, so another person must accept it."
    )
    allowed = access.can_accept_difference(actor, version.registered_by)
    access.require(allowed, "Only approvers and leads accept that a version computes other values.")
    require_owner(version.registered_by)
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason for accepting the difference. It stays on record.")])
    with transaction.atomic():
        feature = Feature.objects.select_for_update(of=("self",), no_key=True).get(pk=feature.pk)
        if not waits(version, feature):
            raise Refused("not_waiting", f"{version} does not wait for its parity check. There is nothing to accept.")
        entries = move_current([Move(feature, feature.current, version, reason.strip())], actor)
        payload = {"version": version.name, "registered_by": version.registered_by, "reason": reason.strip()}
        accepted = Entry("feature.difference_accepted", f"feature:{feature.name}", payload)
        current_set.send(Feature, feature=feature, version=version)  # it locks alerts: before the head of the log
        record_all([*entries, accepted], actor=actor)
    return version


def accept_after_parity(run: CheckRun) -> list[Entry]:
    """Make a version that waits for its parity check current once the check has passed (F5), over the data, and at least
    the rows, that it failed over before. Returned are the audit events, which the caller records."""
    feature = run.check_definition.feature
    if feature is None or run.outcome != CheckRun.Outcome.PASSED or not parity_first([feature]):
        return []
    parameters = run.check_definition.parameters
    if not _is_registration_check(feature, parameters):
        return []
    if unanswered_by(run):
        return []
    waited = feature.versions.filter(name=parameters["current"]).first()
    if waited and waited.number > (feature.current.number if feature.current else 0):
        reason = f"Its parity check passed (run {run.pk})."
        return move_current([Move(feature, feature.current, waited, reason)], SYSTEM)
    return []


def _is_registration_check(feature: Feature, parameters: Mapping[str, Any]) -> bool:
    """Whether a parity check is against the current version, with the limits of the check that registration starts."""
    required = {"trained": feature.current.name if feature.current else None, **ParityParameters().as_dict()}
    return {name: parameters.get(name) for name in required} == required
