"""The escape-hatch catalogue."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.models import EscapeHatch
from platform_site.api.serializers import StrictSerializer


class HatchInput(StrictSerializer):
    """A way around the standard path: what it offers, how to use it, and the team that answers for it."""

    name = serializers.CharField(max_length=120)
    offers = serializers.CharField(max_length=4_000)
    how_to_use = serializers.CharField(max_length=8_000)
    owner_team = serializers.CharField(max_length=63, help_text="The slug of a team.")
    since = serializers.DateField(required=False, help_text="Today when left out.")


class HatchChange(HatchInput):
    """What to change."""

    name = serializers.CharField(max_length=120, required=False)
    offers = serializers.CharField(max_length=4_000, required=False)
    how_to_use = serializers.CharField(max_length=8_000, required=False)
    owner_team = serializers.CharField(max_length=63, required=False)


class HatchOutput(serializers.ModelSerializer):
    """An entry of the catalogue."""

    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    owner_team: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = EscapeHatch
        fields = ("id", "organization", "name", "offers", "how_to_use", "owner_team", "since")
        read_only_fields = fields
