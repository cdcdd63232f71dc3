"""Keep what the simulator showed as the plan of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, TriagePlan
from assessments.organizations.actions import ONLY_LEADS
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.tickets import TicketType
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid


def make_plan(
    assessment: Assessment,
    *,
    reductions: Mapping[str, float],
    start: datetime | None = None,
    end: datetime | None = None,
    actor: Actor,
) -> TriagePlan:
    """Keep the tickets of a window, the last four weeks unless told, and the shares 0..1 of each type to remove.

    Invalid for a share outside of 0..1 or of no type, for a plan that removes nothing, and for a window without tagged
    tickets.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    found = triage_of(start=start, end=end)
    faults = _faults(reductions)
    if not found.by_type:
        faults.append(Fault("from", "empty", "No tagged ticket was opened in this window: there is nothing to plan."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        plan = TriagePlan.objects.create(
            assessment=assessment,
            window_start=found.window.start,
            window_end=found.window.end,
            before=[volume._asdict() for volume in found.volumes()],
            reductions={kind: share for kind, share in reductions.items() if share},
            made_by=actor.name,
            made_at=timezone.now(),
        )
        subject = f"assessment:{assessment.organization.slug}/{assessment.pk}"
        record("triage_plan.made", subject=subject, actor=actor, payload={"reductions": plan.reductions})
    return plan


def _faults(reductions: Mapping[str, float]) -> list[Fault]:
    faults = [
        Fault(f"reductions.{kind}", "invalid", f"{kind!r} is no type of ticket.")
        for kind in reductions
        if kind not in set(TicketType)
    ]
    faults += [
        Fault(f"reductions.{kind}", "invalid", "A reduction is a share from 0 to 1.")
        for kind, share in reductions.items()
        if not 0 <= share <= 1
    ]
    if not any(reductions.values()):
        faults.append(Fault("reductions", "empty", "Remove some share of at least one type."))
    return faults
