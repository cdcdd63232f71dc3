"""Postmortems over the API: listed, written, changed while they are drafts, published."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions.postmortems import change_postmortem, publish_postmortem, write_postmortem
from assessments.api.serializers.postmortems import (
    PostmortemChange,
    PostmortemInput,
    PostmortemOutput,
    WrittenOutput,
)
from assessments.queries import assessments, postmortems
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint

EXAMPLE = {
    "organization": "exampleco",
    "title": "The forecast read zeros where it was trained on the last value",
    "classification": "platform_design",
    "what_happened": "One team made a pipeline faster and filled gaps with zero; the other went on serving its model.",
    "capability": "feature_parity",
    "prevention": "The gate would have compared the two definitions row by row before the change was deployed.",
    "happened_at": "2026-09-14T02:10:00Z",
    "would_have_been_seen_at": "2026-09-14T09:00:00Z",
    "seen_at": "2026-10-05T09:00:00Z",
    "lessons": ["A null rule is logic.", "Compare rows, not only distributions.", "A boundary needs an owner."],
    "links": [{"kind": "feature", "name": "rolling_7d_avg_orders"}],
}


class Postmortems(ListEndpoint):
    """`postmortems/`"""

    serializer_class = PostmortemOutput
    filterset_class = filters(
        records.Postmortem, "state", "classification", "sample", organization="organization__slug",
        capability="capability__name",
    )  # fmt: skip
    search_fields = ("title", "what_happened")
    ordering_fields = ("happened_at", "seen_at", "written_at")

    def rows(self) -> Any:
        return postmortems.postmortems()

    @extend_schema(summary="List postmortems", operation_id="postmortems_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Write a postmortem",
        operation_id="postmortems_write",
        request=PostmortemInput,
        responses={201: WrittenOutput},
        examples=[OpenApiExample("two teams, each right alone", request_only=True, value=EXAMPLE)],
    )
    def post(self, request: Request) -> Response:
        """A draft. 422 with every fault: other than three lessons, a link that leads nowhere, times in a wrong order."""
        told = self.read(PostmortemInput).told()
        organization, corrects = assessments.organization(told.pop("organization")), told.pop("corrects")
        corrected = postmortems.postmortem(corrects) if corrects else None
        return _written(write_postmortem(organization, **told, corrects=corrected, actor=self.actor).pk, 201)


class Postmortem(Endpoint):
    """`postmortems/{id}/`"""

    serializer_class = PostmortemOutput

    @extend_schema(summary="A postmortem", operation_id="postmortems_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(PostmortemOutput(postmortems.postmortem(pk)).data)

    @extend_schema(
        summary="Change a draft of a postmortem",
        operation_id="postmortems_change",
        request=PostmortemChange,
        responses=WrittenOutput,
        examples=[OpenApiExample("the lessons", request_only=True, value={"lessons": EXAMPLE["lessons"]})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """409 for a published one: a correction is a new one that names it."""
        found = postmortems.postmortem(pk)
        return _written(change_postmortem(found, **self.read(PostmortemChange).told(), actor=self.actor).pk)


class Publication(Endpoint):
    """`postmortems/{id}/publish/`"""

    serializer_class = PostmortemOutput

    @extend_schema(
        summary="Publish a postmortem, for good",
        operation_id="postmortems_publish",
        request=None,
        responses=PostmortemOutput,
    )
    def post(self, request: Request, pk: int) -> Response:
        """409 when it is published already."""
        publish_postmortem(postmortems.postmortem(pk), actor=self.actor)
        return Response(PostmortemOutput(postmortems.postmortem(pk)).data)


def _written(pk: int, status: int = 200) -> Response:
    context = {"names": postmortems.names_of_people()}
    return Response(WrittenOutput(postmortems.postmortem(pk), context=context).data, status=status)
