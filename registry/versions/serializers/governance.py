"""Overrides and promotion policies."""

from __future__ import annotations

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.compute.stats.fairness import FIGURES
from registry.models import GatePolicy, GateSettings, Override
from registry.versions.rules.metrics import MAIN
from registry.versions.rules.policy_checks import MOST_CHECKS, OPERATORS, SERVING


class OverrideInput(StrictSerializer):
    """The model version, why, and until when. It covers what blocks the gates at that moment, and nothing later."""

    model = serializers.CharField(max_length=128)
    version = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=4_000)
    expires_at = serializers.DateTimeField()
    pins = serializers.DictField(
        child=serializers.CharField(max_length=64),
        required=False,
        help_text="Versions to serve that the model was not trained on: {feature: version}.",
    )


class DecideInput(StrictSerializer):
    """The comment of the person who decides."""

    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class CauseOutput(serializers.Serializer):
    """One thing that an override covers."""

    key = serializers.CharField()
    sentence = serializers.CharField()


class OverrideOutput(serializers.ModelSerializer):
    """An override, what it covers, who requested and who decided it; `in_force` while it opens a gate."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    causes = CauseOutput(many=True)
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Override
        fields = (
            "id", "model", "version", "state", "in_force", "causes", "reason", "requested_by", "requested_at",
            "expires_at", "decided_by", "decided_at", "decision_reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_in_force(self, override: Override) -> bool:
        return override.state == Override.State.APPROVED and not override.is_expired


class StandingOverrideOutput(serializers.ModelSerializer):
    """An override in the answer of its model version; it opens gates while it is approved and not expired."""

    causes = CauseOutput(many=True)

    class Meta:
        model = Override
        fields = ("id", "state", "causes", "requested_by", "decided_by", "expires_at")
        read_only_fields = fields


class PolicyInput(StrictSerializer):
    """The next version of a policy. Without an owner it is the platform's; without a subject it applies to all teams."""

    name = serializers.CharField(max_length=128)
    owner_team = serializers.CharField(max_length=63, required=False, allow_null=True, default=None)
    subject_team = serializers.CharField(max_length=63, required=False, allow_null=True, default=None)
    model_type = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    on_registration = serializers.BooleanField(required=False, default=False)
    regulated = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Applies to regulated models only, to every version as soon as it is registered.",
    )
    refuses_name_only = serializers.BooleanField(
        required=False, default=False, help_text="Closes the gate while a feature is compared by its name only."
    )
    retired = serializers.BooleanField(required=False, default=False)
    checks = serializers.ListField(
        child=serializers.DictField(),
        max_length=MOST_CHECKS,
        help_text=f"metric, operator ({', '.join(OPERATORS)}), threshold; optionally slice and required. Or metric, "
        f"baseline ({SERVING}) and max_worse, a share of the error of the version that serves; metric may be {MAIN}. "
        f"For {', '.join(FIGURES)}, slice names the column of the groups, and groups those that must be reported.",
    )
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class PolicyCheckOutput(serializers.Serializer):
    """One condition on one metric; an empty slice means all rows."""

    metric = serializers.CharField()
    slice = serializers.CharField(allow_blank=True)
    operator = serializers.CharField(default="", help_text="Empty where the check compares with what serves.")
    threshold = serializers.FloatField(default=None, allow_null=True)
    baseline = serializers.CharField(default="", help_text="`serving`: it compares with the version that serves.")
    max_worse = serializers.FloatField(
        default=None, allow_null=True, help_text="By how much of that version's error it may be worse."
    )
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of the check, not the serializer's own flag
    groups = serializers.ListField(child=serializers.CharField(), default=list)


class JudgedOutput(PolicyCheckOutput):
    """A check with what was observed: null if it was not measured."""

    observed = serializers.FloatField(allow_null=True)
    outcome = serializers.CharField()
    policy = serializers.CharField()
    policy_version = serializers.IntegerField()
    owner_team = serializers.CharField(default="", help_text="The team that owns the policy, if it is not the model's.")
    lacking = serializers.CharField(default="", help_text="Why a figure could not be computed or compared.")
    serving_version = serializers.CharField(default="", help_text="The version that it was compared with.")
    serving_value = serializers.FloatField(default=None, allow_null=True)


class PolicyOutput(serializers.ModelSerializer):
    """One version of a policy; the highest number of a name is in force."""

    owner_team = serializers.CharField(source="owner_team.slug", allow_null=True, default=None)
    subject_team = serializers.CharField(source="subject_team.slug", allow_null=True, default=None)
    checks = PolicyCheckOutput(many=True)

    class Meta:
        model = GatePolicy
        fields = (
            "name", "number", "owner_team", "subject_team", "model_type", "on_registration", "regulated",
            "refuses_name_only", "retired",
            "checks", "reason", "saved_by", "saved_at", "approved_by",
        )  # fmt: skip
        read_only_fields = fields


class GateSettingsInput(StrictSerializer):
    """How the gates work; what is left out stays as it is."""

    skew_closes_gate = serializers.BooleanField(required=False, allow_null=True, default=None)
    parity_first_in_production = serializers.BooleanField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=4_000)


class GateSettingsOutput(serializers.ModelSerializer):
    """The settings in force; `saved_by` is empty while they are as shipped."""

    class Meta:
        model = GateSettings
        fields = (
            "skew_closes_gate", "parity_first_in_production", "reason", "saved_by", "saved_at", "approved_by",
        )  # fmt: skip
        read_only_fields = fields
