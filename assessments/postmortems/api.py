"""Postmortems over the API: list them, write and change drafts, publish them."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from rest_framework.response import Response

from assessments import models as records
from assessments.organizations.queries import get_organization
from assessments.postmortems import queries as postmortems
from assessments.postmortems.actions import change_postmortem, publish_postmortem, write_postmortem
from assessments.postmortems.serializers import (
    PostmortemChange,
    PostmortemInput,
    PostmortemOutput,
    WrittenOutput,
)
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read

EXAMPLE = {
    "organization": "exampleco",
    "title": "The forecast read zeros where it was trained on the last value",
    "classification": "platform_design",
    "what_happened": "One team made a pipeline faster and filled gaps with zero; the other went on serving its model.",
    "preventions": [
        {
            "capability": "feature_parity",
            "mechanism": "The gate would have compared the two definitions row by row before the change was deployed.",
            "moment": "deployment",
        },
        {
            "capability": "feature_registry",
            "mechanism": "The changed null rule would have been a new version, shown to both teams.",
            "moment": "registration",
        },
    ],
    "happened_at": "2026-09-14T02:10:00Z",
    "would_have_been_seen_at": "2026-09-14T09:00:00Z",
    "seen_at": "2026-10-05T09:00:00Z",
    "lessons": ["A null rule is logic.", "Compare rows, not only distributions.", "A boundary needs an owner."],
    "links": [{"kind": "feature", "name": "rolling_7d_avg_orders"}],
}


class CapabilityFilter(django_filters.CharFilter):
    """Postmortems that name a capability, first or beside others."""

    def filter(self, qs: Any, value: str) -> Any:
        return postmortems.prevented_by(qs, value) if value else qs


class Postmortems(ListEndpoint):
    """List postmortems."""

    serializer_class = PostmortemOutput
    filterset_class = filters(
        records.Postmortem, "state", "classification", "sample", organization="organization__slug",
        capability=CapabilityFilter(),
    )  # fmt: skip
    search_fields = ("title", "what_happened")
    ordering_fields = ("happened_at", "seen_at", "written_at")

    def rows(self) -> Any:
        return postmortems.list_postmortems()

    @Verb(
        "write",
        takes=PostmortemInput,
        gives=WrittenOutput,
        status=201,
        examples={"two teams, each right alone": EXAMPLE},
    )
    def post(self) -> Any:
        """Write a postmortem.

        It starts as a draft. 422 with every fault: not exactly three lessons, a link that leads nowhere, times in the wrong order.
        """
        fields = cast(PostmortemChange, self.input).arguments()
        organization, corrects = get_organization(fields.pop("organization")), fields.pop("corrects")
        corrected = postmortems.get_postmortem(corrects) if corrects else None
        return _written(write_postmortem(organization, **fields, corrects=corrected, actor=self.actor).pk, 201)


class Postmortem(Read):
    """A postmortem."""

    serializer_class = PostmortemOutput

    def content(self, pk: int) -> Any:
        return postmortems.get_postmortem(pk)

    @Verb(
        "change",
        takes=PostmortemChange,
        gives=WrittenOutput,
        examples={"the lessons": {"lessons": EXAMPLE["lessons"]}},
    )
    def patch(self, pk: int) -> Any:
        """Change a draft of a postmortem.

        409 for a published one: correct it with a new one that names it in `corrects`.
        """
        postmortem = postmortems.get_postmortem(pk)
        return _written(
            change_postmortem(postmortem, **cast(PostmortemChange, self.input).arguments(), actor=self.actor).pk
        )


class Publication(Endpoint):
    """Publish a postmortem; it can no longer be changed.

    409 when it is already published.
    """

    serializer_class = PostmortemOutput

    @Verb("publish")
    def post(self, pk: int) -> Any:
        publish_postmortem(postmortems.get_postmortem(pk), actor=self.actor)
        return postmortems.get_postmortem(pk)


def _written(pk: int, status: int = 200) -> Response:
    context = {"names": postmortems.names_of_people()}
    return Response(WrittenOutput(postmortems.get_postmortem(pk), context=context).data, status=status)
