"""Imports of tickets and their progress."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.models import TicketImport
from assessments.models.ticket_imports import REPOSITORY
from assessments.tickets.rules.columns import FIELDS
from assessments.tickets.rules.files import Format
from assessments.tickets.rules.rows import shared_reasons
from platform_site.api.serializers import StrictSerializer
from platform_site.text.dates import Order
from platform_site.text.durations import Unit

SHOWN = 500


@extend_schema_field(OpenApiTypes.STR)
class MappingField(serializers.CharField):
    """A JSON object, field of a ticket to column of the file, as a form sends it: as text."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            mapping = json.loads(super().to_internal_value(data))
        except (ValueError, RecursionError):
            mapping = None
        if not isinstance(mapping, dict) or not all(isinstance(column, str) for column in mapping.values()):
            raise serializers.ValidationError(
                '`mapping` is not a JSON object of strings. Write it like {"title": "Summary"}.'
            )
        return mapping


ORDERS = [word.value for word in Order]


class ImportInput(StrictSerializer):
    """A file of tickets. Without a mapping, the source's last one is used, else one from the columns' names."""

    file = serializers.FileField(max_length=255, help_text="At most 64 MiB.")
    format = serializers.ChoiceField(choices=[word.value for word in Format])
    source = serializers.CharField(  # type: ignore[assignment] # a field of the file, not the field's own source
        max_length=60, required=False, help_text="The format's name when left out."
    )
    mapping = MappingField(required=False, help_text=f"Fields: {', '.join(FIELDS)}.")
    date_format = serializers.ChoiceField(
        choices=ORDERS,
        required=False,
        help_text="What comes first in dates of numbers; needed where no date of the file shows it.",
    )
    time_zone = serializers.CharField(
        max_length=64, required=False, help_text="Of times that name none, such as Europe/Berlin; UTC when left out."
    )
    effort_unit = serializers.ChoiceField(
        choices=[word.value for word in Unit],
        required=False,
        help_text="What a bare number of the effort counts; needed where no column says it. A day is 8 hours.",
    )
    repository = serializers.RegexField(
        REPOSITORY, max_length=140, required=False, help_text="Of issues that name none: owner/name."
    )
    good_rows_only = serializers.BooleanField(required=False, default=False)


class CountsOutput(serializers.Serializer):
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    bad = serializers.IntegerField()
    cut = serializers.IntegerField(help_text="Bodies that were cut at 20,000 characters.")


class ImportProgress(serializers.Serializer):
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    what = serializers.CharField(allow_blank=True)


class RowError(serializers.Serializer):
    line = serializers.IntegerField()
    external_id = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())


class ImportOutput(serializers.ModelSerializer):
    """An import: its state and its result."""

    counts = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = TicketImport
        fields = (
            "id", "source", "format", "filename", "state", "good_rows_only", "counts", "progress", "error",
            "requested_by", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(CountsOutput)
    def get_counts(self, ticket_import: TicketImport) -> dict[str, int]:
        counts = {
            "rows": ticket_import.rows,
            "created": ticket_import.created_count,
            "changed": ticket_import.changed_count,
        }
        return counts | {"bad": ticket_import.bad_count, "cut": ticket_import.cut_count}

    @extend_schema_field(ImportProgress)
    def get_progress(self, ticket_import: TicketImport) -> dict[str, Any]:
        return {
            "done": ticket_import.progress_done,
            "total": ticket_import.progress_total,
            "what": ticket_import.progress_what,
        }


class RowErrorReason(serializers.Serializer):
    reason = serializers.CharField()
    count = serializers.IntegerField()
    lines = serializers.ListField(child=serializers.IntegerField(), help_text="The first five.")


class ImportDetail(ImportOutput):
    """An import: how it was read, the columns that nothing used, and the first 500 bad rows, each and by reason."""

    row_errors = serializers.SerializerMethodField()
    row_error_reasons = serializers.SerializerMethodField()
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)
    unused_columns = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = TicketImport
        fields = (
            *ImportOutput.Meta.fields, "mapping", "date_format", "time_zone", "effort_unit", "repository", "notes",
            "unused_columns", "row_errors", "row_error_reasons",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(RowErrorReason(many=True))
    def get_row_error_reasons(self, ticket_import: TicketImport) -> list[dict[str, Any]]:
        return [reason._asdict() for reason in shared_reasons(ticket_import.bad_rows)]

    @extend_schema_field(RowError(many=True))
    def get_row_errors(self, ticket_import: TicketImport) -> list[dict[str, Any]]:
        return [
            dict(zip(("line", "external_id", "reasons"), row, strict=True)) for row in ticket_import.bad_rows[:SHOWN]
        ]
