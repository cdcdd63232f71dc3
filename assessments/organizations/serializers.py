"""Organizations and the catalogue of capabilities."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.health.rules.maturity import levels_of
from assessments.models import Capability, Organization
from assessments.organizations.actions import FACTS
from assessments.organizations.rules.build_depth import Need
from assessments.strategy.serializers.triggers import MOST, FactsInput


class CapabilityOutput(serializers.ModelSerializer):
    """One capability of the catalogue; `levels` are the maturity levels that ask for it."""

    levels = serializers.SerializerMethodField()

    class Meta:
        model = Capability
        fields = ("name", "group", "description", "default_priority", "levels")
        read_only_fields = fields

    def get_levels(self, capability: Capability) -> list[str]:
        return levels_of(capability.name)


class OrganizationInput(FactsInput):
    """An organization to add."""

    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120)
    platform_engineers = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    on_call_engineers = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    people_served = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    managed_cannot_meet = serializers.ChoiceField(
        choices=[word.value for word in Need], required=False, allow_null=True
    )
    serves_real_time = serializers.BooleanField(required=False, allow_null=True)
    serves_batch = serializers.BooleanField(required=False, allow_null=True)
    serves_on_device = serializers.BooleanField(required=False, allow_null=True)


class OrganizationChange(OrganizationInput):
    """What to change of an organization; its slug stays."""

    slug = None
    name = serializers.CharField(max_length=120, required=False)
    ships_demand_or_fraud = serializers.BooleanField(required=False, allow_null=True)
    compliance = serializers.BooleanField(required=False, allow_null=True)

    def changed(self) -> dict[str, Any]:
        return {name: value for name, value in self.validated_data.items() if name in self.initial_data}


class OrganizationOutput(serializers.ModelSerializer):
    """An organization and what is known of it."""

    class Meta:
        model = Organization
        fields = ("slug", "name", *FACTS)
        read_only_fields = fields
