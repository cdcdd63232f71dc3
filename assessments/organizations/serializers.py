"""Organizations and the facts about them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.models import Organization
from assessments.organizations.actions import FACTS
from assessments.organizations.rules.build_depth import Need
from assessments.organizations.rules.facts import CADENCES, Facts
from platform_site.api.serializers import StrictSerializer

MOST = 2_147_483_647


class FactsInput(StrictSerializer):
    """Facts about an organization; leave an unknown fact out, or set it to null."""

    production_models = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    shipping_teams = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    retraining_cadence = serializers.ChoiceField(choices=CADENCES, required=False, allow_null=True)
    ships_demand_or_fraud = serializers.BooleanField(required=False, allow_null=True, default=None)
    skew_or_drift_incidents_12m = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    teams_with_own_tooling = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    compliance = serializers.BooleanField(required=False, allow_null=True, default=None)
    models_planned_next_quarter = serializers.IntegerField(
        min_value=0, max_value=MOST, required=False, allow_null=True, help_text="To go into production in that quarter."
    )

    def facts(self) -> Facts:
        return Facts(**self.validated_data)


class OrganizationParameter(serializers.Serializer):
    """Whose figures."""

    organization = serializers.CharField(
        required=False,
        help_text="The organization's slug. Without it: that of your teams, else the first that is not archived.",
    )


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

    slug = None  # type: ignore[assignment] # None drops an inherited field
    name = serializers.CharField(max_length=120, required=False)
    ships_demand_or_fraud = serializers.BooleanField(required=False, allow_null=True)
    compliance = serializers.BooleanField(required=False, allow_null=True)

    def changed(self) -> dict[str, Any]:
        return {name: value for name, value in self.validated_data.items() if name in self.initial_data}


class OrganizationOutput(serializers.ModelSerializer):
    """An organization and the facts about it."""

    class Meta:
        model = Organization
        fields = ("slug", "name", *FACTS)
        read_only_fields = fields
