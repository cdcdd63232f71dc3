"""Lineage events, jobs and data sets, and what waits for the owners of source tables."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.data.serializers import AddedSourceOutput
from registry.lineage.rules.events import MOST_DATASETS, TYPES
from registry.models import LineageDataset, LineageDelivery, LineageEvent, LineageJob, SourceObservation

__all__ = ["AddedSourceOutput"]


class NameOfJob(serializers.Serializer):
    namespace = serializers.CharField(max_length=500)
    name = serializers.CharField(max_length=1000)
    facets = serializers.DictField(required=False)


class NameOfRun(serializers.Serializer):
    runId = serializers.UUIDField()
    facets = serializers.DictField(required=False)


class LineageEventInput(serializers.Serializer):
    """An event as the OpenLineage specification 2-0-2 describes it: of a run, a job or a data set."""

    eventType = serializers.ChoiceField(choices=TYPES, required=False)
    eventTime = serializers.DateTimeField()
    producer = serializers.CharField(max_length=500)
    schemaURL = serializers.CharField(max_length=1000, required=False)
    run = NameOfRun(required=False)
    job = NameOfJob(required=False)
    dataset = NameOfJob(required=False)
    inputs = serializers.ListField(child=serializers.DictField(), max_length=MOST_DATASETS, required=False)
    outputs = serializers.ListField(child=serializers.DictField(), max_length=MOST_DATASETS, required=False)

    def to_internal_value(self, data: Any) -> Any:
        return data  # the rules read the event as it came, with every fault; this class describes it


class JobName(serializers.ModelSerializer):
    class Meta:
        model = LineageJob
        fields = ("namespace", "name")
        read_only_fields = fields


class LineageEventOutput(serializers.ModelSerializer):
    """An event that was received, without the facets in `left_out`."""

    job = JobName(allow_null=True)
    inputs = serializers.SerializerMethodField()
    outputs = serializers.SerializerMethodField()
    left_out = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = LineageEvent
        fields = (
            "id", "kind", "run_id", "event_type", "event_time", "job", "inputs", "outputs", "left_out", "received_by",
            "received_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_inputs(self, event: LineageEvent) -> list[str]:
        return [data["name"] for data in event.content["inputs"]]

    def get_outputs(self, event: LineageEvent) -> list[str]:
        return [data["name"] for data in event.content["outputs"]]


class ReceivedOutput(serializers.Serializer):
    """What became of an event: whether it is new, and what followed for source tables."""

    created = serializers.BooleanField()
    job_changed = serializers.BooleanField(help_text="Its job computes something else than before, or is new.")
    source_tables = serializers.SerializerMethodField(help_text="The source tables that have a new version.")
    waiting = serializers.SerializerMethodField(help_text="The source tables whose owners are asked.")

    def get_source_tables(self, received: Any) -> list[str]:
        return [version.source_table.name for version in received.versions]

    def get_waiting(self, received: Any) -> list[str]:
        return [row.source_table.name for row in received.waiting]


class LineageJobOutput(serializers.ModelSerializer):
    """A job as of its newest completed run."""

    code = serializers.CharField(source="text", help_text="Its code, where an event had it.")

    class Meta:
        model = LineageJob
        fields = (
            "id", "namespace", "name", "label", "integration", "producer", "dialect", "code", "reported_by", "completed_at",
        )  # fmt: skip
        read_only_fields = fields


class LineageDatasetOutput(serializers.ModelSerializer):
    """A data set as other tools call it, and the source table that an owner said it is."""

    source_table = serializers.CharField(source="source_table.name", allow_null=True, default=None)
    fields_reported = serializers.ListField(source="fields", child=serializers.DictField())

    class Meta:
        model = LineageDataset
        fields = ("id", "namespace", "name", "fields_reported", "source_table", "seen_at")
        read_only_fields = fields


class LineageDeliveryOutput(serializers.ModelSerializer):
    """One of our own events for the OpenLineage server."""

    class Meta:
        model = LineageDelivery
        fields = ("id", "sequence", "event_type", "state", "attempts", "answer", "created_at", "next_attempt_at")
        read_only_fields = fields


class LineageExportOutput(serializers.Serializer):
    """Our own events, as the OpenLineage specification 2-0-2 describes them."""

    events = serializers.ListField(child=serializers.DictField())
    next_after = serializers.IntegerField(allow_null=True)


class SourceObservationOutput(serializers.ModelSerializer):
    """What events say computes a source table, and why it waits."""

    source_table = serializers.CharField(source="source_table.name")
    dataset = serializers.CharField(source="dataset.name")
    namespace = serializers.CharField(source="dataset.namespace")

    class Meta:
        model = SourceObservation
        fields = (
            "id", "source_table", "namespace", "dataset", "digest", "sentence", "because", "state", "reported_by",
            "observed_at", "decided_by", "decided_at",
        )  # fmt: skip
        read_only_fields = fields


class ObservationReasonInput(StrictSerializer):
    """Why, for the audit log."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
