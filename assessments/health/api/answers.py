"""What teams say themselves about a draft, over the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from assessments import models as records
from assessments.health.actions.answers import answer_for_team, use_answer
from assessments.health.queries.answers import get_answer, list_answers, standing_answers
from assessments.health.serializers.answers import AnswersInput, TeamAnswerOutput
from assessments.health.serializers.assessments import AssessmentOutput
from assessments.organizations.queries import get_assessment
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint

EXAMPLE = {
    "team": "forecasting",
    "answers": [{"capability": "lineage", "status": "partial", "note": "The commit is recorded by hand."}],
}


class StandingFilter(django_filters.BooleanFilter):
    """The newest answer of each team about each capability, or all that were replaced."""

    def filter(self, rows: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        if value is None or self.parent is None:
            return rows
        newest = standing_answers(get_assessment(self.parent.request.parser_context["kwargs"]["pk"]))
        standing = newest.order_by().values("pk")
        return rows.filter(pk__in=standing) if value else rows.exclude(pk__in=standing)


class TeamAnswers(ListEndpoint):
    """List what teams answered about an assessment, the newest first; replaced answers too."""

    noun = "assessments_answers"
    serializer_class = TeamAnswerOutput
    filterset_class = filters(
        records.TeamAnswer, "status", team="team__slug", capability="capability__name", standing=StandingFilter()
    )
    search_fields = ("note",)
    ordering_fields = ("answered_at",)

    def rows(self) -> Any:
        return list_answers(get_assessment(self.kwargs["pk"]))

    @Verb(
        "answer",
        takes=AnswersInput,
        gives=TeamAnswerOutput,
        many=True,
        status=201,
        examples={"one capability": EXAMPLE},
    )
    def post(self, pk: int) -> Any:
        """Answer about a draft for a team of yours; returns what was stored.

        What the team said already is not stored again. 403 for another team, 409 for a published assessment, 422 with every
        fault.
        """
        return answer_for_team(get_assessment(pk), **self.body, actor=self.actor)


class AnswerUse(Endpoint):
    """Set a capability of a draft to what a team answered; leads alone.

    409 for a published assessment.
    """

    noun = "assessments_answers"
    serializer_class = AssessmentOutput

    @Verb("use")
    def post(self, pk: int, answer: int) -> Any:
        use_answer(get_answer(pk, answer), actor=self.actor)
        return get_assessment(pk)
