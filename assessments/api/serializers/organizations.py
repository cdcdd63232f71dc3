"""Organizations, the catalogue of capabilities, and the conditions that call for a platform."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.actions.organizations import FACTS
from assessments.domain.facts import CADENCES, Facts
from assessments.domain.maturity import levels_of
from assessments.domain.triggers import State
from assessments.models import Capability, Organization
from platform_site.api.serializers import StrictSerializer

MOST = 2_147_483_647


class CapabilityOutput(serializers.ModelSerializer):
    """One capability of the catalogue; `levels` are the maturity levels that ask for it."""

    levels = serializers.SerializerMethodField()

    class Meta:
        model = Capability
        fields = ("name", "group", "description", "default_priority", "levels")
        read_only_fields = fields

    def get_levels(self, capability: Capability) -> list[str]:
        return levels_of(capability.name)


class FactsInput(StrictSerializer):
    """What is known of an organization; a fact that nobody said is null or left out."""

    production_models = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    shipping_teams = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    retraining_cadence = serializers.ChoiceField(choices=CADENCES, required=False, allow_null=True)
    ships_demand_or_fraud = serializers.BooleanField(required=False, allow_null=True, default=None)
    skew_or_drift_incidents_12m = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    teams_with_own_tooling = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    compliance = serializers.BooleanField(required=False, allow_null=True, default=None)

    def facts(self) -> Facts:
        return Facts(**self.validated_data)


class OrganizationInput(FactsInput):
    """An organization to add."""

    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120)
    platform_engineers = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)


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


class ConditionOutput(serializers.Serializer):
    id = serializers.CharField()
    state = serializers.ChoiceField(choices=[word.value for word in State])
    because = serializers.CharField()
    ask = serializers.CharField(allow_null=True)


class TriggersOutput(serializers.Serializer):
    """The five conditions and what they add up to."""

    conditions = ConditionOutput(many=True)
    verdict = serializers.ChoiceField(choices=["not_yet", "phase_1", "urgent"])
    most_urgent = serializers.ListField(child=serializers.CharField())
    phase_1 = serializers.ChoiceField(choices=["standard", "regulated"])
