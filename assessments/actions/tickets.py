"""Record support tickets: one for each source and external id, whatever is sent twice."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from assessments.domain.tickets import propose_type
from assessments.models import Ticket
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import check_record


def record_ticket(*, source: str, external_id: str, actor: Actor, **told: Any) -> tuple[Ticket, bool]:
    """Add a ticket, or change the one with this source and external id; the ticket and whether it is new.

    A type that is given is a person's word; else one is proposed from the text. Invalid with every fault.
    """
    access.require(access.can_record_ticket(actor), "Only contributors and leads record tickets.")
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(no_key=True).filter(source=source, external_id=external_id).first()
        created = ticket is None
        ticket = ticket or Ticket(source=source, external_id=external_id)
        for name, value in told.items():
            setattr(ticket, name, value)
        _type(ticket, said="type" in told and bool(told["type"]))
        check_record(ticket)
        ticket.save()
        verb = "ticket.recorded" if created else "ticket.changed"
        payload = {"type": ticket.type, "typed_by": ticket.typed_by}
        record(verb, subject=f"ticket:{source}/{external_id}", actor=actor, payload=payload)
    return ticket, created


def _type(ticket: Ticket, *, said: bool) -> None:
    """A person's word wins; a proposal never replaces it."""
    if said:
        ticket.typed_by, ticket.confidence = Ticket.TypedBy.PERSON, None
    elif ticket.typed_by != Ticket.TypedBy.PERSON:
        proposal = propose_type(ticket.title, ticket.body)
        ticket.type, ticket.typed_by, ticket.confidence = proposal.type, proposal.typed_by, proposal.confidence
