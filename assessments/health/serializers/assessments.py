"""Assessments and what they add up to."""

from __future__ import annotations

from rest_framework import serializers

from assessments.models import Assessment, AssessmentItem
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.api.serializers import StrictSerializer

MOST = 2_147_483_647
MOST_CAPABILITIES = 200  # of one body: there are about forty
STATUSES, PRIORITIES = [word.value for word in Status], [word.value for word in Priority]


class ItemInput(StrictSerializer):
    """The values of one capability; what is left out does not change."""

    capability = serializers.CharField(max_length=63)
    status = serializers.ChoiceField(choices=STATUSES, required=False)
    priority = serializers.ChoiceField(choices=PRIORITIES, required=False)
    notes = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    evidence_url = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="https://…")
    group = serializers.CharField(
        max_length=40,
        required=False,
        help_text="Of a capability that does not exist yet: it is added as the organization's own when a draft is begun.",
    )
    description = serializers.CharField(max_length=300, required=False, help_text="Of a capability to add.")


class AssessmentChange(StrictSerializer):
    """What to change of a draft."""

    assessed_on = serializers.DateField(required=False)
    model_count = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    team_count = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True)
    rubric = serializers.IntegerField(
        min_value=1,
        max_value=MOST,
        required=False,
        allow_null=True,
        help_text="The version of the organization's levels that judges it; null: the standard levels.",
    )
    items = ItemInput(many=True, required=False, max_length=MOST_CAPABILITIES)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it


class AssessmentInput(AssessmentChange):
    """A draft to begin: what is left out is taken from the assessment that it corrects, else from the last published one.

    Without either, a capability is missing.
    """

    organization = serializers.CharField(max_length=63)
    assessed_on = serializers.DateField()
    corrects = serializers.IntegerField(min_value=1, max_value=MOST, required=False, allow_null=True, default=None)


class ItemOutput(serializers.ModelSerializer):
    """One capability of an assessment."""

    capability = serializers.CharField(source="capability.name")
    evidence_url = serializers.CharField(help_text="Empty where there is none.")

    class Meta:
        model = AssessmentItem
        fields = ("capability", "status", "notes", "priority", "evidence_url")
        read_only_fields = fields


class AssessmentOutput(serializers.ModelSerializer):
    """A dated statement of every capability's status."""

    organization = serializers.CharField(source="organization.slug")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    rubric = serializers.IntegerField(
        source="rubric.number", default=None, allow_null=True, help_text="Null: the standard levels."
    )
    items = ItemOutput(many=True)

    class Meta:
        model = Assessment
        fields = (
            "id", "organization", "assessed_on", "model_count", "team_count", "state", "corrects", "rubric", "created_by",
            "created_at", "published_by", "published_at", "items",
        )  # fmt: skip
        read_only_fields = fields


class ByStatusOutput(serializers.Serializer):
    implemented = serializers.IntegerField()
    partial = serializers.IntegerField()  # type: ignore[assignment] # a field, not an option of the serializer
    missing = serializers.IntegerField()
    not_applicable = serializers.IntegerField()


class StatedOutput(serializers.Serializer):
    capability = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)


class BlockerOutput(serializers.Serializer):
    """A level above the confirmed one, and what it still lacks."""

    level = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field, not an option of the serializer
    capabilities = StatedOutput(many=True)


class NextStepOutput(serializers.Serializer):
    """What to finish next; `reaches` is null where the next level needs more than this."""

    capability = serializers.CharField()
    reaches = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {"from": serializers.ChoiceField(choices=STATUSES)}


class GroupOutput(serializers.Serializer):
    """The score of a group, 0 to 100; null where nothing is applicable."""

    group = serializers.CharField()
    applicable = serializers.IntegerField()
    implemented = serializers.IntegerField()
    partial = serializers.IntegerField()  # type: ignore[assignment] # a field, not an option of the serializer
    missing = serializers.IntegerField()
    health_score = serializers.FloatField(allow_null=True)


class RecommendationOutput(serializers.Serializer):
    """A gap: the level it blocks, why it matters, how to begin."""

    capability = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    priority = serializers.ChoiceField(choices=PRIORITIES)
    blocks = serializers.CharField(allow_null=True)
    why = serializers.CharField(help_text="Facts of this organization alone.")
    matters = serializers.CharField(help_text="Why it matters anywhere.")
    first_step = serializers.CharField()


class LeftOutOutput(serializers.Serializer):
    """A gap that is exempt: not proposed until a day."""

    capability = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    until = serializers.DateField(help_text="The last day of the exemption.")
    reason = serializers.CharField()
    sentence = serializers.CharField()


class SummaryOutput(serializers.Serializer):
    """What an assessment adds up to; levels by their labels."""

    organization = serializers.CharField()
    assessed_on = serializers.DateField()
    models = serializers.IntegerField(allow_null=True)
    teams = serializers.IntegerField(allow_null=True)
    total_capabilities = serializers.IntegerField()
    applicable = serializers.IntegerField()
    by_status = ByStatusOutput()
    health_score = serializers.FloatField(allow_null=True)
    critical_gaps = serializers.ListField(child=serializers.CharField())
    confirmed_level = serializers.CharField()
    provisional_level = serializers.CharField()
    blockers = BlockerOutput(many=True)
    next_step = NextStepOutput(allow_null=True)
    by_group = GroupOutput(many=True)
    recommendations = RecommendationOutput(many=True)
    left_out = LeftOutOutput(many=True)


class ReportOutput(SummaryOutput):
    """What an assessment adds up to, with the plan that follows from it."""

    items = serializers.ListField(
        child=serializers.DictField(),
        help_text="Every capability as stated, with its evidence: a draft can start from it.",
    )
    plan = serializers.DictField(help_text="The plan, as the organization's strategy has it.")
