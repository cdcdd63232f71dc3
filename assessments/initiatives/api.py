"""Initiatives over the API: list, propose, change, comment."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from assessments import models as records
from assessments.initiatives import queries as initiatives
from assessments.initiatives.actions.initiatives import change_initiative, comment, propose_initiative
from assessments.initiatives.serializers import (
    CommentInput,
    CommentOutput,
    InitiativeChange,
    InitiativeInput,
    InitiativeOutput,
)
from assessments.organizations.api import OfOneOrganization
from assessments.organizations.queries import get_organization
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read

EXAMPLE = {
    "organization": "exampleco",
    "title": "Record the lineage of every production model",
    "capabilities": ["lineage"],
    "owner": "team:forecasting",
    "target": "implemented",
    "due_on": "2027-02-26",
    "effort_days": 15,
    "from": {"kind": "recommendation", "id": "lineage"},
}


class OverdueFilter(django_filters.BooleanFilter):
    """Those that are open and past their due date, or all others."""

    def filter(self, rows: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        if value is None:
            return rows
        late = initiatives.overdue(rows, timezone.now().date())
        return late if value else rows.exclude(pk__in=late.values("pk"))


class OwnerFilter(django_filters.CharFilter):
    """Those of person:USERNAME or team:SLUG, or of nobody (`none`)."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return initiatives.owned_by(rows, value) if value else rows


class Initiatives(OfOneOrganization, ListEndpoint):
    """List initiatives of an organization, the next due first."""

    serializer_class = InitiativeOutput
    filterset_class = filters(
        records.Initiative, "state", capability="capabilities__name", overdue=OverdueFilter(), owner=OwnerFilter()
    )
    search_fields = ("title", "notes")
    ordering_fields = ("due_on", "created_at", "changed_at")

    def rows(self) -> Any:
        return initiatives.list_initiatives().filter(organization=self.organization)

    @Verb("propose", takes=InitiativeInput, status=201, examples={"from a recommendation": EXAMPLE})
    def post(self) -> Any:
        """Propose an initiative.

        422 with every fault: a capability or owner of another organization, a target that is reached already.
        """
        fields = cast(InitiativeInput, self.input).arguments()
        organization = get_organization(fields.pop("organization"))
        return initiatives.get_initiative(propose_initiative(organization, **fields, actor=self.actor).pk)


class Initiative(Read):
    """An initiative."""

    serializer_class = InitiativeOutput

    def content(self, pk: int) -> Any:
        return initiatives.get_initiative(pk)

    @Verb(
        "change",
        takes=InitiativeChange,
        examples={"drop it": {"state": "dropped", "reason": "The model is retired in March."}},
    )
    def patch(self, pk: int) -> Any:
        """Change an initiative.

        Its audit event has the old and the new values. 422 for a state that may not follow the present one.
        """
        change_initiative(initiatives.get_initiative(pk), **self.body, actor=self.actor)
        return initiatives.get_initiative(pk)


class Comments(ListEndpoint):
    """List the comments of an initiative, oldest first."""

    serializer_class = CommentOutput
    noun = "initiative_comments"

    def rows(self) -> Any:
        return initiatives.get_initiative(self.kwargs["pk"]).comments.all()

    @Verb("write", takes=CommentInput, status=201, examples={"an example": {"text": "Two of five models have it."}})
    def post(self, pk: int) -> Any:
        """Comment on an initiative."""
        return comment(initiatives.get_initiative(pk), text=self.body["text"], actor=self.actor)
