"""Edit what a model is called and who owns it, on record."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.errors import Fault, NotAllowed
from platform_site.owned import edit_details, who_may_edit
from platform_site.people.models import Team
from registry.models import RegisteredModel
from registry.models.model_versions import MOST_HOURS
from registry.versions.queries.policies import policies_for


def edit_model(model: RegisteredModel, *, actor: Actor, **details: Any) -> RegisteredModel:
    """Change `description`, `owner_team`, `tags` or `silent_after_hours` (hours without a report) of a model.

    NotAllowed also where another owner would take the model out of reach of a rule: its own team cannot do that.
    """
    hours = details.get("silent_after_hours", MOST_HOURS)
    sentence = f"{hours} is not allowed. Give 1 to {MOST_HOURS} hours."
    faults = [] if 1 <= hours <= MOST_HOURS else [Fault("silent_after_hours", "out_of_range", sentence)]
    with transaction.atomic():
        model = RegisteredModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        access.require(access.can_edit_details(actor, model.owner_team.slug), who_may_edit(model))
        _require_bound(model, details.get("owner_team"), actor)
        edit_details("model", model, details, actor=actor, faults=faults)
    return model


def _require_bound(model: RegisteredModel, owner_team: str | None, actor: Actor) -> None:
    """Refuse to give a model away from under rules that bind it because of its owner, unless the actor is a lead of
    another team: else its team could pass them by under another name."""
    team = Team.objects.filter(slug=owner_team).first() if owner_team else None
    if team is None or team.pk == model.owner_team_id or access.can_release(actor, model.owner_team.slug):
        return
    moved = copy(model)
    moved.owner_team = team
    after = set(policies_for(moved).values_list("name", flat=True))
    lost = [name for name in policies_for(model).values_list("name", flat=True) if name not in after]
    reasons = ["it is regulated"] * model.regulated + [f"policy {name} would no longer apply to it" for name in lost]
    if reasons:
        raise NotAllowed(
            f"{model.name} stays with team {model.owner_team.slug}: {' and '.join(reasons)}. "
            "Only a lead of another team changes its owner."
        )
