"""Organizations over the API."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from assessments.models import Organization as Record
from assessments.organizations.actions import add_organization, change_organization
from assessments.organizations.queries import get_organization, list_organizations
from assessments.organizations.scope import chosen
from assessments.organizations.serializers import (
    OrganizationChange,
    OrganizationInput,
    OrganizationOutput,
    OrganizationParameter,
)
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read

if TYPE_CHECKING:
    from platform_site.people.models import User

FACTS_EXAMPLE = {
    "production_models": 4,
    "shipping_teams": 3,
    "ships_demand_or_fraud": True,
    "skew_or_drift_incidents_12m": 1,
    "teams_with_own_tooling": 3,
}
EXAMPLE = {"slug": "exampleco", "name": "ExampleCo", **FACTS_EXAMPLE}


class OfOneOrganization(Endpoint):
    """An endpoint whose figures and records belong to one organization: that of `?organization=`, else that of the
    caller's teams, else the first one."""

    shared_parameters = (OrganizationParameter,)
    other_parameters: ClassVar[Sequence[str]] = ("organization",)

    @cached_property
    def organization(self) -> Record | None:
        """Whose figures are answered; None while there is no organization."""
        return chosen(self.request.query_params.get("organization", ""), cast("User", self.request.user))

    @property
    def named_organization(self) -> Record | None:
        """The organization that the caller names for a new record; None: its team decides."""
        return self.organization if self.request.query_params.get("organization") else None


class Organizations(ListEndpoint):
    """List organizations."""

    serializer_class = OrganizationOutput
    search_fields = ("slug", "name")
    ordering_fields = ("slug", "name")

    def rows(self) -> Any:
        return list_organizations()

    @Verb("add", takes=OrganizationInput, status=201, examples={"with what is known": EXAMPLE})
    def post(self) -> Any:
        """Add an organization."""
        return add_organization(**self.body, actor=self.actor)


class Organization(Read):
    """An organization."""

    serializer_class = OrganizationOutput

    def content(self, slug: str) -> Any:
        return get_organization(slug)

    @Verb("change", takes=OrganizationChange, examples={"a fact that somebody found out": {"compliance": True}})
    def patch(self, slug: str) -> Any:
        """Change the facts about an organization."""
        fields = self.body
        return change_organization(get_organization(slug), **fields, actor=self.actor)
