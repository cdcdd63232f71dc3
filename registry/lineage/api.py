"""OpenLineage over the API: events in, and what is known from them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.errors import Fault, Invalid
from registry import models as records
from registry.lineage.actions.events import receive_event
from registry.lineage.actions.observations import accept_observation, dismiss_observation
from registry.lineage.queries import observations, outgoing
from registry.lineage.serializers import (
    AddedSourceOutput,
    LineageDatasetOutput,
    LineageDeliveryOutput,
    LineageEventInput,
    LineageEventOutput,
    LineageExportOutput,
    LineageJobOutput,
    ObservationReasonInput,
    ReceivedOutput,
    SourceObservationOutput,
)

EVENT_EXAMPLE = {
    "eventType": "COMPLETE",
    "eventTime": "2026-11-05T08:00:00Z",
    "producer": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/dbt",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "run": {"runId": "01a22e0d-b9c2-7548-9f5a-db18cc95ed17"},
    "job": {
        "namespace": "dbt",
        "name": "shop.orders",
        "facets": {"sql": {"query": "select * from raw.orders", "dialect": "postgres"}},
    },
    "inputs": [{"namespace": "postgres://warehouse:5432", "name": "shop.raw.orders"}],
    "outputs": [{"namespace": "postgres://warehouse:5432", "name": "shop.public.orders"}],
}


class Intake(Endpoint):
    """Send an OpenLineage event.

    The address that OpenLineage clients use: `OPENLINEAGE_URL` is this server, `OPENLINEAGE_API_KEY` a token with the scope
    `write` of a contributor or lead. The same run, type and time again is 200 and changes nothing. Facets that are not read
    here are not stored.

    Where a completed run changes the SQL behind a source table, the table gets a new version: if contributors of its owner
    team reported all of it, at once; else it is an observation that waits for them.
    """

    noun = "lineage"
    serializer_class = ReceivedOutput

    @Verb("receive", takes=LineageEventInput, status=(201, 200), examples={"a completed run": EVENT_EXAMPLE})
    def post(self) -> Any:
        received = receive_event(self.body, actor=self.actor)
        return Response(ReceivedOutput(received).data, status=201 if received.created else 200)


class Events(ListEndpoint):
    """The OpenLineage events that were received, the newest first."""

    noun = "lineage_events"
    serializer_class = LineageEventOutput
    filterset_class = filters(records.LineageEvent, "run_id", "event_type", "kind")
    search_fields = ("job__name",)
    ordering_fields = ("received_at", "event_time")

    def rows(self) -> Any:
        return observations.events()


class Jobs(ListEndpoint):
    """The jobs that events report, each as of its newest completed run."""

    noun = "lineage_jobs"
    serializer_class = LineageJobOutput
    filterset_class = filters(records.LineageJob, "namespace", "integration")
    search_fields = ("name", "label")
    ordering_fields = ("name", "completed_at")

    def rows(self) -> Any:
        return observations.jobs()


class Datasets(ListEndpoint):
    """The data sets that events report, as other tools call them."""

    noun = "lineage_datasets"
    serializer_class = LineageDatasetOutput
    filterset_class = filters(records.LineageDataset, "namespace", source_table="source_table__name")
    search_fields = ("name",)
    ordering_fields = ("name", "seen_at")

    def rows(self) -> Any:
        return observations.datasets()


class Deliveries(ListEndpoint):
    """Our own events that were sent to `OPENLINEAGE_URL`, or wait to be."""

    noun = "lineage_deliveries"
    serializer_class = LineageDeliveryOutput
    filterset_class = filters(records.LineageDelivery, "state")
    search_fields = ("answer",)
    ordering_fields = ("created_at",)

    def rows(self) -> Any:
        return outgoing.deliveries()


class Export(Read):
    """Our trainings, gate decisions and deployments as OpenLineage events, from the audit log.

    At most 1,000 events of the log at once, each a START and an end. `next_after` is the `after` of the next call; null at
    the end.
    """

    noun = "lineage_export"
    serializer_class = LineageExportOutput
    parameters = (OpenApiParameter("after", int, description="A sequence of the audit log; 0 from the beginning."),)

    def content(self) -> Any:
        text = self.request.query_params.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Invalid([Fault("after", "malformed", f"after: {text[:80]} is not a sequence of the audit log.")])
        events, following = outgoing.exported(int(text))
        return {"events": events, "next_after": following}


class Observations(ListEndpoint):
    """What events say computes source tables, where it waits or waited for their owners."""

    noun = "lineage_observations"
    serializer_class = SourceObservationOutput
    filterset_class = filters(records.SourceObservation, "state", source_table="source_table__name")
    search_fields = ("source_table__name", "sentence")
    ordering_fields = ("observed_at",)

    def rows(self) -> Any:
        return observations.observations()


class Observation(Read):
    """One observation."""

    noun = "lineage_observations"
    serializer_class = SourceObservationOutput

    def content(self, pk: int) -> Any:
        return observations.observation(pk)


class Acceptance(Endpoint):
    """Accept an observation as a contributor of the table's owner team: the table has a new version with that upstream.

    The data set is bound to the table: from then on changes that the owner team reports apply at once.
    """

    noun = "lineage_observations"
    serializer_class = AddedSourceOutput

    @Verb("accept", takes=ObservationReasonInput, examples={"it is ours": {"reason": "This is our table."}})
    def post(self, pk: int) -> Any:
        return accept_observation(observations.observation(pk), reason=self.body["reason"], actor=self.actor)


class Dismissal(Endpoint):
    """Dismiss an observation as a contributor of the table's owner team: the same code is not offered again."""

    noun = "lineage_observations"
    serializer_class = SourceObservationOutput

    @Verb("dismiss", takes=ObservationReasonInput, examples={"another table": {"reason": "That is the test copy."}})
    def post(self, pk: int) -> Any:
        return dismiss_observation(observations.observation(pk), reason=self.body["reason"], actor=self.actor)
