"""Keep an evaluation of the conditions that call for a platform."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, TriggerEvaluation
from assessments.organizations.actions import ONLY_LEADS
from assessments.strategy.queries.triggers import standing
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record


def keep_evaluation(organization: Organization, *, actor: Actor) -> TriggerEvaluation:
    """Keep what the facts say now, so that the next evaluation can tell what moved."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        found = standing(organization)
        facts = found.facts._asdict()
        kept = TriggerEvaluation.objects.create(
            organization=organization,
            measured=sorted(facts.pop("measured")),
            facts=facts,
            result=found.now.as_dict(),
            evaluated_by=actor.name,
            evaluated_at=timezone.now(),
        )
        record(
            "triggers.evaluated",
            subject=f"organization:{organization.slug}",
            actor=actor,
            payload={"verdict": found.now.verdict, "states": kept.states, "measured": kept.measured},
        )
    return kept
