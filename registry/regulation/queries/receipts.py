"""The receipts of regulator packs, and whether one is this installation's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from platform_site.audit import queries as audit
from platform_site.audit.chain import Event, Head
from platform_site.errors import Unknown
from registry.models import ModelVersion, PackReceipt
from registry.regulation.pack import verify


def receipts_of(version: ModelVersion) -> QuerySet[PackReceipt]:
    """The receipts of a version's packs without their rows, the newest first."""
    return PackReceipt.objects.filter(model_version=version).defer("content")


def receipt(version: ModelVersion, event: int) -> PackReceipt:
    """One receipt of a version, by the audit event that it is anchored in; Unknown when there is none."""
    row = PackReceipt.objects.filter(model_version=version, event=event).first()
    if row is None:
        raise Unknown(f"Event {event} of the audit log did not hand out a pack of {version}.")
    return row


def doubts(content: Mapping[str, Any]) -> list[str]:
    """Why a receipt is not an event of this installation's chain, as sentences; empty when it is.

    The whole chain is verified, with the receipt's event and the head before it as heads that were noted elsewhere.
    """
    faults = [*verify.contradictions_of_receipt(content), *_not_in_the_chain(content)]
    if faults:
        return faults
    noted = [Head(content["event"]["sequence"], content["event"]["hash"])]
    if content["receipt"]["head"]["sequence"]:
        noted.append(Head(**content["receipt"]["head"]))
    broken = audit.verify(noted).first_broken
    return [f"The chain is broken at event {broken.sequence}: {broken.reason}."] if broken else []


def _not_in_the_chain(content: Mapping[str, Any]) -> Iterator[str]:
    sequence = content["event"]["sequence"]
    row = audit.events().filter(sequence=sequence).values_list(*Event._fields).first()
    if row is None:
        yield f"This installation's chain has no event {sequence}."
    elif Event._make(row)._asdict() != content["event"]:
        yield f"Event {sequence} of this installation's chain is another one: {row[3]} of {row[4]}."
    elif row[3] != "regulator_pack.handed_out":
        yield f"Event {sequence} of this installation's chain is {row[3]}, which hands out no pack."
