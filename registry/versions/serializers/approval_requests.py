"""Approval requests over the API."""

from __future__ import annotations

from rest_framework import serializers

from registry.models import ApprovalRequest


class DifferenceOutput(serializers.Serializer):
    """One thing that changes, before and after in words."""

    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class ApprovalRequestOutput(serializers.ModelSerializer):
    """A looser policy, looser gate settings or a regulated promotion that waits for another person, or was decided."""

    state = serializers.CharField(
        source="status", help_text="waiting, approved, rejected, withdrawn, stale or expired."
    )
    title = serializers.CharField()
    policy = serializers.CharField(source="policy.name", default=None, allow_null=True)
    based_on = serializers.IntegerField(
        source="policy.number", default=None, allow_null=True, help_text="The version of the policy in force."
    )
    model = serializers.CharField(source="model_version.model.name", default=None, allow_null=True)
    version = serializers.CharField(source="model_version.version", default=None, allow_null=True)
    ways = serializers.ListField(child=serializers.CharField(), help_text="In which ways it gets looser.")
    diff = DifferenceOutput(many=True)
    url = serializers.CharField(source="get_absolute_url", help_text="The page on which a person decides.")

    class Meta:
        model = ApprovalRequest
        fields = (
            "id", "kind", "state", "title", "policy", "based_on", "model", "version", "content", "ways", "diff", "digest",
            "gate_decision", "reason", "requested_by", "requested_at", "expires_at", "decided_by", "decided_at",
            "decision_reason", "url",
        )  # fmt: skip
        read_only_fields = fields
