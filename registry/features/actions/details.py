"""Edit what a feature says beside its definitions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.errors import Refused
from platform_site.owned import edit_details, may_edit, who_may_edit
from registry.features.queries.gate_settings import waiting_versions
from registry.models import Feature

WAITS = (
    "{version} waits for its parity check, so parity first stays on: without it {version} could become current by itself. An "
    "approver or a lead other than {by} accepts the difference, or switches it off."
)


def edit_feature(feature: Feature, *, actor: Actor, **details: Any) -> Feature:
    """Change `description`, `owner_team`, `tags` or `requires_parity` of a feature: no part of any definition.

    ``requires_parity``: a new version waits for its parity check (F5). While one waits, only another person who could accept
    it switches that off.
    """
    with transaction.atomic():
        feature = Feature.objects.select_for_update(no_key=True).get(pk=feature.pk)
        access.require(may_edit(feature, actor), who_may_edit(feature))
        if feature.requires_parity and details.get("requires_parity") is False:
            _refuse_while_one_waits(feature, actor)
        edit_details("feature", feature, details, actor=actor)
    return feature


def _refuse_while_one_waits(feature: Feature, actor: Actor) -> None:
    for version in waiting_versions(feature):
        if not access.can_accept_difference(actor, version.registered_by):
            sentence = WAITS.format(version=version, by=version.registered_by)
            raise Refused("parity_first", sentence, detail={"version": version.name})
