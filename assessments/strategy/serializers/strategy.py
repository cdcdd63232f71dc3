"""What the rules advise, the decisions that differ, and rehearsals."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from assessments.models import RecoveryDecision, Rehearsal, SourcingDecision
from assessments.strategy.rules.operating_model import PLATFORM_OWNS, TEAMS_OWN
from assessments.strategy.rules.recovery import Keeper
from assessments.strategy.rules.sourcing import Choice
from platform_site.api.serializers import StrictSerializer

CHOICES, KEEPERS = [word.value for word in Choice], [word.value for word in Keeper]


class WhyOutput(serializers.Serializer):
    """The rule, and the figures of this organization that it was applied to."""

    rule = serializers.CharField()
    figures = serializers.ListField(child=serializers.CharField())


class FactOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    value = serializers.JSONField(allow_null=True, help_text="Null: unknown.")
    measured = serializers.BooleanField(help_text="Measured rather than entered.")
    other = serializers.JSONField(
        allow_null=True, help_text="The value that is not used, where the entered and the measured one differ."
    )


class PlanStepOutput(serializers.Serializer):
    """One step of the plan. `capability` is its stable id."""

    capability = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    place = serializers.IntegerField(allow_null=True, help_text="Among the open steps, from 1; null: done.")
    state = serializers.CharField(help_text="done, begun, not_begun, contradicted or not_assessed.")
    status = serializers.CharField(allow_null=True, help_text="As assessed; null: not assessed.")
    measured = serializers.CharField(allow_null=True, help_text="The measured status, where it differs.")
    why = serializers.CharField(help_text="Facts of this organization alone.")
    matters = serializers.CharField(help_text="Why it matters anywhere.")
    first_step = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment] # a field, not an option of the serializer
        allow_null=True, help_text="Where its group comes from: build, buy or open_source."
    )
    by_compliance = serializers.BooleanField()


class DeferredOutput(serializers.Serializer):
    """What waits, and the condition that ends the waiting. `feature_store` is not a capability of the catalogue."""

    capability = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField(allow_null=True)
    why = serializers.CharField()
    until = serializers.CharField()


class ExemptedOutput(serializers.Serializer):
    """A capability that is exempt: no step of the plan until a day."""

    capability = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField(allow_null=True, help_text="Null: not assessed.")
    until = serializers.DateField(help_text="The last day of the exemption.")
    reason = serializers.CharField()
    sentence = serializers.CharField()


class StrategyPlanOutput(serializers.Serializer):
    """The one ordered plan: open steps first, in the order to take them."""

    kind = serializers.CharField(help_text="project_level, phase_1, phase_1_regulated or next_level.")
    title = serializers.CharField()
    weeks = serializers.IntegerField(allow_null=True, help_text="The target of a first phase.")
    success = serializers.CharField()
    growth = serializers.CharField(help_text="What happens to models that exist or are planned; may be empty.")
    steps = PlanStepOutput(many=True)
    deferred = DeferredOutput(many=True)
    left_out = ExemptedOutput(many=True)
    would_change = serializers.ListField(
        child=serializers.CharField(), help_text="What would change a verdict of no platform yet."
    )
    why = WhyOutput()
    ask = serializers.CharField(allow_null=True)


class ProposedSourceOutput(serializers.Serializer):
    choice = serializers.CharField(allow_null=True, help_text="build, buy or open_source.")
    own_part = serializers.CharField()
    why = WhyOutput()
    ask = serializers.CharField(allow_null=True)


class SourcingDecisionOutput(serializers.ModelSerializer):
    choice = serializers.CharField()

    class Meta:
        model = SourcingDecision
        fields = ("choice", "own_part", "reason", "decided_by", "decided_at")
        read_only_fields = fields


class SourcedOutput(serializers.Serializer):
    """A group: the choice in force, the proposal, and the decision that differs from it."""

    group = serializers.CharField()
    choice = serializers.CharField(allow_null=True, help_text="build, buy or open_source.")
    own_part = serializers.CharField()
    by_compliance = serializers.BooleanField(source="proposal.by_compliance")
    proposed = ProposedSourceOutput(source="proposal")
    decided = SourcingDecisionOutput(source="decision", allow_null=True)


class DepthOutput(serializers.Serializer):
    choice = serializers.CharField(help_text="managed, own_cluster or unknown.")
    sentence = serializers.CharField()
    ratio = serializers.CharField(allow_null=True, help_text="Platform engineers to people served.")
    night = serializers.CharField()
    night_answer = serializers.CharField()
    why = WhyOutput()
    asks = serializers.ListField(child=serializers.CharField())


class ProposedKeeperOutput(serializers.Serializer):
    keeper = serializers.CharField(allow_null=True, help_text="team or managed.")
    why = serializers.CharField()


class RecoveryDecisionOutput(serializers.ModelSerializer):
    keeper = serializers.CharField()

    class Meta:
        model = RecoveryDecision
        fields = ("keeper", "reason", "decided_by", "decided_at")
        read_only_fields = fields


class RecoveredOutput(serializers.Serializer):
    """A capability that runs, and who should run it; in the order to migrate them."""

    capability = serializers.CharField()
    status = serializers.CharField(source="proposal.status")
    keeper = serializers.CharField(
        allow_null=True, help_text="team or managed; null: open until it is decided where its group comes from."
    )
    proposed = ProposedKeeperOutput(source="proposal")
    decided = RecoveryDecisionOutput(source="decision", allow_null=True)


class OperatingModelOutput(serializers.Serializer):
    model = serializers.CharField(help_text="embedded, hybrid, none or unknown.")
    sentence = serializers.CharField()
    per_team = serializers.FloatField(allow_null=True, help_text="Platform engineers for each model team.")
    development = serializers.IntegerField(allow_null=True)
    enablement = serializers.IntegerField(allow_null=True)
    embedded = serializers.IntegerField(allow_null=True)
    office_hours = serializers.BooleanField()
    duties = serializers.ListField(child=serializers.CharField(), help_text="What enablement owns.")
    platform_owns = serializers.SerializerMethodField()
    teams_own = serializers.SerializerMethodField()
    why = WhyOutput()
    asks = serializers.ListField(child=serializers.CharField())

    def get_platform_owns(self, _) -> list[str]:
        return list(PLATFORM_OWNS)

    def get_teams_own(self, _) -> list[str]:
        return list(TEAMS_OWN)


class FlavourOutput(serializers.Serializer):
    mode = serializers.CharField()
    adds = serializers.CharField()
    why = WhyOutput()


class GoldenPathOutput(serializers.Serializer):
    core = serializers.ListField(child=serializers.CharField())
    flavours = FlavourOutput(many=True)
    not_in_use = serializers.ListField(child=serializers.CharField())
    asks = serializers.ListField(child=serializers.CharField())


class LackingOutput(serializers.Serializer):
    model = serializers.CharField()
    version = serializers.CharField()
    parts = serializers.ListField(child=serializers.CharField())


class RehearsalOutput(serializers.ModelSerializer):
    """An attempt to rebuild a production model from the registry alone."""

    hours = serializers.FloatField()

    class Meta:
        model = Rehearsal
        fields = (
            "id", "model", "version", "rehearsed_on", "rebuilt", "hours", "newcomer", "notes", "recorded_by", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields


class ReadinessOutput(serializers.Serializer):
    question = serializers.CharField()
    state = serializers.CharField(
        help_text="ready, not_rehearsed, too_slow, not_rebuilt, incomplete or nothing_in_production."
    )
    sentence = serializers.CharField()
    complete = serializers.IntegerField()
    total = serializers.IntegerField()
    missing = serializers.DictField(child=serializers.IntegerField(), help_text="Versions that lack each part.")
    why = WhyOutput()


class HoldingOutput(serializers.Serializer):
    title = serializers.CharField()
    sentence = serializers.CharField()
    begun = serializers.BooleanField(help_text="There is some of it.")


class ObligationOutput(serializers.Serializer):
    """A word of the regulator, what it takes, the capabilities that bring it, and what this installation holds."""

    word = serializers.CharField()
    takes = serializers.CharField()
    capabilities = serializers.ListField(child=serializers.CharField())
    holds = HoldingOutput(many=True)


class StrategyOutput(serializers.Serializer):
    """An organization's strategy: what the rules advise from what is known, and the decisions that differ."""

    organization = serializers.CharField(source="organization.slug")
    assessment = serializers.IntegerField(source="assessment.pk", allow_null=True, default=None)
    facts = FactOutput(many=True)
    verdict = serializers.CharField(source="evaluation.verdict", help_text="not_yet, phase_1 or urgent.")
    plan = StrategyPlanOutput()
    sourcing = SourcedOutput(many=True)
    build_depth = DepthOutput(source="depth")
    routed_around = WhyOutput()
    recovery = RecoveredOutput(many=True)
    operating_model = OperatingModelOutput()
    golden_path = GoldenPathOutput()
    readiness = ReadinessOutput()
    obligations = ObligationOutput(many=True, help_text="Empty where no decision must be explained.")
    lacking = LackingOutput(many=True, help_text="The first production versions that lack something.")
    rehearsals = RehearsalOutput(many=True)


class SourcingInput(StrictSerializer):
    """Where a group comes from."""

    choice = serializers.ChoiceField(choices=CHOICES)
    own_part = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=500)


class RecoveryInput(StrictSerializer):
    """Who should run a capability."""

    keeper = serializers.ChoiceField(choices=KEEPERS)
    reason = serializers.CharField(max_length=500)


class StrategyInput(StrictSerializer):
    """What to decide; null goes back to the proposal. What is left out does not change."""

    sourcing = serializers.DictField(
        child=SourcingInput(allow_null=True), required=False, help_text="By the name of the group."
    )
    recovery = serializers.DictField(
        child=RecoveryInput(allow_null=True), required=False, help_text="By the name of the capability."
    )


class RehearsalInput(StrictSerializer):
    """A rehearsal that is over."""

    model = serializers.CharField(max_length=128)
    version = serializers.CharField(max_length=64)
    rehearsed_on = serializers.DateField()
    rebuilt = serializers.BooleanField()
    hours = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal("0.01"))
    newcomer = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    notes = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
