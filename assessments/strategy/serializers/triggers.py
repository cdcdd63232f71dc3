"""The conditions that call for a platform."""

from __future__ import annotations

from rest_framework import serializers

from assessments.organizations.rules.facts import CADENCES, Facts
from assessments.strategy.rules.triggers import State
from platform_site.api.serializers import StrictSerializer

MOST = 2_147_483_647


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


class ConditionMovedOutput(serializers.Serializer):
    id = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    because = serializers.CharField()


class TriggerStandingOutput(TriggersOutput):
    """An organization's conditions now, from which facts, and what moved since they were last kept."""

    facts = serializers.DictField(help_text="What is known; null where nobody knows.")
    measured = serializers.ListField(
        child=serializers.CharField(), help_text="The facts that were measured rather than said."
    )
    moved = ConditionMovedOutput(many=True)
    kept_at = serializers.DateTimeField(allow_null=True, help_text="Null: nothing was kept yet.")
