"""The levels that organizations set themselves."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from assessments.models import Organization, Rubric
from platform_site.errors import Unknown


def rubrics_of(organization: Organization) -> QuerySet[Rubric]:
    """Its versions, the newest first, each with how many assessments it judges as `judged`."""
    rows = Rubric.objects.filter(organization=organization).select_related("organization")
    return rows.annotate(judged=Count("assessments")).order_by("-number")


def newest_rubric(organization: Organization) -> Rubric | None:
    """The version that new assessments are judged by; None: the standard rubric."""
    return Rubric.objects.filter(organization=organization).order_by("-number").first()


def get_rubric(organization: Organization, number: int | None) -> Rubric | None:
    """One version, None for the standard rubric; Unknown when there is no such version."""
    if number is None:
        return None
    rubric = Rubric.objects.filter(organization=organization, number=number).first()
    if rubric is None:
        raise Unknown(f"{organization.slug} has no rubric {number}.")
    return rubric
