"""Plans for the tickets, each against what happened since it was made."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Organization, TriagePlan
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.plan import TypeOutcome, compare
from assessments.tickets.rules.simulator import Simulation, simulate
from platform_site.errors import Unknown


class Outcome(NamedTuple):
    """A plan: what it promised, and each type before, as planned and since. ``weeks`` have passed since it was made."""

    plan: TriagePlan
    promised: Simulation
    lines: list[TypeOutcome]
    weeks: float


def plans(organization: Organization | None) -> QuerySet[TriagePlan]:
    """An organization's plans, the newest first."""
    return _plans().filter(assessment__organization=organization)


def _plans() -> QuerySet[TriagePlan]:
    return TriagePlan.objects.select_related("assessment__organization").order_by("-made_at", "-pk")


def plan(plan_id: int) -> TriagePlan:
    """One plan; Unknown when there is none."""
    record = _plans().filter(pk=plan_id).first()
    if record is None:
        raise Unknown(f"There is no plan {plan_id}.")
    return record


def outcome(of: TriagePlan) -> Outcome:
    """The plan against the tickets opened since it was made."""
    now = timezone.now()
    weeks = (now - of.made_at) / timedelta(weeks=1)
    came = triage_of(of.assessment.organization, start=of.made_at, end=now).volumes()
    lines = compare(of.volumes, of.weeks, of.reductions, came, weeks)
    return Outcome(of, simulate(of.volumes, of.reductions), lines, weeks)
