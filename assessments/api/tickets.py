"""Tickets and their triage over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from assessments import models as records
from assessments.actions.tickets import record_ticket, record_tickets, remove_samples
from assessments.api.serializers.tickets import (
    SimulationInput,
    SimulationOutput,
    TicketChange,
    TicketInput,
    TicketOutput,
    TriageInput,
    TriageOutput,
)
from assessments.queries import tickets
from assessments.queries.assessments import organization
from assessments.queries.triage import simulation_of, triage_of
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint

MOST_AT_ONCE = 1_000


def _either(name: str, serializer: type[BaseSerializer]) -> PolymorphicProxySerializer:
    """One, or a list of them."""
    both = [serializer, serializer(many=True)]
    return PolymorphicProxySerializer(component_name=name, serializers=both, resource_type_field_name=None, many=False)


class Tickets(ListEndpoint):
    """`tickets/`"""

    serializer_class = TicketOutput
    filterset_class = filters(records.Ticket, "source", "external_id", "type", "team", "on_platform")
    search_fields = ("title", "body", "external_id")
    ordering_fields = ("opened_at", "resolved_at", "effort_hours")

    def rows(self) -> Any:
        return tickets.tickets()

    @extend_schema(summary="List tickets", operation_id="tickets_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Record a ticket or up to 1,000, or change those with the same source and external id",
        operation_id="tickets_record",
        request=_either("TicketOrTickets", TicketInput),
        responses={
            201: _either("KeptTicketOrTickets", TicketOutput),
            200: _either("KeptTicketOrTickets", TicketOutput),
        },
        examples=[
            OpenApiExample(
                "a question",
                request_only=True,
                value={
                    "source": "jira",
                    "external_id": "ML-118",
                    "title": "How do I get a GPU quota?",
                    "opened_at": "2026-01-05T09:12:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """201 for a new ticket, 200 for one that was known; a list is kept whole or not at all."""
        if isinstance(request.data, list):
            return self._many(request.data)
        ticket, created = record_ticket(**self.read(TicketInput).validated_data, actor=self.actor)
        return Response(TicketOutput(ticket).data, status=201 if created else 200)

    def _many(self, given: list[Any]) -> Response:
        as_written = {"as_written": True}
        rows = TicketInput(data=given, many=True, max_length=MOST_AT_ONCE, allow_empty=False, context=as_written)
        rows.is_valid(raise_exception=True)
        kept = record_tickets(rows.validated_data, actor=self.actor)
        told = TicketOutput([ticket for ticket, _ in kept], many=True).data
        return Response(told, status=201 if any(new for _, new in kept) else 200)


class Samples(Endpoint):
    """`tickets/samples/`"""

    @extend_schema(
        summary="Remove the sample tickets", operation_id="tickets_remove_samples", request=None, responses={204: None}
    )
    def delete(self, request: Request) -> Response:
        remove_samples(actor=self.actor)
        return Response(status=204)


class Ticket(Endpoint):
    """`tickets/{id}/`"""

    serializer_class = TicketOutput

    @extend_schema(summary="A ticket", operation_id="tickets_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(TicketOutput(tickets.ticket(pk)).data)

    @extend_schema(
        summary="Change a ticket",
        operation_id="tickets_change",
        request=TicketChange,
        responses=TicketOutput,
        examples=[OpenApiExample("say its type", request_only=True, value={"type": "access", "effort_hours": 0.5})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        known, changed = tickets.ticket(pk), self.read(TicketChange).validated_data
        ticket, _ = record_ticket(source=known.source, external_id=known.external_id, **changed, actor=self.actor)
        return Response(TicketOutput(ticket).data)


class Triage(Endpoint):
    """`tickets/triage/`"""

    serializer_class = TriageOutput

    @extend_schema(summary="What tickets cost over a window", operation_id="tickets_triage", parameters=[TriageInput])
    def get(self, request: Request) -> Response:
        asked = TriageInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        slug = given.get("organization")
        found = triage_of(
            start=given.get("from"),
            end=given.get("to"),
            team=given.get("team"),
            on_platform=given.get("on_platform"),
            organization=organization(slug) if slug else None,
        )
        return Response(TriageOutput(found.as_dict()).data)


class Simulation(Endpoint):
    """`tickets/simulate/`: reads a window and keeps nothing"""

    serializer_class = SimulationOutput
    required_scope = "read"

    @extend_schema(
        summary="What automating types of tickets would leave",
        operation_id="tickets_simulate",
        request=SimulationInput,
        responses=SimulationOutput,
        examples=[
            OpenApiExample("automate access", request_only=True, value={"reductions": {"access": 0.9, "how_to": 0.5}})
        ],
    )
    def post(self, request: Request) -> Response:
        """Stores nothing."""
        given = self.read(SimulationInput).validated_data
        found = simulation_of(given["reductions"], start=given.get("from"), end=given.get("to"))
        return Response(SimulationOutput(found._asdict()).data)
