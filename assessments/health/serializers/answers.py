"""What teams say themselves about a draft."""

from __future__ import annotations

from rest_framework import serializers

from assessments.health.serializers.assessments import MOST_CAPABILITIES, STATUSES
from assessments.models import TeamAnswer
from platform_site.api.serializers import StrictSerializer


class AnswerInput(StrictSerializer):
    """What a team says about one capability."""

    capability = serializers.CharField(max_length=63)
    status = serializers.ChoiceField(choices=STATUSES)
    note = serializers.CharField(
        max_length=4_000, required=False, allow_blank=True, default="", help_text="Required for not_applicable."
    )


class AnswersInput(StrictSerializer):
    """What one team says; capabilities that are left out keep their answer."""

    team = serializers.CharField(max_length=63, help_text="The slug of a team that you belong to.")
    answers = AnswerInput(many=True, max_length=MOST_CAPABILITIES)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it


class TeamAnswerOutput(serializers.ModelSerializer):
    """What a team said about one capability of a draft, by whom and when."""

    team = serializers.CharField(source="team.slug")
    capability = serializers.CharField(source="capability.name")

    class Meta:
        model = TeamAnswer
        fields = ("id", "team", "capability", "status", "note", "answered_by", "answered_at")
        read_only_fields = fields
