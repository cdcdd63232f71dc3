"""The audit log over the API: list, verify, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import django_filters
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from platform_site.api.pagination import Pages
from platform_site.api.serializers import StrictSerializer
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.audit import queries
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator


class EventOutput(serializers.ModelSerializer):
    """One event with its hash and the hash of the event before."""

    payload = serializers.JSONField(source="content")

    class Meta:
        model = AuditEvent
        fields = ("sequence", "at", "actor", "action", "subject", "payload", "previous_hash", "hash")
        read_only_fields = fields


class ExportInput(StrictSerializer):
    """Where to resume an export."""

    after = serializers.IntegerField(
        min_value=0, max_value=2**63 - 2, required=False, default=0, help_text="The last sequence that was received."
    )


class HeadOutput(serializers.Serializer):
    sequence = serializers.IntegerField()
    hash = serializers.CharField()


class BrokenOutput(serializers.Serializer):
    sequence = serializers.IntegerField()
    reason = serializers.CharField()


class VerificationOutput(serializers.Serializer):
    """Whether the chain is intact, and the first event that is not."""

    valid = serializers.BooleanField()
    events = serializers.IntegerField()
    head = HeadOutput()
    first_broken = BrokenOutput(allow_null=True)


class EventFilter(django_filters.FilterSet):
    """`?subject=`, `?actor=`, `?action=`, `?from=`, `?to=`."""

    subject = django_filters.CharFilter()
    actor = django_filters.CharFilter()
    action = django_filters.CharFilter()

    class Meta:
        model = AuditEvent
        fields = ("subject", "actor", "action")

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        bounds = {
            "from": django_filters.IsoDateTimeFilter(method="since", label="Events from this time on."),
            "to": django_filters.IsoDateTimeFilter(method="until", label="Events before this time."),
        }
        return super().get_filters() | bounds

    def since(self, events: Any, name: str, moment: Any) -> Any:
        return queries.between(events, since=moment)

    def until(self, events: Any, name: str, moment: Any) -> Any:
        return queries.between(events, until=moment)


class EventPages(Pages):
    django_paginator_class = EventPaginator


class Events(ListEndpoint):
    """List audit events."""

    serializer_class = EventOutput
    filterset_class = EventFilter
    pagination_class = EventPages
    ordering_fields = ("sequence",)

    def rows(self) -> Any:
        return queries.events()


class Verify(Read):
    """Verify the chain."""

    get_verb = "verify"
    serializer_class = VerificationOutput

    def content(self) -> Any:
        result = queries.verify()
        return {
            "valid": result.valid,
            "events": result.events,
            "head": result.head._asdict(),
            "first_broken": result.first_broken._asdict() if result.first_broken else None,
        }


class Export(Endpoint):
    """Every event as JSON lines.

    Streamed. To resume an interrupted download, set `after` to the last sequence that was received.
    """

    get_verb = "export"
    serializer_class = EventOutput
    parameters = (ExportInput,)

    @extend_schema(responses={(200, "application/x-ndjson"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        query = ExportInput(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        lines = _lines(query.validated_data["after"])
        answer = StreamingHttpResponse(lines, content_type="application/x-ndjson")
        answer["Content-Disposition"] = 'attachment; filename="audit-events.jsonl"'
        return answer


def _lines(after: int) -> Iterator[str]:
    return (json.dumps(event._asdict()) + "\n" for event in queries.stored_events(after))
