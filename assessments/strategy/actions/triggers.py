"""Record an evaluation of the conditions that call for a platform."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, TriggerEvaluation
from assessments.organizations.actions import ONLY_LEADS
from assessments.strategy.queries.triggers import trigger_status
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record


def record_evaluation(organization: Organization, *, actor: Actor) -> TriggerEvaluation:
    """Record what the facts say now, so that the next evaluation can show what changed."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        status = trigger_status(organization)
        facts = status.facts._asdict()
        facts.pop("others")
        stored = TriggerEvaluation.objects.create(
            organization=organization,
            measured=sorted(facts.pop("measured")),
            facts=facts,
            result=status.evaluation.as_dict(),
            evaluated_by=actor.name,
            evaluated_at=timezone.now(),
        )
        record(
            "triggers.evaluated",
            subject=f"organization:{organization.slug}",
            actor=actor,
            payload={"verdict": status.evaluation.verdict, "states": stored.states, "measured": stored.measured},
        )
    return stored
