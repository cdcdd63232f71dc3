"""Plans for the tickets."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.models import TriagePlan
from assessments.organizations.serializers import MOST
from assessments.tickets.serializers.tickets import TYPES, SimulationInput, WindowOutput


class PlanInput(SimulationInput):
    """The plan of an assessment: a window, and the share of each type to remove."""

    assessment = serializers.IntegerField(min_value=1, max_value=MOST)


class PlanOutput(serializers.ModelSerializer):
    """A stored plan."""

    window = serializers.SerializerMethodField()
    reductions = serializers.DictField(child=serializers.FloatField())

    class Meta:
        model = TriagePlan
        fields = ("id", "assessment", "window", "reductions", "made_by", "made_at")
        read_only_fields = fields

    @extend_schema_field(WindowOutput)
    def get_window(self, plan: TriagePlan) -> dict[str, Any]:
        return WindowOutput({"from": plan.window_start, "to": plan.window_end}).data


class LineOutput(serializers.Serializer):
    """One type, per week: the figures `since` the plan are null while less than a week has passed."""

    type = serializers.ChoiceField(choices=TYPES)
    tickets_before = serializers.FloatField()
    tickets_planned = serializers.FloatField()
    tickets_since = serializers.FloatField(allow_null=True)
    hours_before = serializers.FloatField()
    hours_planned = serializers.FloatField()
    hours_since = serializers.FloatField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {"kept": serializers.BooleanField(source="as_planned", allow_null=True)}


class OutcomeOutput(serializers.Serializer):
    """A plan compared with what happened since it was made."""

    plan = PlanOutput()
    weeks = serializers.FloatField(help_text="How long ago it was made.")
    lines = LineOutput(many=True)
