"""Organizations over the API."""

from __future__ import annotations

from typing import Any

from assessments.organizations.actions import add_organization, change_organization
from assessments.organizations.queries import get_organization, list_organizations
from assessments.organizations.serializers import (
    OrganizationChange,
    OrganizationInput,
    OrganizationOutput,
)
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read

FACTS_EXAMPLE = {
    "production_models": 4,
    "shipping_teams": 3,
    "ships_demand_or_fraud": True,
    "skew_or_drift_incidents_12m": 1,
    "teams_with_own_tooling": 3,
}
EXAMPLE = {"slug": "exampleco", "name": "ExampleCo", **FACTS_EXAMPLE}


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
