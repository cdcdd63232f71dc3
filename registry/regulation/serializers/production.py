"""What served at a moment."""

from __future__ import annotations

from rest_framework import serializers

from registry.models import ModelVersion


class ServedOutput(serializers.Serializer):
    """A feature as it was served: at the pin if there was one, else as trained. `current` is the current version then."""

    feature = serializers.CharField()
    version = serializers.CharField()
    trained_on = serializers.CharField()
    pinned = serializers.BooleanField()
    current = serializers.CharField(allow_null=True)


class ServingOutput(serializers.Serializer):
    """Where a version served: revision, share of the traffic, thresholds and pins, and the approval."""

    environment = serializers.CharField()
    revision = serializers.IntegerField()
    traffic_percent = serializers.IntegerField(source="percent")
    shadow = serializers.BooleanField()
    thresholds = serializers.DictField(child=serializers.FloatField())
    feature_pins = serializers.DictField(source="pins", child=serializers.CharField())
    since = serializers.DateTimeField()
    change_request = serializers.IntegerField(allow_null=True)
    standing_approval = serializers.IntegerField(allow_null=True)
    approved_by = serializers.CharField(allow_blank=True)


class StandingOutput(serializers.Serializer):
    """A model version that served: since when, promoted by whom, under whose override."""

    model = serializers.CharField(source="version.model.name")
    version = serializers.CharField(source="version.version")
    owner_team = serializers.CharField(source="version.model.owner_team.slug")
    environment = serializers.CharField()
    shadow = serializers.BooleanField(help_text="Whether it only ran as shadow: no user got its answers.")
    since = serializers.DateTimeField()
    promoted_by = serializers.CharField()
    approved_by = serializers.ListField(child=serializers.CharField())
    gate_decision = serializers.IntegerField()
    features = ServedOutput(many=True)
    deployments = ServingOutput(many=True)

    class Meta:
        model = ModelVersion
