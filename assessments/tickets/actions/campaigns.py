"""Start a labelling campaign, and end it with its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import LabellingCampaign, Organization
from assessments.tickets.queries.campaigns import compute_report, possible_people, running
from assessments.tickets.rules.campaigns import USUAL, period_faults
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.models import User

WHO = "Only leads start and end labelling campaigns."
MOST_NAMED = 20


def start_campaign(
    organization: Organization,
    *,
    people: Sequence[str],
    starts_on: date | None = None,
    ends_on: date | None = None,
    at: datetime | None = None,
    actor: Actor,
) -> LabellingCampaign:
    """Start a campaign with these people, by default from today for four weeks. Invalid with every fault.

    Refused while another one of the organization is running. ``at``: when it began, where that was earlier than now.
    """
    access.require(access.can_assess(actor), WHO)
    at = at or timezone.now()
    today = at.date()
    starts_on = starts_on or today
    ends_on = ends_on or min(starts_on, date.max - USUAL) + USUAL
    users, faults = _people(people)
    faults += [Fault(field, "invalid", sentence) for field, sentence in period_faults(starts_on, ends_on, today)]
    if organization.archived_at is not None:
        faults.append(Fault("organization", "archived", f"{organization.name} is archived: start nothing new for it."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if other := running(organization):
            sentence = f"A labelling campaign of {organization.name} is running, from {other}. End it before you start another one."
            raise Refused("campaign_running", sentence)
        campaign = LabellingCampaign.objects.create(
            organization=organization, starts_on=starts_on, ends_on=ends_on, started_by=actor.name, started_at=at
        )  # fmt: skip
        campaign.people.set(users)
        payload: dict[str, Any] = {
            "organization": organization.slug,
            "starts_on": str(starts_on),
            "ends_on": str(ends_on),
        }
        payload |= {"people": sorted(user.username for user in users)}
        record("labelling_campaign.started", subject=_subject(campaign), actor=actor, payload=payload)
    return campaign


def end_campaign(campaign: LabellingCampaign, *, at: datetime | None = None, actor: Actor) -> LabellingCampaign:
    """End a campaign and store its report, which what happens to the tickets afterwards does not change.

    ``at``: when it ended, where that was earlier than now.
    """
    access.require(access.can_assess(actor), WHO)
    with transaction.atomic():
        rows = LabellingCampaign.objects.select_related("organization")
        stored = rows.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
        if stored.ended_at is not None:
            sentence = f"This campaign was ended by {stored.ended_by} on {stored.ended_at:%Y-%m-%d}. Read its report."
            raise Refused("campaign_ended", sentence)
        report = compute_report(stored)
        stored.report, stored.ended_by, stored.ended_at = report._asdict(), actor.name, at or timezone.now()
        stored.save()
        payload = {
            "tickets": report.total,
            "labelled": report.labelled,
            "suggested": report.suggested,
            "right": report.right,
        }
        record("labelling_campaign.ended", subject=_subject(stored), actor=actor, payload=payload)
    return stored


def _people(names: Sequence[str]) -> tuple[list[User], list[Fault]]:
    """The users of these names, with a fault for each that may not label."""
    if not names:
        return [], [Fault("people", "required", "Name at least one person who labels tickets.")]
    known = {user.username: user for user in possible_people()}
    choices = ", ".join([*known][:MOST_NAMED]) or "nobody yet: give somebody the role contributor or lead"
    faults = [
        Fault("people", "invalid", f"{name[:80]!r} cannot label tickets. Choose from {choices}.")
        for name in dict.fromkeys(names)
        if name not in known
    ]
    return [known[name] for name in dict.fromkeys(names) if name in known], faults


def _subject(campaign: LabellingCampaign) -> str:
    return f"labelling_campaign:{campaign.pk}"
