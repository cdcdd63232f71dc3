"""Adoption, velocity and what feeds them, over the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

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
PROJECT = {"name": "returns forecast", "team": "forecasting", "started_on": "2026-11-01", "on_platform": True}
USE_CASE = {"name": "batch scoring", "team": "forecasting", "supported": True, "on_platform": True}
ANSWER = {"team": "search", "answer": "GPU quota without a ticket", "day": "2026-11-03"}
RELEASE = {"name": "evaluation gates", "started_on": "2026-08-03", "released_on": "2026-10-12"}
RUNS = PolymorphicProxySerializer(
    component_name="TrainingRuns",
    serializers=[shapes.TrainingRunInput, shapes.TrainingRunInput(many=True)],
    resource_type_field_name=None,
    many=False,
)


def example(value: Any) -> list[OpenApiExample]:
    """The one example of a body."""
    return [OpenApiExample("an example", request_only=True, value=value)]


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
        examples=example(RUN),
    )
    def post(self, request: Request) -> Response:
        """All or none. 200 where every run was on record already."""
        given = self.read(shapes.runs_input).validated_data
        runs = given if isinstance(given, list) else [given]
        done = actions.record_training_runs(runs, actor=self.actor)
        return Response(done._asdict(), status=201 if done.recorded else 200)


class Entries(ListEndpoint):
    """What the lists below share: one kind of record, listed and added to."""

    kind: ClassVar[type[Model]]
    input_class: ClassVar[type[Serializer]]

    def rows(self) -> Any:
        return adoption.entries(self.kind)

    def add(self) -> Response:
        """Add what the body says; 201."""
        given = self.read(self.input_class).validated_data
        added = actions.add_entry(self.kind, **given, actor=self.actor)
        return Response(self.serializer_class(added).data, status=201)


class Projects(Entries):
    """`projects/`"""

    kind, serializer_class, input_class = records.ModelProject, shapes.ProjectOutput, shapes.ProjectInput
    filterset_class = filters(records.ModelProject, "team", "on_platform", "sample")
    search_fields = ("name", "team")
    ordering_fields = ("started_on", "name")

    @extend_schema(summary="List model projects", operation_id="projects_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Tell of a new model project",
        operation_id="projects_add",
        request=shapes.ProjectInput,
        responses={201: shapes.ProjectOutput},
        examples=example(PROJECT),
    )
    def post(self, request: Request) -> Response:
        return self.add()


class UseCases(Entries):
    """`use-cases/`"""

    kind, serializer_class, input_class = records.UseCase, shapes.UseCaseOutput, shapes.UseCaseInput
    filterset_class = filters(records.UseCase, "team", "supported", "on_platform", "sample")
    search_fields = ("name", "team")
    ordering_fields = ("name",)

    @extend_schema(summary="List use cases", operation_id="use_cases_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Add a use case",
        operation_id="use_cases_add",
        request=shapes.UseCaseInput,
        responses={201: shapes.UseCaseOutput},
        examples=example(USE_CASE),
    )
    def post(self, request: Request) -> Response:
        return self.add()


class Showstoppers(Entries):
    """`showstoppers/`"""

    kind, serializer_class, input_class = records.ShowstopperAnswer, shapes.ShowstopperOutput, shapes.ShowstopperInput
    filterset_class = filters(records.ShowstopperAnswer, "team", "sample")
    search_fields = ("answer", "team")
    ordering_fields = ("day",)

    @extend_schema(summary="List showstopper answers", operation_id="showstoppers_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Record what would make a team switch",
        operation_id="showstoppers_add",
        request=shapes.ShowstopperInput,
        responses={201: shapes.ShowstopperOutput},
        examples=example(ANSWER),
    )
    def post(self, request: Request) -> Response:
        return self.add()


class Releases(Entries):
    """`releases/`"""

    kind, serializer_class, input_class = records.Release, shapes.ReleaseOutput, shapes.ReleaseInput
    filterset_class = filters(records.Release, "sample")
    search_fields = ("name",)
    ordering_fields = ("released_on", "started_on", "name")

    @extend_schema(summary="List releases", operation_id="releases_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Record a release",
        operation_id="releases_add",
        request=shapes.ReleaseInput,
        responses={201: shapes.ReleaseOutput},
        examples=example(RELEASE),
    )
    def post(self, request: Request) -> Response:
        return self.add()
