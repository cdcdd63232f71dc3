"""What is known beside an assessment that belongs into its recommendations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from assessments.health.queries.exemptions import exempt_of
from assessments.health.rules.evidence import Evidence
from assessments.health.rules.recommendations import Known
from assessments.models import Organization, OtherPrevention, Postmortem


def known_of(organization: Organization, evidence: Iterable[Evidence]) -> Known:
    """By capability: what was measured to be without it, by name, the incidents that it would have prevented, and until when
    it is left out."""
    without = {line.capability: line.counter_examples for line in evidence if line.counter_examples}
    return Known(without, incidents_of(organization), exempt_of(organization))


def incidents_of(organization: Organization) -> dict[str, list[str]]:
    """By capability, the titles of the incidents that it would have prevented, the newest first."""
    standing, incidents = standing_postmortems(organization), dict[str, list[str]]()
    first = standing.values_list("capability__name", "title")
    others = OtherPrevention.objects.filter(postmortem__in=standing.order_by())
    rows = [*first, *others.order_by("-postmortem__happened_at").values_list("capability__name", "postmortem__title")]
    for capability, title in rows:
        incidents.setdefault(capability, []).append(title)
    return incidents


def standing_postmortems(organization: Organization) -> QuerySet[Postmortem]:
    """The published postmortems that no published one corrects."""
    published = Postmortem.objects.filter(organization=organization, state=Postmortem.State.PUBLISHED)
    return published.exclude(corrected_by__state=Postmortem.State.PUBLISHED)
