"""Tickets and their triage over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from assessments import models as records
from assessments.organizations.api import OfOneOrganization
from assessments.tickets.actions.tickets import record_ticket, record_tickets, remove_samples
from assessments.tickets.queries import tickets
from assessments.tickets.queries.triage import simulation_of, triage_of
from assessments.tickets.serializers.tickets import (
    CeilingsInput,
    SimulationOutput,
    TicketChange,
    TicketInput,
    TicketOutput,
    TriageInput,
    TriageOutput,
)
from platform_site.api.filters import filters
from platform_site.api.serializers import MOST_IN_A_BODY
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read


def _either(name: str, serializer: type[Serializer]) -> PolymorphicProxySerializer:
    """One, or a list of them."""
    both: list[Any] = [serializer, serializer(many=True)]
    return PolymorphicProxySerializer(component_name=name, serializers=both, resource_type_field_name=None, many=False)


QUESTION = {
    "source": "jira",
    "external_id": "ML-118",
    "title": "How do I get a GPU quota?",
    "opened_at": "2026-01-05T09:12:00Z",
}


class Tickets(OfOneOrganization, ListEndpoint):
    """List tickets. `search` looks through the newest 50,000."""

    serializer_class = TicketOutput
    filterset_class = filters(records.Ticket, "source", "external_id", "type", "team", "on_platform")
    search_fields = ("title", "body", "external_id")
    ordering_fields = ("opened_at", "resolved_at", "effort_hours")

    def rows(self) -> Any:
        rows = tickets.tickets(self.organization)
        return tickets.newest(rows) if self.request.query_params.get("search") else rows

    @Verb(
        "record",
        takes=TicketInput,
        shape=_either("TicketOrTickets", TicketInput),
        answers=dict.fromkeys((201, 200), _either("KeptTicketOrTickets", TicketOutput)),
        examples={"a question": QUESTION},
    )
    def post(self) -> Any:
        """Record a ticket or up to 1,000, or change those with the same source and external id.

        201 for a new ticket, 200 for one that existed; a list is stored as a whole or not at all.
        """
        if isinstance(self.request.data, list):
            return self._many(self.request.data)
        ticket, created = record_ticket(**self.body, organization=self.named_organization, actor=self.actor)
        return Response(TicketOutput(ticket).data, status=201 if created else 200)

    def _many(self, rows: list[Any]) -> Response:
        options: dict[str, Any] = {"many": True, "max_length": MOST_IN_A_BODY, "allow_empty": False}
        body = TicketInput(data=rows, context={"as_written": True}, **options)
        body.is_valid(raise_exception=True)
        recorded = record_tickets(body.validated_data, organization=self.named_organization, actor=self.actor)
        shown = TicketOutput([ticket for ticket, _ in recorded], many=True).data
        return Response(shown, status=201 if any(created for _, created in recorded) else 200)


class Samples(OfOneOrganization, Endpoint):
    """Remove the sample tickets."""

    @Verb("remove_samples", status=204)
    def delete(self) -> None:
        remove_samples(self.organization, actor=self.actor)


class Ticket(Read):
    """A ticket."""

    serializer_class = TicketOutput

    def content(self, pk: int) -> Any:
        return tickets.ticket(pk)

    @Verb("change", takes=TicketChange, examples={"label it": {"type": "access", "effort_hours": 0.5}})
    def patch(self, pk: int) -> Any:
        """Change a ticket."""
        known, fields = tickets.ticket(pk), self.body
        ticket, _ = record_ticket(source=known.source, external_id=known.external_id, **fields, actor=self.actor)
        return ticket


class Triage(OfOneOrganization, Read):
    """What tickets cost over a window."""

    get_verb = "triage"
    serializer_class = TriageOutput
    parameters = (TriageInput,)

    def content(self) -> Any:
        query = TriageInput(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        fields = query.validated_data
        triage = triage_of(
            self.organization,
            start=fields.get("from"),
            end=fields.get("to"),
            team=fields.get("team"),
            on_platform=fields.get("on_platform"),
            with_titles=True,
        )
        return triage.as_dict()


class Simulation(OfOneOrganization, Endpoint):
    """What fixing the causes of types of tickets would leave, and the fewest that halve tickets and hours.

    Stores nothing.
    """

    serializer_class = SimulationOutput
    required_scope = "read"

    @Verb(
        "simulate",
        takes=CeilingsInput,
        examples={
            "automate access": {"reductions": {"access": 0.9, "how_to": 0.5}},
            "fix bugs too": {"reductions": {"bug": 0.5}, "ceilings": {"bug": 0.6}},
        },
    )
    def post(self) -> Any:
        fields = self.body
        window = {"start": fields.get("from"), "end": fields.get("to")}
        return simulation_of(
            self.organization, fields["reductions"], ceilings=fields.get("ceilings"), **window
        ).as_dict()
