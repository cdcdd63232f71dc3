"""Set what an organization wants to reach, and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.health.queries.targets import target_of, targetable_levels
from assessments.models import HealthTarget, Organization
from assessments.organizations.actions import ONLY_LEADS, lock_organization
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Unknown, check_record
from platform_site.text.changes import changes

LONGEST = timedelta(days=5 * 366)


def set_target(
    organization: Organization, *, score: int | None = None, level: str = "", due_on: date, actor: Actor
) -> HealthTarget:
    """Set or replace an organization's target; Invalid with every fault. The same target again records nothing."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = lock_organization(organization)
        existing = target_of(organization)
        before = _values(existing) if existing else None
        target = existing or HealthTarget(organization=organization)
        target.score, target.level, target.due_on = score, level, due_on
        target.set_by, target.set_at = actor.name, timezone.now()
        if faults := [*_faults(organization, target), *_own_faults(target)]:
            raise Invalid(faults)
        if _values(target) == before:
            return target
        target.save()
        payload = _values(target) | {"changes": changes(before or {}, _values(target))}
        record("organization.target_set", subject=_subject(organization), actor=actor, payload=payload)
    return target


def remove_target(organization: Organization, *, actor: Actor) -> None:
    """Remove an organization's target; Unknown where it has none."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = lock_organization(organization)
        target = target_of(organization)
        if target is None:
            raise Unknown(f"{organization.name} has no target to remove.")
        target.delete()
        payload = {"changes": changes(_values(target), dict.fromkeys(_values(target)))}
        record("organization.target_removed", subject=_subject(organization), actor=actor, payload=payload)


def _faults(organization: Organization, target: HealthTarget) -> list[Fault]:
    faults, today = [], timezone.localdate()
    if organization.archived_at is not None:
        faults.append(Fault("organization", "archived", f"{organization.name} is archived: set no target for it."))
    if target.score is None and not target.level:
        faults.append(Fault("score", "required", "Set a score, a level or both."))
    levels = targetable_levels(organization)
    if target.level and target.level not in levels:
        named = ", ".join(levels)
        faults.append(Fault("level", "unknown", f"{target.level[:40]!r} is not a level. Choose from {named}."))
    if not today < target.due_on <= today + LONGEST:
        sentence = f"{target.due_on} is not a day to aim at. Choose one after {today} and until {today + LONGEST}."
        faults.append(Fault("due_on", "out_of_range", sentence))
    return faults


def _own_faults(target: HealthTarget) -> list[Fault]:
    """What the record's own fields find."""
    try:
        check_record(target)
    except Invalid as invalid:
        return [fault for fault in invalid.faults if fault.field in ("score", "level", "due_on")]
    return []


def _values(target: HealthTarget) -> dict[str, Any]:
    return {"score": target.score, "level": target.level, "due_on": str(target.due_on)}


def _subject(organization: Organization) -> str:
    return f"organization:{organization.slug}"
