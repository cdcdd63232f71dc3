"""Exemptions over the API: list, grant, end early."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from assessments import models as records
from assessments.health.actions.exemptions import end_exemption, grant_exemption
from assessments.health.queries.exemptions import get_exemption, in_force, list_exemptions
from assessments.health.serializers.exemptions import ExemptionEnd, ExemptionInput, ExemptionOutput
from assessments.organizations.api import OfOneOrganization
from assessments.organizations.queries import get_organization
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read

EXAMPLE = {
    "organization": "exampleco",
    "capability": "compute_scaling",
    "reason": "The GPU contract is renewed in spring; until then nobody can order machines.",
    "ends_on": "2027-03-01",
}


class InForceFilter(django_filters.BooleanFilter):
    """Those that count today, or all others."""

    def filter(self, rows: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        if value is None:
            return rows
        counting = in_force().order_by().values("pk")
        return rows.filter(pk__in=counting) if value else rows.exclude(pk__in=counting)


class Exemptions(OfOneOrganization, ListEndpoint):
    """List the exemptions of an organization, the next to end first; ended ones too."""

    serializer_class = ExemptionOutput
    filterset_class = filters(records.Exemption, capability="capability__name", in_force=InForceFilter())
    search_fields = ("reason",)
    ordering_fields = ("ends_on", "granted_at")

    def rows(self) -> Any:
        return list_exemptions().filter(organization=self.organization)

    @Verb("grant", takes=ExemptionInput, status=201, examples={"until the spring": EXAMPLE})
    def post(self) -> Any:
        """Leave a capability of an organization out until a day.

        Plan and recommendations do not propose it until then; score and levels do not change. 422 with every fault: an
        unknown capability, one that is left out already, a day more than a year away.
        """
        fields = dict(self.body)
        organization = get_organization(fields.pop("organization"))
        return get_exemption(grant_exemption(organization, **fields, actor=self.actor).pk)


class Exemption(Read):
    """An exemption."""

    serializer_class = ExemptionOutput

    def content(self, pk: int) -> Any:
        return get_exemption(pk)


class ExemptionEnding(Endpoint):
    """End an exemption before its last day.

    409 when it ended already.
    """

    serializer_class = ExemptionOutput

    @Verb("end", takes=ExemptionEnd, examples={"earlier": {"reason": "The machines came in January."}})
    def post(self, pk: int) -> Any:
        end_exemption(get_exemption(pk), **self.body, actor=self.actor)
        return get_exemption(pk)
