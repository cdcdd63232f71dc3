"""Organizations, their capabilities and their assessments, as they are stored."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from assessments.models import Assessment, AssessmentItem, Capability, Organization
from platform_site.errors import Unknown


def list_capabilities() -> QuerySet[Capability]:
    """The standard catalogue, in its order."""
    return Capability.objects.filter(organization=None, retired_at=None)


def capabilities_of(organization: Organization) -> QuerySet[Capability]:
    """What an assessment of this organization covers: the standard catalogue and its own capabilities, without retired
    ones."""
    own_or_standard = Q(organization=None) | Q(organization=organization)
    return Capability.objects.filter(own_or_standard, retired_at=None)


def list_organizations() -> QuerySet[Organization]:
    """Every organization."""
    return Organization.objects.order_by("name")


def get_organization(slug: str) -> Organization:
    """One organization; Unknown when there is none."""
    organization = list_organizations().filter(slug=slug).first()
    if organization is None:
        raise Unknown(f"There is no organization {slug}.")
    return organization


def list_assessments() -> QuerySet[Assessment]:
    """Every assessment with its items, newest first, in two queries."""
    items = AssessmentItem.objects.select_related("capability")
    return Assessment.objects.select_related("organization", "corrects", "rubric").prefetch_related(
        Prefetch("items", queryset=items)
    )


def get_assessment(assessment_id: int) -> Assessment:
    """One assessment; Unknown when there is none."""
    assessment = list_assessments().filter(pk=assessment_id).first()
    if assessment is None:
        raise Unknown(f"There is no assessment {assessment_id}.")
    return assessment


def latest_published(organization: Organization | None = None) -> Assessment | None:
    """The newest published assessment, of one organization or of all."""
    published = list_assessments().filter(state=Assessment.State.PUBLISHED)
    return (published.filter(organization=organization) if organization else published).first()
