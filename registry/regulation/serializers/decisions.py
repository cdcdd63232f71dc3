"""Decisions that serving reported, with their explanations: what the API takes and returns."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import MOST_IN_A_BODY, StrictSerializer
from registry.models import ReportedDecision
from registry.regulation.rules.reported_decision import ADDITIVE, LINKS, METHODS


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "maxLength": 500}]})
class PredictionField(serializers.JSONField):
    """A score, or a class."""


class ExplanationInput(StrictSerializer):
    """What each input contributed to the prediction."""

    method = serializers.ChoiceField(
        choices=METHODS,
        help_text=f"For {' and '.join(ADDITIVE)}, the base value and the contributions must add up to the prediction.",
    )
    base_value = serializers.FloatField(required=False, allow_null=True, default=None)
    link = serializers.ChoiceField(
        choices=LINKS,
        default="identity",
        help_text="logit: base value and contributions add up to the log-odds of the prediction.",
    )
    contributions = serializers.DictField(
        child=serializers.FloatField(),
        help_text="A number for each feature the version was trained on, or column of its training data.",
    )


class DecisionInput(StrictSerializer):
    """One decision. Inputs are stored as sent: send their SHA-256 instead where they are personal data."""

    external_id = serializers.CharField(max_length=120)
    decided_at = serializers.DateTimeField()
    environment = serializers.CharField(max_length=64, required=False, default="production")
    inputs = serializers.DictField(required=False, allow_null=True, default=None)
    inputs_digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    prediction = PredictionField()
    outcome = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="What was done, for example approved or declined.",
    )
    explanation = ExplanationInput(required=False, allow_null=True, default=None)


def decisions_input(data: Any = serializers.empty, **kwargs: Any) -> serializers.BaseSerializer:
    """One decision, or a list of 1 to 1,000."""
    if isinstance(data, list):
        child = DecisionInput(data=data, **kwargs)
        return serializers.ListSerializer(
            child=child, data=data, allow_empty=False, max_length=MOST_IN_A_BODY, **kwargs
        )
    return DecisionInput(data=data, **kwargs)


class ReportedOutput(serializers.Serializer):
    """How many decisions were new, and how many were already on record."""

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

    inputs = serializers.DictField(source="parsed.inputs", allow_null=True)
    inputs_digest = serializers.CharField(source="parsed.inputs_digest", allow_blank=True)
    prediction = PredictionField(source="parsed.prediction")
    outcome = serializers.CharField(source="parsed.outcome", allow_blank=True)
    explanation = ExplanationOutput(source="parsed.explanation", allow_null=True)

    class Meta:
        model = ReportedDecision
        fields = (
            "id", "external_id", "decided_at", "environment", "inputs", "inputs_digest", "prediction", "outcome",
            "explanation", "digest", "reported_by", "reported_at",
        )  # fmt: skip
        read_only_fields = fields
