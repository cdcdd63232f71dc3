"""Alerts about figures in the API."""

from __future__ import annotations

from rest_framework import serializers

from assessments.models import HealthAlert


class HealthAlertOutput(serializers.ModelSerializer):
    """A figure of an organization that got worse, with both values and of what each was observed."""

    organization = serializers.CharField(source="organization.slug")

    class Meta:
        model = HealthAlert
        fields = (
            "id", "organization", "figure", "title", "before", "before_of", "after", "after_of", "owner", "state", "opened_at",
            "observed_on", "acknowledged_by", "resolved_at", "resolved_because",
        )  # fmt: skip
        read_only_fields = fields
