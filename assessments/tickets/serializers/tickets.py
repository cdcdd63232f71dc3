"""Tickets and the figures of their triage."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.models import EscapeHatch, Ticket
from assessments.tickets.rules.tickets import TicketType
from platform_site.api.serializers import StrictSerializer

HOURS_ARE = ["recorded", "estimated", "none"]
TYPES = [word.value for word in TicketType]


class TicketChange(StrictSerializer):
    """What to change of a ticket. A `type` in the body is a label by a person."""

    title = serializers.CharField(max_length=500, required=False)
    body = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    team = serializers.CharField(max_length=120, required=False, allow_blank=True)
    requester = serializers.CharField(max_length=150, required=False, allow_blank=True)
    labels = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Issue type and labels of the tracker, with commas: evidence for the type.",
    )
    on_platform = serializers.BooleanField(
        required=False, allow_null=True, help_text="null: the record of the team decides; else it is unknown."
    )
    opened_at = serializers.DateTimeField(required=False)
    resolved_at = serializers.DateTimeField(required=False, allow_null=True)
    effort_hours = serializers.FloatField(min_value=0, max_value=1e6, required=False, allow_null=True)
    type = serializers.ChoiceField(choices=TYPES, required=False)
    escape_hatch: Any = serializers.PrimaryKeyRelatedField(
        queryset=EscapeHatch.objects.all(), required=False, allow_null=True, help_text="The id of what answers it."
    )


class TicketInput(TicketChange):
    """A ticket of a source; the same source and external id again changes it."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment] # a ticket's source, not the field's own
    external_id = serializers.CharField(max_length=120)
    title = serializers.CharField(max_length=500)
    opened_at = serializers.DateTimeField()
    escape_hatch = None  # linked afterwards, ticket by ticket


class TicketOutput(serializers.ModelSerializer):
    """A ticket; `typed_by` says what chose its type, `confidence` how certain a suggestion is."""

    organization: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "id", "organization", "source", "external_id", "title", "body", "team", "requester", "labels", "on_platform",
            "opened_at",
            "resolved_at", "effort_hours", "type", "typed_by", "confidence",
        )  # fmt: skip
        read_only_fields = fields


class TriageInput(StrictSerializer):
    """A window, and whose tickets."""

    to = serializers.DateTimeField(required=False, help_text="The end of the window; now when left out.")
    organization = serializers.CharField(
        required=False, help_text="The slug of the organization whose tickets are counted."
    )
    team = serializers.CharField(required=False, max_length=120, help_text="Only the tickets of this team.")
    on_platform = serializers.BooleanField(
        required=False,
        default=None,
        allow_null=True,
        help_text="true: only teams on the platform; false: only teams off the platform.",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        help_text = "The start of the window; four weeks before `to` when left out."
        return {"from": serializers.DateTimeField(required=False, help_text=help_text)} | super().get_fields()


class TitleGroupOutput(serializers.Serializer):
    title = serializers.CharField()
    count = serializers.IntegerField()


class TypeFiguresOutput(serializers.Serializer):
    """What one type costs: `share` of the labelled tickets, times in hours; `effort_hours` is recorded and estimated."""

    type = serializers.ChoiceField(choices=TYPES)
    count = serializers.IntegerField()
    share = serializers.FloatField()
    median_resolution_hours = serializers.FloatField(allow_null=True)
    p90_resolution_hours = serializers.FloatField(allow_null=True)
    effort_hours = serializers.FloatField()
    hours_per_ticket = serializers.FloatField(allow_null=True)
    hours_are = serializers.ChoiceField(choices=HOURS_ARE)
    recorded_hours = serializers.FloatField()
    estimated_hours = serializers.FloatField(
        help_text="Of the tickets without a record, by the median recorded hours of their type, or of all types."
    )
    top_titles = TitleGroupOutput(many=True, help_text="The titles that come most often, near-equal ones as one.")


class WindowOutput(serializers.Serializer):
    to = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {"from": serializers.DateTimeField()} | super().get_fields()


class HintOutput(serializers.Serializer):
    type = serializers.ChoiceField(choices=TYPES)
    figure = serializers.FloatField()
    advice = serializers.CharField()
    top = TitleGroupOutput(many=True, help_text="Where to begin: what is asked for most often.")


class TriageOutput(serializers.Serializer):
    """What the tickets of a window cost, and what they suggest."""

    window = WindowOutput()
    total = serializers.IntegerField()
    untagged = serializers.IntegerField()
    proposed = serializers.IntegerField(
        help_text="Labelled tickets whose type rules or a model suggested, and no person has confirmed."
    )
    by_type = TypeFiguresOutput(many=True)
    hours_are = serializers.ChoiceField(choices=HOURS_ARE)
    recorded_hours = serializers.FloatField()
    estimated_hours = serializers.FloatField()
    capacity_hours = serializers.FloatField(
        allow_null=True, help_text="Platform engineers of the organization x 40 x weeks; null while they are not known."
    )
    over_capacity = serializers.BooleanField(
        allow_null=True, help_text="Whether the hours exceed what the engineers have."
    )
    vital_few = serializers.ListField(child=serializers.CharField())
    counted_in = serializers.ChoiceField(
        choices=["hours", "tickets"], help_text="What the vital few are of: tickets where nobody recorded hours."
    )
    tickets_per_week = serializers.FloatField(allow_null=True)
    per_engineer_per_day = serializers.FloatField(allow_null=True)
    off_platform_share = serializers.FloatField(
        allow_null=True, help_text="Of the tickets whose team is known to be on or off the platform."
    )
    platform_unknown = serializers.IntegerField(help_text="Tickets of teams that nobody knows to be on or off it.")
    hints = HintOutput(many=True)
    titles_read = serializers.IntegerField(
        help_text="Titles behind `top_titles`: the newest 5,000 of the window at most."
    )


class SimulationInput(StrictSerializer):
    """A window, the last four weeks when left out, and the share of each type that a fix of its cause would remove."""

    to = serializers.DateTimeField(required=False, help_text="The end of the window; now when left out.")

    def get_fields(self) -> dict[str, serializers.Field]:
        help_text = "The start of the window; four weeks before `to` when left out."
        return {"from": serializers.DateTimeField(required=False, help_text=help_text), "reductions": Reductions()} | (
            super().get_fields()
        )


class CeilingsInput(SimulationInput):
    """The same, and how much a fix of each type removes at most."""

    def get_fields(self) -> dict[str, serializers.Field]:
        help_text = "The most that a fix of a type removes, 0 to 1; a type left out has its usual ceiling."
        return super().get_fields() | {"ceilings": Reductions(required=False, help_text=help_text)}


class Reductions(StrictSerializer):
    """A share 0 to 1 by type; a type left out stays as it is."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {word: serializers.FloatField(min_value=0, max_value=1, required=False) for word in TYPES}


class SimulationTargetOutput(serializers.Serializer):
    """Before and after the cuts; `smallest_levers` is the fewest types that halve it when cut to their ceilings."""

    before = serializers.FloatField()
    after = serializers.FloatField()
    halved = serializers.BooleanField(allow_null=True)
    smallest_levers = serializers.ListField(child=serializers.ChoiceField(choices=TYPES), allow_null=True)


class SimulationOutput(serializers.Serializer):
    """Labelled tickets and engineering hours, each against the target of half.

    The fields beside `tickets` and `hours` are those of before: about hours, and of the cuts as given.
    """

    tickets = SimulationTargetOutput()
    hours = SimulationTargetOutput()
    ceilings = serializers.DictField(child=serializers.FloatField())
    fixes = serializers.DictField(
        child=serializers.CharField(), help_text="What has to be built for each type to fall."
    )
    above_ceiling = serializers.ListField(child=serializers.ChoiceField(choices=TYPES))
    tickets_before = serializers.IntegerField()
    tickets_after = serializers.FloatField()
    hours_before = serializers.FloatField()
    hours_after = serializers.FloatField()
    reaches_half = serializers.BooleanField(allow_null=True)
    smallest_levers = serializers.ListField(child=serializers.ChoiceField(choices=TYPES), allow_null=True)
