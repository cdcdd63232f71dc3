"""What an organization wants to reach, and where it is on the way."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.health.queries.targets import TargetShown
from assessments.health.rules.targets import Outlook
from platform_site.api.serializers import StrictSerializer


class TargetInput(StrictSerializer):
    """A score, a level, or both, by a day."""

    score = serializers.IntegerField(
        min_value=1, max_value=100, required=False, allow_null=True, default=None, help_text="In percent."
    )
    level = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="", help_text="The short name of a level."
    )
    due_on = serializers.DateField(help_text="For example the last day of a quarter.")


class TargetOutput(serializers.Serializer):
    """A target and where the organization is on the way to it. Nothing is forecast before two scored assessments."""

    organization = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    level = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField()
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()
    score_now = serializers.FloatField(allow_null=True, help_text="Of the newest published assessment.")
    level_now = serializers.CharField(allow_null=True, help_text="The label of its confirmed level.")
    forecast = serializers.FloatField(allow_null=True, help_text="The score on the day, at the present pace.")
    pace_of = serializers.IntegerField(allow_null=True, help_text="How many assessments the pace is taken from.")
    state = serializers.ChoiceField(choices=[word.value for word in Outlook])
    sentence = serializers.CharField()

    def to_representation(self, shown: TargetShown) -> dict[str, Any]:
        target, line = shown.target, shown.progress.forecast
        last = shown.last_mark
        return super().to_representation(
            {
                "organization": target.organization.slug,
                "score": target.score,
                "level": target.level,
                "due_on": target.due_on,
                "set_by": target.set_by,
                "set_at": target.set_at,
                "score_now": last.score if last else None,
                "level_now": last.level.label if last else None,
                "forecast": line.due_score if line else None,
                "pace_of": line.of if line else None,
                "state": str(shown.progress.state),
                "sentence": shown.progress.sentence,
            }
        )
