"""The catalogue and organizations over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions.organizations import add_organization, change_organization
from assessments.api.serializers.organizations import (
    CapabilityOutput,
    OrganizationChange,
    OrganizationInput,
    OrganizationOutput,
)
from assessments.api.triggers import FACTS_EXAMPLE
from assessments.queries import assessments
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint


class Capabilities(ListEndpoint):
    """`capabilities/`: the whole catalogue at once, in its order"""

    serializer_class = CapabilityOutput
    pagination_class = None
    filterset_class = filters(records.Capability, "group")

    def rows(self) -> Any:
        return assessments.capabilities()

    @extend_schema(summary="The standard catalogue of capabilities", operation_id="capabilities_list")
    def get(self, request: Request) -> Response:
        return self.list(request)


class Organizations(ListEndpoint):
    """`organizations/`"""

    serializer_class = OrganizationOutput
    search_fields = ("slug", "name")
    ordering_fields = ("slug", "name")

    def rows(self) -> Any:
        return assessments.organizations()

    @extend_schema(summary="List organizations", operation_id="organizations_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Add an organization",
        operation_id="organizations_add",
        request=OrganizationInput,
        responses={201: OrganizationOutput},
        examples=[
            OpenApiExample(
                "with what is known",
                request_only=True,
                value={"slug": "exampleco", "name": "ExampleCo", **FACTS_EXAMPLE},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        organization = add_organization(**self.read(OrganizationInput).validated_data, actor=self.actor)
        return Response(OrganizationOutput(organization).data, status=201)


class Organization(Endpoint):
    """`organizations/{slug}/`"""

    serializer_class = OrganizationOutput

    @extend_schema(summary="An organization", operation_id="organizations_read")
    def get(self, request: Request, slug: str) -> Response:
        return Response(OrganizationOutput(assessments.organization(slug)).data)

    @extend_schema(
        summary="Change what is known of an organization",
        operation_id="organizations_change",
        request=OrganizationChange,
        responses=OrganizationOutput,
        examples=[OpenApiExample("a fact that somebody found out", request_only=True, value={"compliance": True})],
    )
    def patch(self, request: Request, slug: str) -> Response:
        changed = self.read(OrganizationChange).validated_data
        organization = change_organization(assessments.organization(slug), **changed, actor=self.actor)
        return Response(OrganizationOutput(organization).data)
