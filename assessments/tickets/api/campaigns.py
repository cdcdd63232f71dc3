"""Labelling campaigns over the API: list, start, read, end, and the report as a file."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from assessments import models as records
from assessments.organizations.api import OfOneOrganization
from assessments.tickets.actions.campaigns import end_campaign, start_campaign
from assessments.tickets.queries import campaigns
from assessments.tickets.serializers import campaigns as shapes
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.documents.files import download
from platform_site.errors import Unknown

EXAMPLE = {"people": ["lead", "contributor"]}


class Campaigns(OfOneOrganization, ListEndpoint):
    """List labelling campaigns."""

    noun = "tickets_campaigns"
    serializer_class = shapes.CampaignOutput
    filterset_class = filters(
        records.LabellingCampaign,
        "started_by",
        running=django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull"),
    )
    ordering_fields = ("started_at", "starts_on", "ends_on")

    def rows(self) -> Any:
        return campaigns.campaigns(self.organization).prefetch_related("people")

    @Verb(
        "start",
        takes=shapes.CampaignInput,
        gives=shapes.CampaignProgressOutput,
        status=201,
        examples={"four weeks from today": EXAMPLE},
    )
    def post(self) -> Any:
        """Start a labelling campaign; the label queue asks for its tickets from then on.

        409 while one of the organization is running. 422 with every fault.
        """
        if self.organization is None:
            raise Unknown("There is no organization yet. Add one, then start its campaign.")
        return campaigns.as_shown(start_campaign(self.organization, **self.body, actor=self.actor))


class Campaign(Read):
    """A labelling campaign, and what it has reached."""

    noun = "tickets_campaigns"
    serializer_class = shapes.CampaignProgressOutput

    def content(self, pk: int) -> Any:
        return campaigns.as_shown(campaigns.get_campaign(pk))


class CampaignEnding(Endpoint):
    """End a labelling campaign and store its report.

    409 when it ended already.
    """

    noun = "tickets_campaigns"
    serializer_class = shapes.CampaignProgressOutput

    @Verb("end")
    def post(self, pk: int) -> Any:
        return campaigns.as_shown(end_campaign(campaigns.get_campaign(pk), actor=self.actor))


class CampaignReport(Endpoint):
    """A labelling campaign's report as a file."""

    noun = "tickets_campaigns"
    get_verb = "report"
    serializer_class = shapes.CampaignReportOutput
    parameters = (OpenApiParameter("format", str, enum=list(campaigns.KINDS), default="json"),)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """`format` names the kind of file here, not a renderer."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        responses={
            (200, "application/json"): shapes.CampaignReportOutput,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "text/markdown"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        file = campaigns.report_file(campaigns.get_campaign(pk), request.query_params.get("format", "json"))
        return download(file)
