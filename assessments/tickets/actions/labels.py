"""Labels by people: one for a ticket, or one for all tickets that ask the same. Each ticket has its own event."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from assessments.models import Ticket
from assessments.tickets.actions.label_models import learn_if_due
from assessments.tickets.actions.tickets import ONLY_RECORDERS, event_of, give_credit, typed_of, values_of
from assessments.tickets.queries.suggestions import proposer
from assessments.tickets.rules.tickets import TicketType
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record_all
from platform_site.errors import Fault, Invalid

LABEL = ["type", "typed_by", "confidence", "labelled_by", "suggested_type"]
MOST_AT_ONCE = 500


def label_ticket(ticket: Ticket, *, type: str, actor: Actor) -> Ticket:
    """Store a person's label of one ticket; see `label_tickets`."""
    label_tickets([ticket.pk], type=type, actor=actor)
    ticket.refresh_from_db()
    return ticket


def label_tickets(ids: Sequence[int], *, type: str, actor: Actor) -> int:
    """Store one label for up to 500 tickets; how many it changed. The model that suggests types is trained on labels.

    A label replaces a suggestion or another person's label, and each ticket's event says what it was before.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    if faults := _faults(ids, type):
        raise Invalid(faults)
    with transaction.atomic():
        events = []
        tickets = list(_locked(ids))
        for ticket in tickets:
            before, typed = values_of(ticket), typed_of(ticket)
            ticket.type, ticket.typed_by, ticket.confidence = type, Ticket.TypedBy.PERSON, None
            give_credit(ticket, typed, actor.name)
            events.append(event_of(ticket, before))
        Ticket.objects.bulk_update(tickets, LABEL)
        record_all(changed := [event for event in events if event], actor=actor)
        learn_if_due()
    return len(changed)


def remove_labels(ids: Sequence[int], *, actor: Actor) -> int:
    """Remove people's labels: the tickets get suggested types again; how many changed."""
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    propose = proposer()
    with transaction.atomic():
        events = []
        tickets = list(_locked(ids))
        for ticket in tickets:
            before, typed = values_of(ticket), typed_of(ticket)
            ticket.type, ticket.confidence, ticket.typed_by = propose(ticket.title, ticket.body, ticket.labels)
            give_credit(ticket, typed, "")
            events.append(event_of(ticket, before))
        Ticket.objects.bulk_update(tickets, LABEL)
        record_all(changed := [event for event in events if event], actor=actor)
    return len(changed)


def _locked(ids: Sequence[int]) -> QuerySet[Ticket]:
    """In one order, so that two people never wait for each other."""
    return Ticket.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")


def _faults(ids: Sequence[int], kind: str) -> list[Fault]:
    faults = []
    if kind not in set(TicketType):
        faults.append(Fault("type", "invalid", f"{kind!r} is not a type of ticket. Choose {', '.join(TicketType)}."))
    if len(ids) > MOST_AT_ONCE:
        sentence = f"{len(ids):,} tickets are too many for one label. Label at most {MOST_AT_ONCE} at once."
        faults.append(Fault("tickets", "too_many", sentence))
    return faults
