"""Assessments over the API."""

from __future__ import annotations

from typing import Any

from assessments import models as records
from assessments.health.actions.assessments import (
    begin_assessment,
    change_assessment,
    discard_assessment,
    publish_assessment,
)
from assessments.health.queries import assessments
from assessments.health.queries.exemptions import exempt_of
from assessments.health.queries.rubrics import get_rubric
from assessments.health.rules.recommendations import Known
from assessments.health.serializers.assessments import (
    AssessmentChange,
    AssessmentInput,
    AssessmentOutput,
    SummaryOutput,
)
from assessments.organizations.queries import get_assessment, get_organization, list_assessments
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read

ITEMS = [
    {"capability": "artifact_store", "status": "implemented", "notes": "S3, versioned."},
    {"capability": "model_registry", "status": "partial"},
]


FIRST = {"organization": "exampleco", "assessed_on": "2026-01-05", "model_count": 5, "team_count": 3, "items": ITEMS}


class Assessments(ListEndpoint):
    """List assessments."""

    serializer_class = AssessmentOutput
    filterset_class = filters(records.Assessment, "state", organization="organization__slug")
    ordering_fields = ("assessed_on", "created_at")

    def rows(self) -> Any:
        return list_assessments()

    @Verb("begin", takes=AssessmentInput, status=201, examples={"a first one": FIRST})
    def post(self) -> Any:
        """Begin an assessment."""
        fields = dict(self.body)
        organization = get_organization(fields.pop("organization"))
        corrects = fields.pop("corrects")
        if "rubric" in fields:
            fields["rubric"] = get_rubric(organization, fields["rubric"])
        corrected = get_assessment(corrects) if corrects else None
        begun = begin_assessment(organization, **fields, corrects=corrected, actor=self.actor)
        return get_assessment(begun.pk)


class Assessment(Read):
    """An assessment."""

    serializer_class = AssessmentOutput

    def content(self, pk: int) -> Any:
        return get_assessment(pk)

    @Verb("change", takes=AssessmentChange, examples={"one capability": {"items": ITEMS[:1]}})
    def patch(self, pk: int) -> Any:
        """Change a draft.

        409 for a published assessment: correct it with a new one.
        """
        assessment, fields = get_assessment(pk), dict(self.body)
        if "rubric" in fields:
            fields["rubric"] = get_rubric(assessment.organization, fields["rubric"])
        change_assessment(assessment, **fields, actor=self.actor)
        return get_assessment(pk)

    @Verb("discard", status=204)
    def delete(self, pk: int) -> None:
        """Discard a draft; the audit log keeps what it stated.

        409 for a published assessment, and for a draft that ticket plans refer to.
        """
        discard_assessment(get_assessment(pk), actor=self.actor)


class Publication(Endpoint):
    """Publish an assessment; it can no longer be changed.

    409 when it is already published.
    """

    serializer_class = AssessmentOutput

    @Verb("publish")
    def post(self, pk: int) -> Any:
        publish_assessment(get_assessment(pk), actor=self.actor)
        return get_assessment(pk)


class Summary(Read):
    """What an assessment adds up to."""

    get_verb = "summary"
    serializer_class = SummaryOutput

    def content(self, pk: int) -> Any:
        assessment = get_assessment(pk)
        return assessments.summary_of(assessment, Known(exempt=exempt_of(assessment.organization))).as_dict()
