"""Serving reports: what the API takes and returns."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import ServingReport

MOST = 9_007_199_254_740_991
MOST_BINS, LONGEST_LABEL = 200, 100


class Count(serializers.IntegerField):
    """How many predictions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=MOST, **options)


class ServedInput(StrictSerializer):
    """The version of a feature that serving really runs."""

    version = serializers.CharField(max_length=64)
    pipeline_commit = serializers.CharField(max_length=64, required=False, allow_blank=True)


class LatencyInput(StrictSerializer):
    """Milliseconds."""

    p50 = serializers.FloatField(min_value=0, required=False)
    p95 = serializers.FloatField(min_value=0, required=False)


class HistogramInput(StrictSerializer):
    """How the predictions of the window are distributed: `counts` between `edges`, or `labels` with their counts."""

    edges = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=MOST_BINS + 1, required=False
    )
    counts = serializers.ListField(child=Count(), min_length=1, max_length=MOST_BINS, required=False)
    labels = serializers.DictField(child=Count(), required=False)
    below = Count(required=False, help_text="Below the first edge.")
    above = Count(required=False, help_text="Above the last edge.")
    other = Count(required=False, help_text="Labels that are not listed.")
    missing = Count(required=False, help_text="Null, or not a number.")

    def validate_labels(self, labels: dict[str, int]) -> dict[str, int]:
        if len(labels) > MOST_BINS or any(len(label) > LONGEST_LABEL for label in labels):
            sentence = f"At most {MOST_BINS} labels of {LONGEST_LABEL} characters. Count the rest as other."
            raise serializers.ValidationError(sentence)
        return labels


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
    histogram = HistogramInput(required=False, allow_null=True, default=None)


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
    histogram = HistogramInput(allow_null=True)
    notes = SkewOutput(many=True, help_text="Pipeline commits that nobody registered the definition at: no skew.")
    features = serializers.DictField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))

    class Meta:
        model = ServingReport
        fields = (
            "id", "model", "version", "environment", "window_start", "window_end", "features", "skew", "notes",
            "shadow", "latency_p50_ms", "latency_p95_ms", "error_rate", "predictions", "histogram",
            "reported_by", "reported_at",
        )  # fmt: skip
        read_only_fields = fields
