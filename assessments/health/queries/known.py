"""What is known beside an assessment that belongs into its recommendations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from assessments.health.rules.evidence import Evidence
from assessments.health.rules.recommendations import Known
from assessments.models import Organization, Postmortem


def known_of(organization: Organization, evidence: Iterable[Evidence]) -> Known:
    """By capability: what was measured to be without it, by name, and the incidents that it would have prevented."""
    incidents: dict[str, list[str]] = {}
    for capability, title in standing_postmortems(organization).values_list("capability__name", "title"):
        incidents.setdefault(capability, []).append(title)
    return Known({line.capability: line.counter_examples for line in evidence if line.counter_examples}, incidents)


def standing_postmortems(organization: Organization) -> QuerySet[Postmortem]:
    """The published postmortems that no published one corrects."""
    published = Postmortem.objects.filter(organization=organization, state=Postmortem.State.PUBLISHED)
    return published.exclude(corrected_by__state=Postmortem.State.PUBLISHED)
