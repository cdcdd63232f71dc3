"""Serving reports: what the API takes and returns."""

from __future__ import annotations

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import ServingReport

MOST = 9_007_199_254_740_991


class ServedInput(StrictSerializer):
    """The version of a feature that serving really runs."""

    version = serializers.CharField(max_length=64)
    pipeline_commit = serializers.CharField(max_length=64, required=False, allow_blank=True)


class LatencyInput(StrictSerializer):
    """Milliseconds."""

    p50 = serializers.FloatField(min_value=0, required=False)
    p95 = serializers.FloatField(min_value=0, required=False)


class ServingReportInput(StrictSerializer):
    """One window of one environment."""

    model = serializers.CharField(max_length=128)
    version = serializers.CharField(max_length=64)
    environment = serializers.CharField(max_length=64)
    window = serializers.ListField(child=serializers.DateTimeField(), min_length=2, max_length=2)
    features = serializers.DictField(child=ServedInput())
    latency_ms = LatencyInput(required=False)
    error_rate = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True, default=None)
    predictions = serializers.IntegerField(min_value=0, max_value=MOST, required=False, allow_null=True, default=None)


class SkewOutput(serializers.Serializer):
    """One feature that serving computes differently from training."""

    feature = serializers.CharField()
    expected = serializers.CharField(allow_null=True)
    reported = serializers.CharField(allow_null=True)
    issue = serializers.CharField()


class ServingReportOutput(serializers.ModelSerializer):
    """A serving report, and where it differs from what serving must compute."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    skew = SkewOutput(many=True)
    notes = SkewOutput(many=True, help_text="Pipeline commits that nobody registered the definition at: no skew.")
    features = serializers.DictField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))

    class Meta:
        model = ServingReport
        fields = (
            "id", "model", "version", "environment", "window_start", "window_end", "features", "skew", "notes",
            "shadow", "latency_p50_ms", "latency_p95_ms", "error_rate", "predictions", "reported_by", "reported_at",
        )  # fmt: skip
        read_only_fields = fields
