"""Data sets, their snapshots and source tables."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import Dataset, DatasetSnapshot, SourceTable


def columns(*, most: int = 50, **options: Any) -> serializers.ListField:
    """A list of column names."""
    return serializers.ListField(child=serializers.CharField(max_length=128), max_length=most, **options)


class DatasetInput(StrictSerializer):
    """A data set by its location inside the data roots, or a table by its connection."""

    name = serializers.CharField(max_length=128)
    kind = serializers.CharField(max_length=16)
    location = serializers.CharField(max_length=500)
    connection = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a table; an administrator defines it.",
    )
    key = columns(required=False, default=list)
    event_time = serializers.CharField(max_length=128, required=False, allow_blank=True, default="")


class DatasetOutput(serializers.ModelSerializer):
    """A data set."""

    snapshots = serializers.IntegerField(source="snapshot_count", default=0)

    class Meta:
        model = Dataset
        fields = (
            "name",
            "kind",
            "location",
            "connection",
            "key",
            "event_time",
            "snapshots",
            "created_by",
            "created_at",
        )
        read_only_fields = fields


class SnapshotColumnOutput(serializers.Serializer):
    name = serializers.CharField()
    type = serializers.CharField()


class DatasetSnapshotOutput(serializers.ModelSerializer):
    """A data set as it was at a moment."""

    dataset = serializers.CharField(source="dataset.name")
    schema = SnapshotColumnOutput(many=True)

    class Meta:
        model = DatasetSnapshot
        fields = ("dataset", "digest", "rows", "schema", "taken_by", "taken_at")
        read_only_fields = fields


class SourceTableInput(StrictSerializer):
    """What feature logic calls its table; without a data set it is not bound yet."""

    name = serializers.CharField(max_length=128)
    dataset = serializers.CharField(max_length=128, required=False, allow_null=True, default=None)
    entity_key = columns(allow_empty=False, min_length=1)
    event_time = serializers.CharField(max_length=128)
    row_key = columns(required=False, default=list)
    dialect = serializers.CharField(max_length=32, required=False, default="duckdb")


class SourceTableOutput(serializers.ModelSerializer):
    """A source table and the data set behind it."""

    dataset = serializers.CharField(source="dataset.name", allow_null=True, default=None)

    class Meta:
        model = SourceTable
        fields = ("name", "dataset", "entity_key", "event_time", "row_key", "dialect")
        read_only_fields = fields
