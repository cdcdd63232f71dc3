"""What the serving side reports that it runs. Written once."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from registry.models.fields import recorded_by_field
from registry.models.model_versions import ModelVersion
from registry.serving.rules import histograms


class ServingReport(models.Model):
    """One time window of one environment: feature versions computed, latency and error rate."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="serving_reports")
    environment = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    features = models.JSONField(help_text="Each feature with the version and pipeline commit that was run.")
    latency_p50_ms = models.FloatField(null=True, blank=True)
    latency_p95_ms = models.FloatField(null=True, blank=True)
    error_rate = models.FloatField(null=True, blank=True, help_text="Share of requests, 0 to 1.")
    predictions = models.PositiveBigIntegerField(null=True, blank=True)
    histogram = models.JSONField(
        null=True, blank=True, help_text="How the predictions are distributed: counts between edges, or of labels."
    )
    shadow = models.BooleanField(default=False, help_text="The version ran as shadow: users got none of its answers.")
    skew = models.JSONField(default=list, help_text="Each feature that is computed otherwise than it must be.")
    notes = models.JSONField(
        default=list, help_text="Each feature that an unknown pipeline commit computes: recorded, not skew."
    )
    reported_by = recorded_by_field()
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-window_end", "-pk"]
        indexes = [
            models.Index(fields=["model_version", "environment", "-window_end"], name="serving_report_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(window_end__gt=F("window_start")), name="serving_report_window_opens"),
            models.CheckConstraint(
                condition=Q(error_rate__isnull=True) | Q(error_rate__gte=0, error_rate__lte=1),
                name="serving_report_error_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_version} in {self.environment}"

    @property
    def bars(self) -> list[histograms.Bar]:
        """The parts of its histogram, as a page shows them."""
        return histograms.bars(self.histogram)

    @property
    def observed_at(self) -> datetime:
        """The moment that it is about: the end of its window, or when it came if that was earlier."""
        return min(self.window_end, self.reported_at)
