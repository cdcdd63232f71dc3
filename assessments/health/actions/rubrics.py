"""Set an organization's own levels, version by version."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from assessments.health.rules.maturity import Level
from assessments.health.rules.rubric import level_faults
from assessments.models import Organization, Rubric
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import capabilities_of
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record


def make_rubric(organization: Organization, *, levels: Sequence[Level], reason: str, actor: Actor) -> Rubric:
    """Make the next version of an organization's levels; Invalid with every fault.

    Assessments begun from now on are judged by it. Earlier ones keep theirs, and a draft can switch to any version.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    known = set(capabilities_of(organization).values_list("name", flat=True))
    faults = [
        Fault(f"levels.{place}".rstrip("."), "invalid", sentence) for place, sentence in level_faults(levels, known)
    ]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        rubric = Rubric(
            organization=organization,
            number=organization.rubrics.count() + 1,
            content=[level._asdict() | {"requires": list(level.requires)} for level in levels],
            reason=reason.strip(),
            made_by=actor.name,
            made_at=timezone.now(),
        )
        check_record(rubric)
        rubric.save(force_insert=True)
        payload = {"number": rubric.number, "reason": rubric.reason, "levels": rubric.content}
        record("rubric.made", subject=f"organization:{organization.slug}", actor=actor, payload=payload)
    return rubric
