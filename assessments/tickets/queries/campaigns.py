"""Labelling campaigns: which one is running, how far it is, and its report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from assessments.models import LabellingCampaign, Organization, Ticket
from assessments.tickets.queries.labelling import LABELLED, Opened, labelling_of, opened_in
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.campaigns import (
    Labels,
    Report,
    as_csv,
    as_markdown,
    as_values,
    days_left,
    ranked,
    report,
)
from assessments.tickets.rules.triage import pareto
from platform_site.access import Role
from platform_site.documents.files import File
from platform_site.errors import Fault, Invalid, Unknown
from platform_site.people.models import User

LABELLERS = (Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR)
KINDS = {"json": "application/json", "csv": "text/csv", "md": "text/markdown"}
SUGGESTED = LABELLED & ~Q(suggested_type="")


class Progress(NamedTuple):
    """How far a running campaign is: its tickets, those labelled, who labelled how many, and the days left."""

    campaign: LabellingCampaign
    total: int
    labelled: int
    by_person: Sequence[tuple[str, int]]
    days_left: int


def campaigns(organization: Organization | None) -> QuerySet[LabellingCampaign]:
    """An organization's campaigns, the newest first."""
    return _campaigns().filter(organization=organization)


def running(organization: Organization | None) -> LabellingCampaign | None:
    """The campaign that is running; one query."""
    return campaigns(organization).filter(ended_at=None).first()


def get_campaign(pk: int) -> LabellingCampaign:
    """One campaign; Unknown when there is none."""
    record = _campaigns().filter(pk=pk).first()
    if record is None:
        raise Unknown(f"There is no labelling campaign {pk}.")
    return record


def _campaigns() -> QuerySet[LabellingCampaign]:
    return LabellingCampaign.objects.select_related("organization")


def possible_people() -> QuerySet[User]:
    """Who may label tickets."""
    people = User.objects.filter(is_active=True, is_service=False, groups__name__in=LABELLERS)
    return people.distinct().order_by("username")


def window_of(campaign: LabellingCampaign) -> Opened:
    """From the first moment of its first day to the last of its last one, in UTC."""
    return Opened(_midnight(campaign.starts_on), _midnight(campaign.ends_on + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def window_now(organization: Organization | None) -> Opened:
    """Whose tickets the label queue asks for: those of the running campaign, else of the last four weeks."""
    campaign = running(organization)
    return window_of(campaign) if campaign else Opened.lately()


def progress_of(campaign: LabellingCampaign) -> Progress:
    """How far a campaign is; three queries."""
    tickets = opened_in(campaign.organization, window_of(campaign))
    counts = labelling_of(campaign.organization, window_of(campaign))
    by_person = ranked(people_of(campaign), labels_by_person(tickets))
    return Progress(campaign, *counts, by_person, days_left_of(campaign))


def days_left_of(campaign: LabellingCampaign) -> int:
    """How many days are left, today among them."""
    return days_left(campaign.ends_on, timezone.now().date())


def report_of(campaign: LabellingCampaign) -> Report:
    """What it has reached by now; what it had reached when it was ended."""
    return Report(**campaign.report) if campaign.report else compute_report(campaign)


def compute_report(campaign: LabellingCampaign) -> Report:
    """The report from the tickets and the triage."""
    window = window_of(campaign)
    tickets = opened_in(campaign.organization, window)
    triage = triage_of(campaign.organization, start=window.start, end=window.end)
    labels, people = labels_in(tickets), people_of(campaign)
    counts = labelling_of(campaign.organization, window)
    return report(counts, labels, people, pareto(triage.by_type), triage.proposed)


def as_shown(campaign: LabellingCampaign) -> LabellingCampaign:
    """The campaign with the days left and what it has reached, as the API answers it."""
    campaign.days_left, campaign.figures = days_left_of(campaign), as_values(report_of(campaign))
    return campaign


def report_file(campaign: LabellingCampaign, kind: str) -> File:
    """The report as one of KINDS; Invalid for another kind."""
    if kind not in KINDS:
        raise Invalid([Fault("format", "invalid", f"{kind[:20]!r} is not a report format. Choose {', '.join(KINDS)}.")])
    return File(f"labelling-campaign-{campaign.pk}.{kind}", KINDS[kind], _content(campaign, kind))


def _content(campaign: LabellingCampaign, kind: str) -> str:
    result = report_of(campaign)
    if kind == "md":
        return as_markdown(campaign, result)
    if kind == "json":
        return json.dumps(as_values(result), indent=2)
    return as_csv(result)


def people_of(campaign: LabellingCampaign) -> list[str]:
    """The usernames of who takes part."""
    return list(campaign.people.order_by("username").values_list("username", flat=True))


def labels_in(tickets: QuerySet[Ticket]) -> Labels:
    """Who gave these tickets their labels, and how often the suggestion was right; two queries."""
    right = SUGGESTED & Q(suggested_type=F("type"))
    counts = tickets.aggregate(suggested=Count("pk", filter=SUGGESTED), right=Count("pk", filter=right))
    return Labels(labels_by_person(tickets), **counts)


def labels_by_person(tickets: QuerySet[Ticket]) -> dict[str, int]:
    """How many of these tickets each person labelled; labels that came with an import are nobody's. One query."""
    rows = tickets.filter(LABELLED).exclude(labelled_by="").values_list("labelled_by").annotate(Count("pk"))
    return dict(rows)
