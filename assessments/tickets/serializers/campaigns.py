"""Labelling campaigns: who takes part and when, and what one has reached."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.models import LabellingCampaign
from assessments.tickets.serializers.tickets import TYPES
from platform_site.api.serializers import StrictSerializer

STATES = ["running", "ended"]


class CampaignInput(StrictSerializer):
    """Who labels tickets, and the days whose tickets they label."""

    people = serializers.ListField(
        child=serializers.CharField(max_length=150), max_length=200, help_text="The usernames of who takes part."
    )
    starts_on = serializers.DateField(
        required=False, help_text="Today when left out; a day before takes in older tickets."
    )
    ends_on = serializers.DateField(required=False, help_text="Four weeks after the first day when left out.")


class CampaignOutput(serializers.ModelSerializer):
    """A labelling campaign."""

    organization = serializers.CharField(source="organization.slug")
    people: Any = serializers.SlugRelatedField(slug_field="username", many=True, read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = LabellingCampaign
        fields = (
            "id", "organization", "starts_on", "ends_on", "goal", "people", "state", "started_by", "started_at",
            "ended_by", "ended_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, campaign: LabellingCampaign) -> str:
        return "ended" if campaign.ended_at else "running"


class PersonOutput(serializers.Serializer):
    """Somebody who takes part or labelled, and how many tickets."""

    person = serializers.CharField()
    tickets = serializers.IntegerField()


class CostlyTypeOutput(serializers.Serializer):
    """A type, what it costs, and the share of this and all larger ones."""

    type = serializers.ChoiceField(choices=TYPES)
    amount = serializers.FloatField()
    cumulative_share = serializers.FloatField()


class CampaignReportOutput(serializers.Serializer):
    """What a campaign has reached: as of its end, or by now while it is running."""

    tickets = serializers.IntegerField()
    labelled = serializers.IntegerField(help_text="By a person.")
    unattributed = serializers.IntegerField(help_text="Labels that came with an import: nobody's.")
    by_person = PersonOutput(many=True)
    suggested = serializers.IntegerField(help_text="Labelled tickets that had a suggested type before.")
    right = serializers.IntegerField(help_text="Those of them whose suggestion was right.")
    counted_in = serializers.CharField(help_text="hours, or tickets where no hours are recorded.")
    types = CostlyTypeOutput(many=True, help_text="The fewest that make 80%, at most three.")
    automatic = serializers.IntegerField(help_text="Tickets that the types count by a suggestion nobody confirmed.")
    complete = serializers.BooleanField(help_text="A person labelled every ticket.")
    reached = serializers.BooleanField(help_text="The types make 80%.")
    sentences = serializers.ListField(child=serializers.CharField())


class CampaignProgressOutput(CampaignOutput):
    """A labelling campaign, the days left, and what it has reached."""

    days_left = serializers.IntegerField(help_text="Today among them; 0 when the last day is over.")
    report = CampaignReportOutput(source="figures")

    class Meta(CampaignOutput.Meta):
        fields = (*CampaignOutput.Meta.fields, "days_left", "report")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]
