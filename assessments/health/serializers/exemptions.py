"""Capabilities that an organization leaves out for a time."""

from __future__ import annotations

from rest_framework import serializers

from assessments.models import Exemption
from platform_site.api.serializers import StrictSerializer


class ExemptionInput(StrictSerializer):
    """A capability to leave out, why, and until when."""

    organization = serializers.CharField(max_length=63)
    capability = serializers.CharField(max_length=63)
    reason = serializers.CharField(max_length=1_000)
    ends_on = serializers.DateField(help_text="The last day, at most a year from now.")


class ExemptionEnd(StrictSerializer):
    """Why it ends early; may be left out."""

    reason = serializers.CharField(max_length=1_000, required=False, allow_blank=True, default="")


class ExemptionOutput(serializers.ModelSerializer):
    """A capability that an organization leaves out until a day."""

    organization = serializers.CharField(source="organization.slug")
    capability = serializers.CharField(source="capability.name")
    state = serializers.ChoiceField(choices=["in_force", "ended"])

    class Meta:
        model = Exemption
        fields = (
            "id", "organization", "capability", "reason", "ends_on", "state", "granted_by", "granted_at",
            "ended_at", "ended_by", "end_reason",
        )  # fmt: skip
        read_only_fields = fields
