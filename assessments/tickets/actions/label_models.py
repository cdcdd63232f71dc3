"""Train versions of the label model on people's labels; it makes the suggestions only while it beats the rules."""

from __future__ import annotations

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Max, Q
from django.utils import timezone

from assessments.models import Ticket, TicketModel
from assessments.tickets.queries.suggestions import count_labelled, newest_model, proposer
from assessments.tickets.rules.label_model import pack
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.work import after_commit

LEARN_EVERY = 25
MOST_TICKETS = 20_000
SUGGESTED_AGAIN = 5_000
TASK = "assessments.learn_ticket_types"
SAMPLES = "sample"
RECORDED = (
    "trained_on", "sample_tickets", "accuracy", "rule_accuracy", "own_tickets", "own_right", "own_rule_right", "in_use",
)  # fmt: skip


def learn_if_due() -> None:
    """Queue training after every 25 new labels. Call it inside a transaction."""
    newest = newest_model()
    new = count_labelled() - (newest.trained_on if newest else 0)
    if new > 0 and new % LEARN_EVERY == 0:  # not at every later label: training takes longer than labelling a ticket
        after_commit(TASK)


def learn() -> TicketModel | None:
    """Train on every label by a person if their number changed; returns the new version, or None."""
    from assessments.tickets.learning import LabelledTicket, learn

    newest = newest_model()
    labelled = Ticket.objects.filter(typed_by=Ticket.TypedBy.PERSON).exclude(type="").order_by("-opened_at")
    rows = labelled.annotate(is_sample=ExpressionWrapper(Q(source=SAMPLES), BooleanField()))
    texts = [LabelledTicket(*row) for row in rows.values_list("title", "body", "type", "is_sample")[:MOST_TICKETS]]
    if newest and newest.trained_on == len(texts):
        return None
    learned = learn(texts)
    if learned is None:
        if newest is None:  # a model that was retired may have labelled tickets
            suggest_again()
        return None
    model = TicketModel(
        version=(TicketModel.objects.aggregate(newest=Max("version"))["newest"] or 0) + 1,
        weights=pack(learned.weights),
        trained_on=len(texts),
        sample_tickets=sum(text.is_sample for text in texts),
        own_tickets=learned.own.tickets,
        own_right=learned.own.right,
        own_rule_right=learned.own.rule_right,
        accuracy=learned.accuracy,
        rule_accuracy=learned.rule_accuracy,
        by_type=learned.by_type,
        in_use=learned.beats_the_rules,
        trained_at=timezone.now(),
    )
    with transaction.atomic():
        if TicketModel.objects.filter(version=model.version).exists():
            return None  # another worker trained this version meanwhile
        model.save(force_insert=True)
        payload = {name: getattr(model, name) for name in RECORDED}
        record("ticket_model.learned", subject=f"ticket_model:{model.version}", actor=SYSTEM, payload=payload)
    suggest_again()
    return model


def forget_samples() -> int:
    """Retire the models that were trained on samples, and train again on what is left; how many. Call it inside a
    transaction, once the samples are gone."""
    retired = TicketModel.objects.filter(retired_at=None).exclude(sample_tickets=0).update(retired_at=timezone.now())
    if retired:
        after_commit(TASK)
    return retired


def suggest_again() -> int:
    """Suggest a type again for the newest tickets that no person has labelled; returns how many."""
    propose = proposer()
    waiting = list(
        Ticket.objects.exclude(typed_by=Ticket.TypedBy.PERSON).order_by("-opened_at", "-pk")[:SUGGESTED_AGAIN]
    )
    for ticket in waiting:
        ticket.type, ticket.confidence, ticket.typed_by = propose(ticket.title, ticket.body, ticket.labels)
    for start in range(0, len(waiting), 200):
        _store(waiting[start : start + 200])
    return len(waiting)


def _store(tickets: list[Ticket]) -> None:
    """Store the suggestions, but for tickets that a person has labelled since they were read."""
    with transaction.atomic():
        free = Ticket.objects.select_for_update(no_key=True).exclude(typed_by=Ticket.TypedBy.PERSON)
        still = set(free.filter(pk__in=[ticket.pk for ticket in tickets]).values_list("pk", flat=True))
        rows = [ticket for ticket in tickets if ticket.pk in still]
        Ticket.objects.bulk_update(rows, ["type", "confidence", "typed_by"])
