"""What teams do beside training: projects, use cases, answers, releases; listed, added, read and changed."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from assessments import models as records
from assessments.actions import adoption as actions
from assessments.api.serializers import adoption as shapes
from assessments.queries import adoption
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint

PROJECT = {"name": "returns forecast", "team": "forecasting", "started_on": "2026-11-01", "on_platform": True}
USE_CASE = {"name": "batch scoring", "team": "forecasting", "supported": True, "on_platform": True}
ANSWER = {"team": "search", "answer": "GPU quota without a ticket", "day": "2026-11-03"}
RELEASE = {"name": "evaluation gates", "started_on": "2026-08-03", "released_on": "2026-10-12"}


def example(value: Any) -> list[OpenApiExample]:
    """The one example of a body."""
    return [OpenApiExample("an example", request_only=True, value=value)]


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


class Entry(Endpoint):
    """One of them, read and changed."""

    kind: ClassVar[type[Model]]
    input_class: ClassVar[type[Serializer]]

    def tell(self, pk: int) -> Response:
        return Response(self.serializer_class(adoption.entry(self.kind, pk)).data)

    def change(self, pk: int) -> Response:
        """Change what the body names; the rest stays."""
        known, told = adoption.entry(self.kind, pk), self.read(partial(self.input_class, partial=True)).validated_data
        return Response(self.serializer_class(actions.change_entry(known, **told, actor=self.actor)).data)


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


class Project(Entry):
    """`projects/{id}/`"""

    kind, serializer_class, input_class = records.ModelProject, shapes.ProjectOutput, shapes.ProjectInput

    @extend_schema(summary="A model project", operation_id="projects_read")
    def get(self, request: Request, pk: int) -> Response:
        return self.tell(pk)

    @extend_schema(
        summary="Change a model project",
        operation_id="projects_change",
        request=shapes.ProjectInput,
        responses=shapes.ProjectOutput,
        examples=example({"on_platform": False}),
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(pk)


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


class UseCase(Entry):
    """`use-cases/{id}/`"""

    kind, serializer_class, input_class = records.UseCase, shapes.UseCaseOutput, shapes.UseCaseInput

    @extend_schema(summary="A use case", operation_id="use_cases_read")
    def get(self, request: Request, pk: int) -> Response:
        return self.tell(pk)

    @extend_schema(
        summary="Change a use case",
        operation_id="use_cases_change",
        request=shapes.UseCaseInput,
        responses=shapes.UseCaseOutput,
        examples=example({"supported": True}),
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(pk)


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


class Showstopper(Entry):
    """`showstoppers/{id}/`"""

    kind, serializer_class, input_class = records.ShowstopperAnswer, shapes.ShowstopperOutput, shapes.ShowstopperInput

    @extend_schema(summary="An answer", operation_id="showstoppers_read")
    def get(self, request: Request, pk: int) -> Response:
        return self.tell(pk)

    @extend_schema(
        summary="Change an answer",
        operation_id="showstoppers_change",
        request=shapes.ShowstopperInput,
        responses=shapes.ShowstopperOutput,
        examples=example({"answer": "GPU quota within a day"}),
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(pk)


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


class Release(Entry):
    """`releases/{id}/`"""

    kind, serializer_class, input_class = records.Release, shapes.ReleaseOutput, shapes.ReleaseInput

    @extend_schema(summary="A release", operation_id="releases_read")
    def get(self, request: Request, pk: int) -> Response:
        return self.tell(pk)

    @extend_schema(
        summary="Change a release",
        operation_id="releases_change",
        request=shapes.ReleaseInput,
        responses=shapes.ReleaseOutput,
        examples=example({"released_on": "2026-10-19"}),
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(pk)
