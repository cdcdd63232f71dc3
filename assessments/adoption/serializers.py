"""Training runs and the other data of adoption, and the figures computed from them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.adoption.actions import MOST_RUNS
from assessments.adoption.rules.diagnosis import Answer
from assessments.models import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.api.serializers import StrictSerializer


class TrainingRunInput(StrictSerializer):
    """A training run. Without an orchestrator it was started by hand; with an external id it is recorded once."""

    team = serializers.CharField(max_length=120)
    model = serializers.CharField(max_length=128)
    started_at = serializers.DateTimeField()
    succeeded = serializers.BooleanField()
    orchestrator = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


def runs_input(data: Any = serializers.empty, **options: Any) -> serializers.BaseSerializer:
    """One run, or a list of 1 to 1,000."""
    if isinstance(data, list):
        options |= {"many": True, "allow_empty": False, "max_length": MOST_RUNS}
    return TrainingRunInput(data=data, **options)


class RecordedOutput(serializers.Serializer):
    """How many runs were new, and how many existed already."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()


class TrainingRunOutput(serializers.ModelSerializer):
    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = TrainingRun
        fields = (
            "id",
            "organization",
            "team",
            "model",
            "started_at",
            "succeeded",
            "orchestrator",
            "external_id",
            "sample",
        )
        read_only_fields = fields


class ProjectInput(StrictSerializer):
    """A model project that a team began."""

    name = serializers.CharField(max_length=120)
    team = serializers.CharField(max_length=120)
    started_on = serializers.DateField()
    on_platform = serializers.BooleanField()


class ProjectOutput(serializers.ModelSerializer):
    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = ModelProject
        fields = ("id", "organization", "name", "team", "started_on", "on_platform", "sample")
        read_only_fields = fields


class UseCaseInput(StrictSerializer):
    """Something that teams do with models."""

    name = serializers.CharField(max_length=120)
    team = serializers.CharField(max_length=120, required=False, allow_blank=True)
    supported = serializers.BooleanField()
    on_platform = serializers.BooleanField()


class UseCaseOutput(serializers.ModelSerializer):
    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = UseCase
        fields = ("id", "organization", "name", "team", "supported", "on_platform", "sample")
        read_only_fields = fields


class ShowstopperInput(StrictSerializer):
    """What a team answered to "what would make you switch?"."""

    team = serializers.CharField(max_length=120)
    answer = serializers.CharField(max_length=300)
    day = serializers.DateField()


class ShowstopperOutput(serializers.ModelSerializer):
    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = ShowstopperAnswer
        fields = ("id", "organization", "team", "answer", "day", "sample")
        read_only_fields = fields


class ReleaseInput(StrictSerializer):
    """A capability that was shipped."""

    name = serializers.CharField(max_length=120)
    started_on = serializers.DateField()
    released_on = serializers.DateField()


class ReleaseOutput(serializers.ModelSerializer):
    weeks = serializers.FloatField(help_text="From the start to the release.")

    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Release
        fields = ("id", "organization", "name", "started_on", "released_on", "weeks", "sample")
        read_only_fields = fields


class ActiveTeamsOutput(serializers.Serializer):
    month = serializers.DateField()
    teams = serializers.IntegerField()


class ProjectMonthOutput(serializers.Serializer):
    month = serializers.DateField()
    started = serializers.IntegerField()
    on_platform = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="0..1; null where no project started.")


class CoverageOutput(serializers.Serializer):
    supported = serializers.IntegerField()
    on_platform = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="0..1 of the supported use cases.")
    escape_hatch_gaps = serializers.IntegerField(help_text="Unsupported use cases, which the share leaves out.")


class FirstSuccessOutput(serializers.Serializer):
    team = serializers.CharField()
    minutes = serializers.FloatField(allow_null=True, help_text="From the first run to the first that succeeded.")
    in_time = serializers.BooleanField(help_text="Within 30 minutes.")


class AnswerCountOutput(serializers.Serializer):
    answer = serializers.CharField()
    count = serializers.IntegerField()


class QuarterOutput(serializers.Serializer):
    to = serializers.DateField()
    answers = AnswerCountOutput(many=True)
    most_common = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        return {"from": serializers.DateField()} | super().get_fields()


class YearOutput(serializers.Serializer):
    year = serializers.IntegerField()
    releases = serializers.IntegerField()
    median_weeks = serializers.FloatField()


class VelocityOutput(serializers.Serializer):
    years = YearOutput(many=True)
    times = serializers.FloatField(allow_null=True, help_text="The newest year's median over the first year's.")
    feature_tax = serializers.BooleanField(help_text="Whether that is 2 or more.")


class FindingOutput(serializers.Serializer):
    id = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(choices=[word.value for word in Answer])
    because = serializers.CharField()


class DiagnosisOutput(serializers.Serializer):
    sentence = serializers.CharField()
    findings = FindingOutput(many=True)


class AdoptionOutput(serializers.Serializer):
    """Months are oldest first, the last is the current month; `null` is an unknown figure."""

    monthly_active_teams = ActiveTeamsOutput(many=True)
    teams_falling = serializers.BooleanField(help_text="For the last two full months.")
    new_projects = ProjectMonthOutput(many=True)
    projects_falling = serializers.BooleanField(help_text="The share, for the last two full months.")
    coverage = CoverageOutput()
    time_to_first_success = FirstSuccessOutput(many=True)
    showstoppers = QuarterOutput()
    velocity = VelocityOutput()
    diagnosis = DiagnosisOutput()


class RemovedOutput(serializers.Serializer):
    removed = serializers.IntegerField(help_text="Rows that were samples.")
