"""Edit what a feature says beside its definitions."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from platform_site.access import Actor
from platform_site.owned import edit_details
from registry.models import Feature


def edit_feature(feature: Feature, *, actor: Actor, **details: Any) -> Feature:
    """Change `description`, `owner_team`, `tags` or `requires_parity` of a feature: no part of any definition.

    ``requires_parity``: a new version waits for its parity check (F5).
    """
    with transaction.atomic():
        feature = Feature.objects.select_for_update(no_key=True).get(pk=feature.pk)
        edit_details("feature", feature, details, actor=actor)
    return feature
