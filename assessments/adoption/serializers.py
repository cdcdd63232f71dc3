"""Training runs and the other data of adoption, and the figures computed from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from assessments.adoption.actions.merging import LONGEST_ANSWER
from assessments.adoption.actions.records import LONGEST_REASON
from assessments.adoption.rules.files import KINDS, LARGEST_BYTES
from assessments.adoption.rules.signals import Answer
from assessments.models import EscapeHatch, ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.api.serializers import MOST_IN_A_BODY, FewRelated, StrictSerializer
from platform_site.text.dates import Order

MOST_RELATED = 500


class TrainingRunInput(StrictSerializer):
    """A training run. Without an orchestrator it was started by hand; with an external id it is recorded once and corrected."""

    team = serializers.CharField(max_length=120)
    model = serializers.CharField(max_length=128)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Without it the time to the first success stays unknown."
    )
    duration_seconds = serializers.FloatField(
        required=False, min_value=0, max_value=3.2e7, write_only=True, help_text="Instead of `ended_at`."
    )
    succeeded = serializers.BooleanField()
    orchestrator = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A duration becomes the end; both together have to agree."""
        seconds = attrs.pop("duration_seconds", None)
        start = attrs.get("started_at")
        if seconds is None or start is None:
            return attrs
        end = start + timedelta(seconds=seconds)
        if attrs.get("ended_at") not in (None, end):
            sentence = f"The run lasted until {end:%Y-%m-%d %H:%M:%S} by its duration. Send one of the two."
            raise serializers.ValidationError({"ended_at": sentence})
        return attrs | {"ended_at": end}


def runs_input(data: Any = serializers.empty, **options: Any) -> serializers.BaseSerializer:
    """One run, or a list of 1 to 1,000."""
    if isinstance(data, list):
        options |= {"many": True, "allow_empty": False, "max_length": MOST_IN_A_BODY}
    return TrainingRunInput(data=data, **options)


class RecordedOutput(serializers.Serializer):
    """How many runs were new, how many were on record already, and how many of those were corrected."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()
    corrected = serializers.IntegerField(help_text="Of the known ones, those that differed: they are now as sent.")


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
            "ended_at",
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
    escape_hatch: Any = serializers.PrimaryKeyRelatedField(
        queryset=EscapeHatch.objects.all(), required=False, allow_null=True, help_text="The id of what it is done with."
    )


class UseCaseOutput(serializers.ModelSerializer):
    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = UseCase
        fields = ("id", "organization", "name", "team", "supported", "on_platform", "escape_hatch", "sample")
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
        fields = ("id", "organization", "team", "answer", "counted_as", "day", "sample")
        read_only_fields = fields


class ReleaseInput(StrictSerializer):
    """A capability that was shipped, and the answers and use cases that it serves, by their ids."""

    name = serializers.CharField(max_length=120)
    started_on = serializers.DateField()
    released_on = serializers.DateField()
    answers = FewRelated(
        serializers.PrimaryKeyRelatedField(queryset=ShowstopperAnswer.objects.select_related("organization")),
        max_length=MOST_RELATED,
        required=False,
    )
    use_cases = FewRelated(
        serializers.PrimaryKeyRelatedField(queryset=UseCase.objects.select_related("organization")),
        max_length=MOST_RELATED,
        required=False,
    )


class ReleaseOutput(serializers.ModelSerializer):
    weeks = serializers.FloatField(help_text="From the start to the release.")

    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Release
        fields = (
            "id", "organization", "name", "started_on", "released_on", "weeks", "answers", "use_cases", "sample",
        )  # fmt: skip
        read_only_fields = fields


class RemovalInput(StrictSerializer):
    """Why a record is removed."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class MergeInput(StrictSerializer):
    """Answers in any of these words are counted as one, also those that come later."""

    wordings = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_ANSWER), min_length=1, max_length=200
    )
    into = serializers.CharField(max_length=LONGEST_ANSWER)


class SeparationInput(StrictSerializer):
    """Answers that were merged are counted by their own words again."""

    merged = serializers.CharField(max_length=LONGEST_ANSWER)


class MergedOutput(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Answers that are counted otherwise now.")


class FileInput(StrictSerializer):
    """A file of records: CSV, or a JSON list of objects, as text."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    content = serializers.CharField(max_length=LARGEST_BYTES, trim_whitespace=False)
    order = serializers.ChoiceField(
        choices=[str(order) for order in Order],
        required=False,
        help_text="Of day and month where a date has two readings.",
    )
    zone = serializers.CharField(required=False, max_length=64, help_text="Of times that name none; UTC when left out.")
    good_rows_only = serializers.BooleanField(default=False, help_text="Store the good rows although others are bad.")


class ImportedOutput(serializers.Serializer):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField(help_text="Rows that are on record as they are.")
    left_out = serializers.IntegerField(help_text="Bad rows.")


class ActiveTeamsOutput(serializers.Serializer):
    month = serializers.DateField()
    teams = serializers.IntegerField()
    names = serializers.ListField(child=serializers.CharField())


class TeamMonthOutput(serializers.Serializer):
    team = serializers.CharField()
    month = serializers.DateField()


class TeamsOutput(serializers.Serializer):
    """All teams: how many there are, and by name those that are known, not active, won and lost."""

    count = serializers.IntegerField(
        allow_null=True, help_text="As the organization or its assessment states, else by name."
    )
    known = serializers.ListField(child=serializers.CharField())
    inactive = serializers.ListField(
        child=serializers.CharField(), help_text="Known teams without a run in the last full month or since."
    )
    won = TeamMonthOutput(many=True, help_text="Active in the last three months and not before; the first month.")
    lost = TeamMonthOutput(many=True, help_text="Active before and not in the last three months; the last month.")


class ProjectMonthOutput(serializers.Serializer):
    month = serializers.DateField()
    started = serializers.IntegerField()
    on_platform = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="0..1; null where no project started.")
    elsewhere = serializers.ListField(child=serializers.CharField(), help_text="The teams of the others.")


class NamedUseCaseOutput(serializers.Serializer):
    name = serializers.CharField()
    team = serializers.CharField(allow_blank=True)


class CoverageOutput(serializers.Serializer):
    supported = serializers.IntegerField()
    on_platform = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="0..1 of the supported use cases.")
    escape_hatch_gaps = serializers.IntegerField(help_text="Unsupported use cases, which the share leaves out.")
    gaps = NamedUseCaseOutput(many=True, help_text="Those, by name.")
    run_elsewhere = NamedUseCaseOutput(many=True, help_text="Supported use cases that do not run on the platform.")


class FirstSuccessOutput(serializers.Serializer):
    team = serializers.CharField()
    since = serializers.DateTimeField(
        help_text="The onboarding (its day never counts against the team), else the first run."
    )
    minutes = serializers.FloatField(
        allow_null=True,
        help_text="From then to the end of the first run that succeeded; null while either is not known.",
    )
    at_least_minutes = serializers.FloatField(
        allow_null=True, help_text="What is certain where the end is not known: to the start of that run."
    )
    in_time = serializers.BooleanField(allow_null=True, help_text="Within 30 minutes; null where the end would decide.")
    state = serializers.ChoiceField(choices=["in_time", "too_slow", "no_success_yet", "unknown"])


class AnswerCountOutput(serializers.Serializer):
    answer = serializers.CharField()
    count = serializers.IntegerField()
    teams = serializers.ListField(child=serializers.CharField())
    wordings = serializers.ListField(
        child=serializers.CharField(), help_text="More than one where a lead merged answers."
    )


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
    times = serializers.FloatField(
        allow_null=True,
        help_text="The newest year's median over the first year's, of the years with at least 3 releases.",
    )
    feature_tax = serializers.BooleanField(help_text="Whether that is 2 or more.")
    not_compared_because = serializers.CharField(allow_blank=True, help_text="What is missing where `times` is null.")


class SignalOutput(serializers.Serializer):
    id = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(choices=[word.value for word in Answer])
    because = serializers.CharField()
    names_are = serializers.CharField(allow_blank=True, help_text="What the names are.")
    names = serializers.ListField(child=serializers.CharField())
    remedy = serializers.CharField(allow_blank=True, help_text="Empty unless it is seen.")


class FindingOutput(serializers.Serializer):
    id = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(choices=[word.value for word in Answer])
    because = serializers.CharField()
    signals = SignalOutput(many=True)
    remedies = serializers.ListField(child=serializers.CharField())
    guide = serializers.CharField(help_text="The page of the guide about it.")


class DiagnosisOutput(serializers.Serializer):
    sentence = serializers.CharField()
    findings = FindingOutput(many=True)


class AdoptionOutput(serializers.Serializer):
    """Months are oldest first, the last is the current month; `null` is an unknown figure."""

    monthly_active_teams = ActiveTeamsOutput(many=True)
    teams_falling = serializers.BooleanField(help_text="For the last two full months.")
    teams = TeamsOutput()
    new_projects = ProjectMonthOutput(many=True)
    projects_falling = serializers.BooleanField(help_text="The share, for the last two full months.")
    coverage = CoverageOutput()
    time_to_first_success = FirstSuccessOutput(many=True)
    showstoppers = QuarterOutput()
    velocity = VelocityOutput()
    diagnosis = DiagnosisOutput()


class RemovedOutput(serializers.Serializer):
    removed = serializers.IntegerField(help_text="Rows that were samples.")
