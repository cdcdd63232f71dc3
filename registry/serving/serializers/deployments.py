"""What serves where, what waits for another person, and rollouts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import ChangeRequest, Deployment, Rollout, ServingRevision
from registry.serving.queries.proposals import Proposal
from registry.serving.rules.rollout import DEFAULT, LONGEST_HOLD


class StepInput(StrictSerializer):
    """One step: the percentage of the traffic, and how long it is held."""

    percent = serializers.IntegerField(min_value=1, max_value=100)
    hold_minutes = serializers.IntegerField(min_value=0, max_value=LONGEST_HOLD)


class ChangeInput(StrictSerializer):
    """A change of what serves. Names that are left out stay as they are; null removes one."""

    model = serializers.CharField(max_length=128)
    version = serializers.CharField(max_length=64)
    environment = serializers.CharField(max_length=63)
    thresholds = serializers.DictField(child=serializers.FloatField(allow_null=True), required=False)
    feature_pins = serializers.DictField(child=serializers.CharField(max_length=64, allow_null=True), required=False)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")

    def proposal(self) -> Proposal:
        """The change that the body describes."""
        values = self.validated_data
        names = ("traffic_percent", "thresholds", "feature_pins", "steps", "shadow")
        return Proposal(*(values.get(name) for name in names))


class DeploymentInput(ChangeInput):
    """A change that applies at once or waits for approval. The versions that served before share the rest."""

    traffic_percent = serializers.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        help_text="If left out, the traffic stays as it is. At 0 a version that does not serve yet runs as shadow: it "
        "computes, and no user gets its answers.",
    )
    shadow = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="At 0 percent: true runs the version as shadow, false removes it. If left out, a version that has "
        "traffic is removed, and any other runs as shadow.",
    )


class RolloutInput(ChangeInput):
    """A change in steps, approved once."""

    steps = serializers.ListField(
        child=StepInput(), required=False, default=lambda: [dict(step) for step in DEFAULT], min_length=1, max_length=20
    )


class RollbackInput(StrictSerializer):
    """The revision to go back to; a rehearsal is recorded and changes nothing."""

    to_revision = serializers.IntegerField(min_value=1, max_value=2_147_483_647)
    rehearsal = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=4_000)


class WordInput(StrictSerializer):
    """An optional reason."""

    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class ChangeDecisionInput(WordInput):
    """A decision: an optional reason, and the digest of the change that was seen."""

    diff_digest = serializers.CharField(
        max_length=64, required=False, help_text="The request's `digest` as it was seen; 409 for another."
    )


class ApprovalLinkOutput(serializers.Serializer):
    """A one-time link for one approver. Opening it decides nothing: they sign in, and decide there."""

    approver = serializers.CharField(source="link.person.username")
    url = serializers.CharField()
    digest = serializers.CharField(source="link.digest")
    expires_at = serializers.DateTimeField(source="link.expires_at")
    mail = serializers.CharField(source="link.state", help_text="queued, sending, sent, failed or not_mailed")


class PartOutput(serializers.Serializer):
    """One thing that a change does; an impact of 100 or more needs an approval."""

    kind = serializers.CharField()
    name = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    sentence = serializers.CharField()
    impact = serializers.IntegerField()


class ContentOutput(serializers.Serializer):
    """What serves: percentage by model version (0: it runs as shadow), thresholds, and the pins of each version."""

    weights = serializers.DictField(child=serializers.IntegerField())
    thresholds = serializers.DictField(child=serializers.FloatField())
    pins = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class StepOutput(serializers.Serializer):
    """One step of a rollout."""

    percent = serializers.IntegerField()
    hold_minutes = serializers.IntegerField()


class LaneConditionOutput(serializers.Serializer):
    """One condition of the fast lane, and the values that it was decided on."""

    name = serializers.CharField()
    met = serializers.BooleanField()
    sentence = serializers.CharField()


class LaneOutput(serializers.Serializer):
    """The standing approval that stood, and whether it covered the change: only if each condition is met."""

    standing_approval = serializers.IntegerField()
    approved_by = serializers.CharField()
    until = serializers.DateTimeField()
    covers = serializers.BooleanField()
    conditions = LaneConditionOutput(many=True)


class RevisionOutput(serializers.ModelSerializer):
    """A revision: what serves with it, what it changed, and its approval, if it needed one."""

    model = serializers.CharField(source="model.name")
    content = serializers.SerializerMethodField()
    parts = PartOutput(many=True)
    change_request = serializers.IntegerField(source="covered_by_id", allow_null=True)
    approved_by = serializers.CharField(allow_null=True)
    fast_lane = LaneOutput(allow_null=True)
    restores = serializers.IntegerField(source="restores.number", allow_null=True, default=None)

    class Meta:
        model = ServingRevision
        fields = (
            "model", "environment", "number", "content", "impact", "parts", "change_request", "standing_approval",
            "fast_lane", "approved_by", "restores", "made_by", "made_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ContentOutput)
    def get_content(self, revision: ServingRevision) -> dict[str, Any]:
        return revision.configuration.as_dict()


class DeploymentOutput(serializers.ModelSerializer):
    """A deployment: the version and the revision that came to serve; a rehearsal changes nothing."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    environment = serializers.CharField(source="revision.environment")
    decision = serializers.CharField(source="gate_decision.decision")
    change_request = serializers.IntegerField(source="revision.covered_by_id", allow_null=True)
    revision = RevisionOutput()
    shadow = serializers.BooleanField(source="is_shadow", help_text="Whether the version runs as shadow with it.")

    class Meta:
        model = Deployment
        fields = (
            "id", "model", "version", "environment", "kind", "rehearsal", "traffic_percent", "shadow", "revision",
            "change_request", "gate_decision", "decision", "rollout", "reason", "made_by", "made_at",
        )  # fmt: skip
        read_only_fields = fields


class ChangeRequestOutput(serializers.ModelSerializer):
    """A change request: what would serve, the parts of its impact, who requested it and who decided."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    change_request = serializers.IntegerField(source="id")
    base_revision = serializers.IntegerField(source="base.number", allow_null=True, default=None)
    content = ContentOutput()
    plan = StepOutput(many=True, allow_null=True)
    parts = PartOutput(many=True)
    fast_lane = LaneOutput(
        allow_null=True, help_text="Why no standing approval covered the change; null where none stands."
    )

    class Meta:
        model = ChangeRequest
        fields = (
            "id", "change_request", "model", "version", "environment", "state", "base_revision", "content", "plan",
            "digest", "impact", "parts", "gate_decision", "fast_lane", "reason", "requested_by", "requested_at",
            "expires_at", "reminded_at", "decided_by", "decided_at", "decided_through", "decision_reason",
        )  # fmt: skip
        read_only_fields = fields


class RolloutOutput(serializers.ModelSerializer):
    """A rollout: its steps, how many were taken, and why it stopped."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    steps = StepOutput(many=True)
    traffic_percent = serializers.IntegerField(source="percent")

    class Meta:
        model = Rollout
        fields = (
            "id", "model", "version", "environment", "state", "steps", "position", "traffic_percent", "due_at",
            "stopped_because", "change_request", "begun_by", "begun_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields
