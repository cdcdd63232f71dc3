"""Projects, use cases, showstopper answers and releases: list, add, read and change them; and remove any record."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from rest_framework.serializers import BaseSerializer

from assessments import models as records
from assessments.adoption import actions as actions
from assessments.adoption import queries as adoption
from assessments.adoption import serializers as shapes
from assessments.organizations.api import OfOneOrganization
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read

PROJECT = {"name": "returns forecast", "team": "forecasting", "started_on": "2026-11-01", "on_platform": True}
USE_CASE = {"name": "batch scoring", "team": "forecasting", "supported": True, "on_platform": True}
ANSWER = {"team": "search", "answer": "GPU quota without a ticket", "day": "2026-11-03"}
RELEASE = {"name": "evaluation gates", "started_on": "2026-08-03", "released_on": "2026-10-12"}


class Entries(OfOneOrganization, ListEndpoint):
    """What the lists below share: one kind of record, listed and added to."""

    kind: ClassVar[type[actions.Entry]]

    def rows(self) -> Any:
        return adoption.entries(self.kind, self.organization)

    def add(self) -> Any:
        """Add what the body describes."""
        return actions.add_entry(self.kind, **self.body, organization=self.named_organization, actor=self.actor)


class Entry(Read):
    """One of them, read and changed."""

    kind: ClassVar[type[actions.Entry]]
    input_class: ClassVar[type[BaseSerializer]]

    def content(self, pk: int) -> Any:
        return adoption.entry(self.kind, pk)

    def change(self, pk: int) -> Any:
        """Change what the body names; the rest stays."""
        entry = adoption.entry(self.kind, pk)
        fields = self.read(partial(self.input_class, partial=True)).validated_data
        return actions.change_entry(entry, **fields, actor=self.actor)


class Removal(Endpoint):
    """Remove a record."""

    kind: ClassVar[type[actions.Entry]]
    input_class = shapes.RemovalInput

    @Verb("remove", status=204, examples={"an example": {"reason": "It was recorded twice."}})
    def post(self, pk: int) -> None:
        """Remove a record, with a reason.

        The audit log has what it was.
        """
        actions.remove_entry(adoption.entry(self.kind, pk), reason=self.body["reason"], actor=self.actor)


class Projects(Entries):
    """List model projects."""

    kind, serializer_class, input_class = records.ModelProject, shapes.ProjectOutput, shapes.ProjectInput
    filterset_class = filters(records.ModelProject, "team", "on_platform", "sample")
    search_fields = ("name", "team")
    ordering_fields = ("started_on", "name")

    @Verb("add", status=201, examples={"an example": PROJECT})
    def post(self) -> Any:
        """Add a model project."""
        return self.add()


class Project(Entry):
    """A model project."""

    kind, serializer_class, input_class = records.ModelProject, shapes.ProjectOutput, shapes.ProjectInput

    @Verb("change", examples={"an example": {"on_platform": False}})
    def patch(self, pk: int) -> Any:
        """Change a model project."""
        return self.change(pk)


class ProjectRemoval(Removal):
    """Remove a model project."""

    kind = records.ModelProject


class UseCases(Entries):
    """List use cases."""

    kind, serializer_class, input_class = records.UseCase, shapes.UseCaseOutput, shapes.UseCaseInput
    filterset_class = filters(records.UseCase, "team", "supported", "on_platform", "sample")
    search_fields = ("name", "team")
    ordering_fields = ("name",)

    @Verb("add", status=201, examples={"an example": USE_CASE})
    def post(self) -> Any:
        """Add a use case."""
        return self.add()


class UseCase(Entry):
    """A use case."""

    kind, serializer_class, input_class = records.UseCase, shapes.UseCaseOutput, shapes.UseCaseInput

    @Verb("change", examples={"an example": {"supported": True}})
    def patch(self, pk: int) -> Any:
        """Change a use case."""
        return self.change(pk)


class UseCaseRemoval(Removal):
    """Remove a use case."""

    kind = records.UseCase


class Showstoppers(Entries):
    """List showstopper answers."""

    kind, serializer_class, input_class = records.ShowstopperAnswer, shapes.ShowstopperOutput, shapes.ShowstopperInput
    filterset_class = filters(records.ShowstopperAnswer, "team", "sample")
    search_fields = ("answer", "team")
    ordering_fields = ("day",)

    @Verb("add", status=201, examples={"an example": ANSWER})
    def post(self) -> Any:
        """Record what would make a team switch."""
        return self.add()


class Showstopper(Entry):
    """An answer."""

    kind, serializer_class, input_class = records.ShowstopperAnswer, shapes.ShowstopperOutput, shapes.ShowstopperInput

    @Verb("change", examples={"an example": {"answer": "GPU quota within a day"}})
    def patch(self, pk: int) -> Any:
        """Change an answer."""
        return self.change(pk)


class ShowstopperRemoval(Removal):
    """Remove an answer."""

    kind = records.ShowstopperAnswer


class Merge(OfOneOrganization, Endpoint):
    """Merge answers."""

    input_class, serializer_class = shapes.MergeInput, shapes.MergedOutput

    @Verb(
        "merge", examples={"an example": {"wordings": ["own container", "C++ serving"], "into": "Run my own container"}}
    )
    def post(self) -> Any:
        """Count answers that mean the same as one.

        For leads. Answers in the same words that come later are counted so too.
        """
        return {"changed": actions.merge_answers(self.organization, **self.body, actor=self.actor)}


class Separation(OfOneOrganization, Endpoint):
    """Count merged answers apart."""

    input_class, serializer_class = shapes.SeparationInput, shapes.MergedOutput

    @Verb("separate", examples={"an example": {"merged": "Run my own container"}})
    def post(self) -> Any:
        """Count merged answers by their own words again."""
        return {"changed": actions.separate_answers(self.organization, self.body["merged"], actor=self.actor)}


class Releases(Entries):
    """List releases."""

    kind, serializer_class, input_class = records.Release, shapes.ReleaseOutput, shapes.ReleaseInput
    filterset_class = filters(records.Release, "sample")
    search_fields = ("name",)
    ordering_fields = ("released_on", "started_on", "name")

    def rows(self) -> Any:
        return super().rows().prefetch_related("answers", "use_cases")

    @Verb("add", status=201, examples={"an example": RELEASE})
    def post(self) -> Any:
        """Record a release."""
        return self.add()


class Release(Entry):
    """A release."""

    kind, serializer_class, input_class = records.Release, shapes.ReleaseOutput, shapes.ReleaseInput

    @Verb("change", examples={"an example": {"released_on": "2026-10-19"}})
    def patch(self, pk: int) -> Any:
        """Change a release."""
        return self.change(pk)


class ReleaseRemoval(Removal):
    """Remove a release."""

    kind = records.Release
