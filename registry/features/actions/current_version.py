"""Which version of a feature serving computes by default (F5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import Entry, record_all
from platform_site.errors import Fault, Invalid, Refused
from registry.features.queries.gate_settings import parity_first, waits
from registry.features.signals import current_set
from registry.models import CurrentLogic, CurrentVersionChange, Feature, FeatureVersion


def set_current(feature: Feature, version: FeatureVersion, *, reason: str, actor: Actor) -> FeatureVersion:
    """Make another version, older or newer, the one that serving computes by default, with a reason (F5)."""
    team = feature.owner_team.slug
    access.require(access.can_contribute(actor, team), f"Only contributors of team {team} set the current version.")
    if not reason.strip():
        raise Invalid(
            [Fault("reason", "missing", "Give a reason for changing the current version; it is kept in the audit log.")]
        )
    with transaction.atomic():
        feature = Feature.objects.select_for_update(no_key=True).get(pk=feature.pk)
        if feature.current_id != version.pk:
            _require_not_waiting(feature, version)
            entries = move_current([Move(feature, feature.current, version, reason)], actor)
            current_set.send(Feature, feature=feature, version=version)  # it locks alerts: before the head of the log
            record_all(entries, actor=actor)
    return version


def _require_not_waiting(feature: Feature, version: FeatureVersion) -> None:
    if parity_first([feature]) and waits(version, feature):
        sentence = (
            f"{version} waits for its parity check. It becomes current when the check passes, or when an approver or a "
            f"lead other than {version.registered_by} accepts the difference."
        )
        raise Refused("parity_first", sentence)


class Move(NamedTuple):
    """A feature's current version, before and after, and why."""

    feature: Feature
    before: FeatureVersion | None
    after: FeatureVersion
    reason: str


def move_current(moves: Sequence[Move], actor: Actor) -> list[Entry]:
    """Store the moves; their audit events, which the caller records."""
    for move in moves:
        move.feature.current = move.after
    Feature.objects.bulk_update([move.feature for move in moves], ["current"])
    CurrentLogic.objects.bulk_create(
        [
            CurrentLogic(feature=move.feature, version=move.after, folded=move.after.computation_logic.casefold())
            for move in moves
        ],
        update_conflicts=True,
        unique_fields=["feature"],
        update_fields=["version", "folded"],
    )
    now = timezone.now()
    CurrentVersionChange.objects.bulk_create(
        CurrentVersionChange(
            feature=move.feature,
            before=move.before,
            after=move.after,
            reason=move.reason,
            changed_by=actor.name,
            changed_at=now,
        )
        for move in moves
    )
    return [
        Entry(
            "feature.current_changed",
            f"feature:{move.feature.name}",
            {"from": move.before.name if move.before else None, "to": move.after.name, "reason": move.reason},
        )
        for move in moves
    ]
