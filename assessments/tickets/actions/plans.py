"""Store what the simulator showed as the plan of an assessment."""

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
    """Store the tickets of a window, by default the last four weeks, and the share 0..1 of each type to remove.

    Invalid for a share outside 0..1, an unknown type, a plan that removes nothing, and a window without labelled tickets.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    triage = triage_of(assessment.organization, start=start, end=end)
    faults = _faults(reductions)
    if not triage.by_type:
        faults.append(
            Fault("from", "empty", "No labelled ticket was opened in this window, so there is nothing to plan.")
        )
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        plan = TriagePlan.objects.create(
            assessment=assessment,
            window_start=triage.window.start,
            window_end=triage.window.end,
            before=[volume._asdict() for volume in triage.volumes()],
            reductions={kind: share for kind, share in reductions.items() if share},
            made_by=actor.name,
            made_at=timezone.now(),
        )
        subject = f"assessment:{assessment.organization.slug}/{assessment.pk}"
        record("triage_plan.made", subject=subject, actor=actor, payload={"reductions": plan.reductions})
    return plan


def _faults(reductions: Mapping[str, float]) -> list[Fault]:
    faults = [
        Fault(f"reductions.{kind}", "invalid", f"{kind!r} is not a type of ticket. Choose {', '.join(TicketType)}.")
        for kind in reductions
        if kind not in set(TicketType)
    ]
    faults += [
        Fault(f"reductions.{kind}", "invalid", f"{share:g} is not a share from 0 to 1.")
        for kind, share in reductions.items()
        if not 0 <= share <= 1
    ]
    if not any(reductions.values()):
        faults.append(Fault("reductions", "empty", "Give at least one type a share above 0."))
    return faults
