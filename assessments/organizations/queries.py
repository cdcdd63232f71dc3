"""Organizations, their capabilities and their assessments, as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from assessments.models import Assessment, AssessmentItem, Capability, Organization, Retirement
from platform_site.errors import Unknown


def list_capabilities() -> QuerySet[Capability]:
    """The standard catalogue, in its order."""
    return Capability.objects.filter(organization=None, retired_at=None)


def capabilities_of(organization: Organization) -> QuerySet[Capability]:
    """What an assessment of this organization covers: the standard catalogue and its own capabilities, without retired
    ones."""
    own_or_standard = Q(organization=None) | Q(organization=organization)
    return Capability.objects.filter(own_or_standard, retired_at=None)


def own_capabilities(organization: Organization) -> QuerySet[Capability]:
    """What an organization added itself, retired ones too."""
    return Capability.objects.filter(organization=organization)


def get_own_capability(organization: Organization, name: str) -> Capability:
    """One of those by its name; Unknown where there is none."""
    capability = own_capabilities(organization).filter(name=name).first()
    if capability is None:
        raise Unknown(f"{organization.name} has no capability {name[:63]} of its own.")
    return capability


def retirements_of(organization: Organization) -> QuerySet[Retirement]:
    """The standard capabilities that an organization has no use for, in the order of the catalogue."""
    return Retirement.objects.filter(organization=organization).select_related("capability", "organization")


def list_organizations(*, archived: bool = True) -> QuerySet[Organization]:
    """Every organization, by name; without the archived ones where they are not wanted."""
    rows = Organization.objects.order_by("name")
    return rows if archived else rows.filter(archived_at=None)


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


def current_assessments(at: datetime | None = None) -> QuerySet[Assessment]:
    """The assessment that decides for each organization at a moment, with its items: whoever asks what is current asks
    here.

    Of those published by then, dated no later than then, and not corrected by one that was published by then, the newest.
    """
    at = at or timezone.now()
    deciding = Assessment.objects.filter(
        state=Assessment.State.PUBLISHED, published_at__lte=at, assessed_on__lte=at.astimezone(UTC).date()
    ).exclude(pk__in=_corrected(at))
    newest = deciding.filter(organization=OuterRef("organization")).order_by("-assessed_on", "-pk")
    return list_assessments().filter(pk=Subquery(newest.values("pk")[:1]))


def current_assessment(organization: Organization | None, at: datetime | None = None) -> Assessment | None:
    """What decides for one organization at a moment; None before its first, and without an organization."""
    return current_assessments(at).filter(organization=organization).first() if organization else None


def uncorrected_assessments(organization: Organization, at: datetime | None = None) -> QuerySet[Assessment]:
    """Its published assessments that no published one corrects, oldest first, without their items."""
    at = at or timezone.now()
    published = Assessment.objects.filter(
        organization=organization, state=Assessment.State.PUBLISHED, published_at__lte=at
    )
    return published.exclude(pk__in=_corrected(at)).select_related("rubric").order_by("assessed_on", "pk")


def _corrected(at: datetime) -> QuerySet[Assessment, Any]:
    corrections = Assessment.objects.filter(state=Assessment.State.PUBLISHED, published_at__lte=at)
    return corrections.exclude(corrects=None).values("corrects")
