"""The escape-hatch catalogue of the sample organization, linked to the tickets and use cases that it answers."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from assessments.adoption.actions import change_entry
from assessments.models import EscapeHatch, Ticket, UseCase
from assessments.tickets.actions.hatches import add_hatch
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import Actor
from platform_site.roof.demo.health import sample_organization

OWNER = "ml-platform"
MOST_TICKETS = 4


class Hatch(NamedTuple):
    """An entry, the use case that is done with it, and a word in the titles of the requests that it answers."""

    name: str
    offers: str
    how_to_use: str
    since: date
    use_case: str
    word: str


HATCHES = (
    Hatch(
        "Own container image",
        "Any image for training and batch scoring, with the platform's logging, registration and alerts around it.",
        "Build from the base image, push it to the registry, and name it in train.yaml. Your team patches the image and is "
        "paged when it does not start.",
        date(2026, 3, 2),
        "Training on several GPUs",
        "Custom container",
    ),
    Hatch(
        "Own stream job",
        "Features computed from a stream, where an hour is too late. The platform registers their definitions and compares "
        "them with the batch values every night.",
        "Write to the topic features.NAME with the entity key and the event time. Your team runs the job and answers for gaps.",
        date(2026, 6, 1),
        "Streaming features",
        "Streaming input",
    ),
    Hatch(
        "Export to a device",
        "The registered artifact as ONNX, with its version, for software that the platform does not deploy.",
        "Download it by its digest and report predictions once a day, so that drift checks see them. Your team rolls back.",
        date(2026, 9, 7),
        "On-device models",
        "Export of",
    ),
)


def load(actor: Actor) -> None:
    """Add the entries, and link to each its use case and the newest requests that it answers; a second call changes nothing."""
    organization = sample_organization()
    if organization is None or EscapeHatch.objects.filter(organization=organization).exists():
        return
    for entry in HATCHES:
        texts = {"name": entry.name, "offers": entry.offers, "how_to_use": entry.how_to_use, "since": entry.since}
        hatch = add_hatch(organization, **texts, owner_team=OWNER, actor=actor)
        for use_case in UseCase.objects.filter(organization=organization, name=entry.use_case):
            change_entry(use_case, escape_hatch=hatch, actor=actor)
        requests = Ticket.objects.filter(organization=organization, title__startswith=entry.word, escape_hatch=None)
        for ticket in requests.order_by("-opened_at")[:MOST_TICKETS]:
            record_ticket(source=ticket.source, external_id=ticket.external_id, escape_hatch=hatch, actor=actor)
