"""The catalogue of capabilities."""

from __future__ import annotations

from rest_framework import serializers

from assessments.health.rules.maturity import levels_of
from assessments.models import Capability


class CapabilityOutput(serializers.ModelSerializer):
    """One capability of the catalogue; `levels` are the maturity levels that require it."""

    levels = serializers.SerializerMethodField()

    class Meta:
        model = Capability
        fields = ("name", "group", "description", "default_priority", "levels")
        read_only_fields = fields

    def get_levels(self, capability: Capability) -> list[str]:
        return levels_of(capability.name)
