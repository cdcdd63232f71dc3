"""The catalogue and organizations over the API."""

from __future__ import annotations

from typing import Any

from assessments import models as records
from assessments.organizations.actions import add_organization, change_organization
from assessments.organizations.queries import get_organization, list_capabilities, list_organizations
from assessments.organizations.serializers import (
    CapabilityOutput,
    OrganizationChange,
    OrganizationInput,
    OrganizationOutput,
)
from assessments.strategy.api.triggers import FACTS_EXAMPLE
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read

EXAMPLE = {"slug": "exampleco", "name": "ExampleCo", **FACTS_EXAMPLE}


class Capabilities(ListEndpoint):
    """The standard catalogue of capabilities.

    The whole catalogue at once, in its order.
    """

    serializer_class = CapabilityOutput
    pagination_class = None
    filterset_class = filters(records.Capability, "group")

    def rows(self) -> Any:
        return list_capabilities()


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
        """Change what is known of an organization."""
        fields = self.body
        return change_organization(get_organization(slug), **fields, actor=self.actor)
