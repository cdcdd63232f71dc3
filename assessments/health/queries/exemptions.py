"""The capabilities that organizations leave out for a time."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from assessments.health.rules.exemptions import LeftOut
from assessments.models import Exemption, Organization
from platform_site.errors import Unknown


def list_exemptions() -> QuerySet[Exemption]:
    """Every exemption with its capability and organization, the next to end first."""
    return Exemption.objects.select_related("organization", "capability").order_by("ends_on", "pk")


def in_force() -> QuerySet[Exemption]:
    """Those that count today."""
    return list_exemptions().filter(ended_at=None, ends_on__gte=timezone.localdate())


def get_exemption(exemption_id: int) -> Exemption:
    """One exemption; Unknown when there is none."""
    exemption = list_exemptions().filter(pk=exemption_id).first()
    if exemption is None:
        raise Unknown(f"There is no exemption {exemption_id}.")
    return exemption


def exempt_of(organization: Organization) -> dict[str, LeftOut]:
    """What an organization leaves out today, by the capability's name; one query."""
    return exempt_by_organization([organization]).get(organization.pk, {})


def exempt_by_organization(organizations: Iterable[Organization]) -> dict[int, dict[str, LeftOut]]:
    """The same for several organizations, by their keys; one query."""
    rows = in_force().filter(organization__in=list(organizations))
    columns = ("organization_id", "capability__name", "ends_on", "reason")
    exempt: dict[int, dict[str, LeftOut]] = {}
    for organization_id, name, ends_on, reason in rows.values_list(*columns):
        exempt.setdefault(organization_id, {})[name] = LeftOut(ends_on, reason)
    return exempt
