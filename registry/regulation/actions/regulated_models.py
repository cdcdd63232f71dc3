"""Mark a model as regulated or remove the flag: a regulated model explains its decisions, and others judge its versions."""

from __future__ import annotations

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.text.changes import changes
from registry.models import RegisteredModel
from registry.versions.actions.policies import apply_registration_policies
from registry.versions.rules.lifecycle import Stage

NOT_BY_ITS_TEAM = (
    "Leads and approvers mark a model as regulated. Only leads and approvers of another team remove the flag."
)


def mark_regulated(model: RegisteredModel, regulated: bool, *, reason: str, actor: Actor) -> RegisteredModel:
    """Mark a model as regulated, or remove the flag, with a reason. Policies for regulated models are applied at once to
    each of its versions that is not archived."""
    team = model.owner_team.slug
    access.require(access.can_regulate(actor, team, regulated), NOT_BY_ITS_TEAM)
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason. It stays on record.")])
    with transaction.atomic():
        model = RegisteredModel.objects.select_for_update(no_key=True, of=("self",)).get(pk=model.pk)
        if model.regulated == regulated:
            return model
        model.regulated = regulated
        model.save(update_fields=["regulated"])
        payload = changes({"regulated": not regulated}, {"regulated": regulated}) | {"reason": reason}
        record("model.regulation_changed", subject=f"model:{model.name}", actor=actor, payload=payload)
        if regulated:
            for version in model.versions.exclude(stage=Stage.ARCHIVED).select_related("model__owner_team"):
                apply_registration_policies(version, actor)
    return model
