"""How far the configured trackers were read, over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments import models as records
from assessments.models import TrackerSync
from assessments.tickets.queries import trackers
from platform_site.api.filters import filters
from platform_site.api.views import ListEndpoint


class TrackerSyncOutput(serializers.ModelSerializer):
    """A tracker: when it was read last, when it will be, and what was not taken."""

    organization = serializers.CharField(source="organization.slug", allow_null=True, default=None)
    bad_rows = serializers.ListField(child=serializers.ListField())

    class Meta:
        model = TrackerSync
        fields = (
            "name", "kind", "state", "organization", "due_at", "finished_at", "seen_count", "new_count", "bad_count",
            "bad_rows", "error",
        )  # fmt: skip
        read_only_fields = fields


class TrackerSyncs(ListEndpoint):
    """The trackers whose issues become tickets on a schedule, with how their last reading ended.

    An administrator lists them in `TRACKERS`.
    """

    noun = "ticket_trackers"
    serializer_class = TrackerSyncOutput
    filterset_class = filters(records.TrackerSync, "state", "kind")
    search_fields = ("name",)
    ordering_fields = ("name", "due_at")

    def rows(self) -> Any:
        return trackers.syncs()
