"""Keep what people's words taught, in versions; proposals come from it only while it does better than the rules."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.models import Ticket, TicketModel
from assessments.tickets.queries.suggestions import proposer, said_by_people, ticket_model_now
from assessments.tickets.rules.label_model import pack
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.queue import after_commit

LEARN_EVERY = 25
MOST_TICKETS = 20_000
PROPOSED_ANEW = 5_000
TASK = "assessments.learn_ticket_types"


def learn_when_due() -> None:
    """Have a worker learn after each so many words. Inside a transaction."""
    newest = ticket_model_now()
    words = said_by_people() - (newest.trained_on if newest else 0)
    if words > 0 and words % LEARN_EVERY == 0:  # not after each word beyond: learning takes longer than the next word
        after_commit(TASK)


def learn() -> TicketModel | None:
    """Learn from every word that people said, if there is a new one; the new version, or None."""
    from assessments.tickets.learning import Said, learn

    newest = ticket_model_now()
    said = Ticket.objects.filter(typed_by=Ticket.TypedBy.PERSON).exclude(type="").order_by("-opened_at")
    texts = [Said(*row) for row in said.values_list("title", "body", "type")[:MOST_TICKETS]]
    if newest and newest.trained_on == len(texts):
        return None
    learned = learn(texts)
    if learned is None:
        return None
    model = TicketModel(
        version=newest.version + 1 if newest else 1,
        weights=pack(learned.weights),
        trained_on=len(texts),
        accuracy=learned.accuracy,
        rule_accuracy=learned.rule_accuracy,
        by_type=learned.by_type,
        in_use=learned.accuracy > learned.rule_accuracy,
        trained_at=timezone.now(),
    )
    with transaction.atomic():
        if TicketModel.objects.filter(version=model.version).exists():
            return None  # another worker learned meanwhile
        model.save(force_insert=True)
        payload = {name: getattr(model, name) for name in ("trained_on", "accuracy", "rule_accuracy", "in_use")}
        record("ticket_model.learned", subject=f"ticket_model:{model.version}", actor=SYSTEM, payload=payload)
    propose_anew()
    return model


def propose_anew() -> int:
    """Propose a type again for the newest tickets that no person typed; how many."""
    propose = proposer()
    waiting = list(Ticket.objects.exclude(typed_by=Ticket.TypedBy.PERSON).order_by("-opened_at", "-pk")[:PROPOSED_ANEW])
    for ticket in waiting:
        ticket.type, ticket.confidence, ticket.typed_by = propose(ticket.title, ticket.body)
    for start in range(0, len(waiting), 200):
        _put(waiting[start : start + 200])
    return len(waiting)


def _put(tickets: list[Ticket]) -> None:
    """A word that a person said in the meantime stands."""
    with transaction.atomic():
        free = Ticket.objects.select_for_update(no_key=True).exclude(typed_by=Ticket.TypedBy.PERSON)
        still = set(free.filter(pk__in=[ticket.pk for ticket in tickets]).values_list("pk", flat=True))
        rows = [ticket for ticket in tickets if ticket.pk in still]
        Ticket.objects.bulk_update(rows, ["type", "confidence", "typed_by"])
