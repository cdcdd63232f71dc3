"""Decisions that serving made, and what explains them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import ReportedDecision
from registry.regulation.actions.decisions import MOST_AT_ONCE
from registry.regulation.rules.reported_decision import ADDITIVE, LINKS, METHODS


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "maxLength": 500}]})
class PredictionField(serializers.JSONField):
    """A score, or a class."""


class ExplanationInput(StrictSerializer):
    """What each input contributed to the prediction."""

    method = serializers.ChoiceField(
        choices=METHODS,
        help_text=f"Of {' and '.join(ADDITIVE)}, base value and contributions add up to the prediction.",
    )
    base_value = serializers.FloatField(required=False, allow_null=True, default=None)
    link = serializers.ChoiceField(
        choices=LINKS, default="identity", help_text="logit: they add up to the log-odds of the prediction."
    )
    contributions = serializers.DictField(
        child=serializers.FloatField(),
        help_text="By feature trained on, or column of the training data.",
    )


class DecisionInput(StrictSerializer):
    """One decision. Its inputs are kept as they are sent: send their SHA-256 instead where they tell of a person."""

    external_id = serializers.CharField(max_length=120)
    decided_at = serializers.DateTimeField()
    environment = serializers.CharField(max_length=64, required=False, default="production")
    inputs = serializers.DictField(required=False, allow_null=True, default=None)
    inputs_digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    prediction = PredictionField()
    outcome = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="", help_text="What was done: approved, declined …"
    )
    explanation = ExplanationInput(required=False, allow_null=True, default=None)


def decisions_input(data: Any = serializers.empty, **given: Any) -> serializers.BaseSerializer:
    """One decision, or a list of 1 to 1,000."""
    if isinstance(data, list):
        return DecisionInput(data=data, many=True, allow_empty=False, max_length=MOST_AT_ONCE, **given)
    return DecisionInput(data=data, **given)


class ReportedOutput(serializers.Serializer):
    """How many decisions were new, and how many were on record already."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()


class ExplanationOutput(serializers.Serializer):
    """What each input contributed to the prediction."""

    method = serializers.CharField()
    base_value = serializers.FloatField(allow_null=True)
    link = serializers.CharField()
    contributions = serializers.DictField(child=serializers.FloatField())


class ReportedDecisionOutput(serializers.ModelSerializer):
    """A decision as it was reported; ``digest`` is the SHA-256 of its canonical JSON."""

    inputs = serializers.DictField(source="told.inputs", allow_null=True)
    inputs_digest = serializers.CharField(source="told.inputs_digest", allow_blank=True)
    prediction = PredictionField(source="told.prediction")
    outcome = serializers.CharField(source="told.outcome", allow_blank=True)
    explanation = ExplanationOutput(source="told.explanation", allow_null=True)

    class Meta:
        model = ReportedDecision
        fields = (
            "id", "external_id", "decided_at", "environment", "inputs", "inputs_digest", "prediction", "outcome",
            "explanation", "digest", "reported_by", "reported_at",
        )  # fmt: skip
        read_only_fields = fields
