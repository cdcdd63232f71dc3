"""Where a suggested type comes from: the newest model if it beats the rules, else the rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from assessments.models import Ticket, TicketModel
from assessments.tickets.rules import label_model
from assessments.tickets.rules.tickets import Proposal, propose_type

Proposer = Callable[[str, str], Proposal]


def proposer() -> Proposer:
    """A function of title and body; one small query, the weights are read once for each version."""
    newest = TicketModel.objects.order_by("-version").values_list("version", "in_use").first()
    if newest is None or not newest[1]:
        return propose_type
    return partial(label_model.propose, _weights(newest[0]))


def newest_model() -> TicketModel | None:
    """The newest model without its weights, whether it is in use or not; None before the first."""
    return TicketModel.objects.defer("weights").order_by("-version").first()


def count_labelled() -> int:
    """How many tickets a person has labelled."""
    return Ticket.objects.filter(typed_by=Ticket.TypedBy.PERSON).exclude(type="").count()


@lru_cache(maxsize=2)
def _weights(version: int) -> label_model.Weights:
    content = TicketModel.objects.values_list("weights", flat=True).get(version=version)
    return label_model.unpack(bytes(content))
