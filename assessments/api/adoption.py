"""Adoption and velocity, and the training runs that feed them, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions import adoption as actions
from assessments.api.serializers import adoption as shapes
from assessments.queries import adoption
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint

RUN = {
    "team": "forecasting", "model": "demand", "started_at": "2026-11-02T09:00:00Z", "succeeded": True,
    "orchestrator": "airflow", "external_id": "demand__2026-11-02",
}  # fmt: skip
RUNS = PolymorphicProxySerializer(
    component_name="TrainingRuns",
    serializers=[shapes.TrainingRunInput, shapes.TrainingRunInput(many=True)],
    resource_type_field_name=None,
    many=False,
)


class Overview(Endpoint):
    """`adoption/`"""

    serializer_class = shapes.AdoptionOutput

    @extend_schema(summary="Adoption, velocity and what they say", operation_id="adoption_read")
    def get(self, request: Request) -> Response:
        return Response(shapes.AdoptionOutput(adoption.adoption_now().as_dict()).data)


class Samples(Endpoint):
    """`adoption/samples/`"""

    serializer_class = shapes.RemovedOutput

    @extend_schema(
        summary="Take every sample away", operation_id="adoption_samples_remove", responses={200: shapes.RemovedOutput}
    )
    def delete(self, request: Request) -> Response:
        return Response({"removed": actions.remove_samples(actor=self.actor)})


class TrainingRuns(ListEndpoint):
    """`training-runs/`"""

    serializer_class = shapes.TrainingRunOutput
    filterset_class = filters(records.TrainingRun, "team", "model", "orchestrator", "succeeded", "sample")
    search_fields = ("team", "model", "external_id")
    ordering_fields = ("started_at",)

    def rows(self) -> Any:
        return adoption.entries(records.TrainingRun)

    @extend_schema(summary="List training runs", operation_id="training_runs_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Report a training run, or a list of up to 1,000",
        operation_id="training_runs_report",
        request=RUNS,
        responses={201: shapes.RecordedOutput, 200: shapes.RecordedOutput},
        examples=[OpenApiExample("a run", request_only=True, value=RUN)],
    )
    def post(self, request: Request) -> Response:
        """All or none. 200 where every run was on record already."""
        given = self.read(shapes.runs_input).validated_data
        runs = given if isinstance(given, list) else [given]
        done = actions.record_training_runs(runs, actor=self.actor)
        return Response(done._asdict(), status=201 if done.recorded else 200)
