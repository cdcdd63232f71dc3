"""Where a suggested type comes from: the newest model if it beats the rules, else the rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from django.db.models import QuerySet

from assessments.models import Ticket, TicketModel
from assessments.tickets.rules import label_model
from assessments.tickets.rules.labels import suggest
from assessments.tickets.rules.tickets import Proposal, propose_type

Proposer = Callable[[str, str, str], Proposal]


def proposer() -> Proposer:
    """A function of title, body and labels; one small query, the weights are read once for each model."""
    newest = _models().values_list("pk", "in_use").first()
    by_text = partial(label_model.propose, _weights(newest[0])) if newest and newest[1] else propose_type
    return partial(suggest, by_text=by_text)


def newest_model() -> TicketModel | None:
    """The newest model without its weights, whether it is in use or not; None before the first."""
    return _models().defer("weights").first()


def _models() -> QuerySet[TicketModel]:
    return TicketModel.objects.filter(retired_at=None).order_by("-version")


def count_labelled() -> int:
    """How many tickets a person has labelled."""
    return Ticket.objects.filter(typed_by=Ticket.TypedBy.PERSON).exclude(type="").count()


@lru_cache(maxsize=2)
def _weights(pk: int) -> label_model.Weights:
    content = TicketModel.objects.values_list("weights", flat=True).get(pk=pk)
    return label_model.unpack(bytes(content))
