"""Whether a model is regulated, as the API takes it."""

from __future__ import annotations

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer


class RegulatedInput(StrictSerializer):
    """Whether the model is regulated, and why."""

    regulated = serializers.BooleanField()
    reason = serializers.CharField(max_length=4_000)
