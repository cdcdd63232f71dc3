"""Hand out a regulator pack with its receipt, and record to whom it was handed out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.chain import Event
from platform_site.audit.record import record
from registry.models import ModelVersion, PackReceipt
from registry.regulation.pack import archive, receipt
from registry.versions.queries.audit_subjects import subject_of


class HandedOut(NamedTuple):
    """The archive, and its receipt, which is kept apart from it."""

    content: bytes
    receipt: PackReceipt


def hand_out(version: ModelVersion, *, actor: Actor) -> HandedOut:
    """The archive of a version as of now, with its receipt in the audit chain."""
    access.require(access.can_ask_gate(actor), "Only people with a role can download a regulator pack.")
    pack = archive.build(version)
    body = receipt.body_of(pack)
    with transaction.atomic():
        event = record(
            "regulator_pack.handed_out", subject=subject_of(version), actor=actor, payload=receipt.payload_of(body)
        )
        stored = PackReceipt.objects.create(
            model_version=version,
            event=event.sequence,
            sha256=body["sha256"],
            digest=receipt.digest(body),
            rows=sum(len(entry["rows"]) for entry in body["files"].values()),
            content=receipt.text_of(body, Event(*(getattr(event, name) for name in Event._fields))),
            handed_out_to=actor.name,
            handed_out_at=datetime.fromisoformat(event.at),
        )
    return HandedOut(pack.content, stored)
