"""An organization's own levels."""

from __future__ import annotations

from rest_framework import serializers

from assessments.health.rules.maturity import Level
from assessments.health.rules.rubric import MOST_LEVELS
from assessments.models import Rubric
from platform_site.api.serializers import StrictSerializer


class LevelInput(StrictSerializer):
    """One level: its short name, its label, and every capability it requires."""

    level = serializers.CharField(max_length=20)
    label = serializers.CharField(max_length=200)  # type: ignore[assignment] # a field, not an option of the serializer
    requires = serializers.ListField(child=serializers.CharField(max_length=63), max_length=500)


class RubricInput(StrictSerializer):
    """An organization's levels, the lowest first."""

    reason = serializers.CharField(max_length=500)
    levels = LevelInput(many=True, max_length=MOST_LEVELS + 1)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it


class LevelOutput(serializers.Serializer):
    level = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field, not an option of the serializer
    requires = serializers.ListField(child=serializers.CharField())


class RubricOutput(serializers.ModelSerializer):
    """One version of an organization's levels."""

    organization = serializers.CharField(source="organization.slug")
    levels = LevelOutput(many=True)

    class Meta:
        model = Rubric
        fields = ("organization", "number", "levels", "reason", "made_by", "made_at")
        read_only_fields = fields


def levels_of(rubric: RubricInput) -> list[Level]:
    """The levels as the action takes them."""
    return [
        Level(level["level"], level["label"], tuple(level["requires"])) for level in rubric.validated_data["levels"]
    ]
