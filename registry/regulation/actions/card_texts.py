"""Write the texts of a model card, and review what another person wrote."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from registry.models import ModelCardText, RegisteredModel
from registry.regulation.queries.model_cards import newest_texts
from registry.regulation.rules import model_card

OWN_TEXT = "You wrote this version of the texts. Another person reviews it."


def save_card_texts(
    model: RegisteredModel, texts: Mapping[str, str], *, reason: str, actor: Actor
) -> tuple[ModelCardText, bool]:
    """Store the texts as their next version, which nobody has reviewed yet; the version, and whether it is new.

    What is left out stays as it is; an empty text takes it away. Invalid with every fault.
    """
    team = model.owner_team.slug
    access.require(
        access.can_contribute(actor, team), f"Only contributors of team {team} write the texts of its models' cards."
    )
    faults = [Fault(*fault) for fault in model_card.faults(texts)]
    if not reason.strip():
        faults.append(Fault("reason", "missing", "Give a reason for changing the texts; it is kept in the audit log."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        RegisteredModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        before = newest_texts(model)
        old = before.texts if before else {}
        wanted = {**old, **{name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}}
        wanted = {name: wanted[name] for name in model_card.TEXTS if wanted.get(name)}
        if before and wanted == old:
            return before, False
        row = ModelCardText.objects.create(
            model=model,
            number=before.number + 1 if before else 1,
            texts=wanted,
            reason=reason.strip(),
            saved_by=actor.name,
            saved_at=timezone.now(),
        )
        named = set(wanted) | set(old)
        sides = ({name: side.get(name, "") for name in named} for side in (old, wanted))
        payload = {"number": row.number, "reason": row.reason, "changes": changes(*sides)}
        record("model_card.texts_saved", subject=f"model:{model.name}", actor=actor, payload=payload)
    return row, True


def review_card_texts(model: RegisteredModel, number: int, *, reason: str = "", actor: Actor) -> ModelCardText:
    """Say as an approver or lead that the texts in force are right, never of one's own."""
    with transaction.atomic():
        RegisteredModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        row = newest_texts(model)
        if row is None or row.number != number:
            raise Refused("changed", f"Version {number} of the texts is not in force. Read the newest, then review it.")
        access.require_another(actor, row.saved_by, OWN_TEXT)
        access.require(
            access.can_accept_difference(actor, row.saved_by), "Approvers and leads review the texts of model cards."
        )
        if row.reviewed_by:
            return row
        row.reviewed_by, row.reviewed_at = actor.name, timezone.now()
        row.save(update_fields=["reviewed_by", "reviewed_at"])
        payload = {"number": number, "saved_by": row.saved_by, "reason": reason}
        record("model_card.texts_reviewed", subject=f"model:{model.name}", actor=actor, payload=payload)
    return row
