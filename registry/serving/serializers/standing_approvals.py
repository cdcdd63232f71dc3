"""Standing approvals: what the API takes and returns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import StandingApproval
from registry.serving.queries.production import PRODUCTION
from registry.serving.queries.standing_approvals import problem_of
from registry.serving.rules.fast_lane import DEFAULT_DAYS, DEFAULT_POINTS
from registry.serving.rules.limits import HIGHER, LONGEST_NAME, LOWER, MOST_LIMITS


class LimitInput(StrictSerializer):
    """How bad a metric may be: the worst value, or a share of the error of the version that serves, or both."""

    metric = serializers.CharField(max_length=LONGEST_NAME)
    slice = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")
    better = serializers.ChoiceField(choices=[LOWER, HIGHER], required=False, default=LOWER)
    worst = serializers.FloatField(required=False, allow_null=True, default=None)
    max_worse = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="0.02: at most 2% of its error worse."
    )


class StandingApprovalInput(StrictSerializer):
    """The fast lane of a model in an environment, which another person approves."""

    environment = serializers.CharField(max_length=63, required=False, default=PRODUCTION)
    limits = serializers.ListField(child=LimitInput(), max_length=MOST_LIMITS)
    until = serializers.DateTimeField(
        required=False, help_text=f"At most 90 days ahead; {DEFAULT_DAYS} days if left out."
    )
    most_points = serializers.IntegerField(
        min_value=1, max_value=100, required=False, default=DEFAULT_POINTS, help_text="Of the traffic, in one change."
    )
    same_recipe = serializers.BooleanField(
        required=False, default=True, help_text="Whether code, container and hyperparameters have to be the same."
    )
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")

    def fields_of_request(self) -> dict[str, Any]:
        """The values, with the usual end where none is given."""
        values = dict(self.validated_data)
        values.setdefault("until", timezone.now() + timedelta(days=DEFAULT_DAYS))
        return values


class StandingDecisionInput(StrictSerializer):
    """A decision: an optional comment, and the digest of what was seen."""

    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    digest = serializers.CharField(
        max_length=64, required=False, help_text="Of what was seen; 409 if it is another now."
    )


class EndInput(StrictSerializer):
    """Why it ends."""

    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class LimitOutput(serializers.Serializer):
    """How bad a metric may be."""

    metric = serializers.CharField()
    slice = serializers.CharField(allow_blank=True)
    better = serializers.CharField()
    worst = serializers.FloatField(allow_null=True)
    max_worse = serializers.FloatField(allow_null=True)


class StandingApprovalOutput(serializers.ModelSerializer):
    """A standing approval: what it covers, who decided it, how, and why it covers nothing now, if so."""

    model = serializers.CharField(source="model.name")
    state = serializers.CharField(source="word")
    limits = LimitOutput(many=True)
    policies = serializers.ListField(child=serializers.CharField())
    baseline_version = serializers.CharField(source="baseline.version")
    problem = serializers.SerializerMethodField()

    class Meta:
        model = StandingApproval
        fields = (
            "id", "model", "environment", "state", "problem", "limits", "most_points", "same_recipe", "policies",
            "baseline_version", "digest", "reason", "requested_by", "requested_at", "until", "decided_by", "decided_at",
            "decided_through", "decision_reason", "ended_by", "ended_at", "end_reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_problem(self, approval: StandingApproval) -> str:
        return problem_of(approval) if approval.word == StandingApproval.State.APPROVED else ""
