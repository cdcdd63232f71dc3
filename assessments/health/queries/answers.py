"""What teams say themselves about the capabilities of a draft."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max, QuerySet

from assessments.models import Assessment, Organization, TeamAnswer
from platform_site.errors import Unknown
from platform_site.people.models import Team


def list_answers(assessment: Assessment) -> QuerySet[TeamAnswer]:
    """Every answer about an assessment, the newest first, replaced ones too."""
    rows = TeamAnswer.objects.filter(assessment=assessment).select_related("capability", "team", "assessment")
    return rows.order_by("-pk")


def standing_answers(assessment: Assessment) -> QuerySet[TeamAnswer]:
    """The newest answer of each team about each capability, by capability and team."""
    newest = TeamAnswer.objects.filter(assessment=assessment).order_by().values("team", "capability")
    rows = list_answers(assessment).filter(pk__in=newest.annotate(last=Max("pk")).values("last"))
    return rows.order_by("capability__position", "capability__name", "team__name")


def answers_by_capability(assessment: Assessment) -> dict[int, list[TeamAnswer]]:
    """The same by the key of the capability; one query."""
    rows: dict[int, list[TeamAnswer]] = {}
    for answer in standing_answers(assessment):
        rows.setdefault(answer.capability_id, []).append(answer)
    return rows


def answers_of_team(team: Team) -> list[TeamAnswer]:
    """The standing answers of a team about the newest assessment of its organization that it answered, by capability; one
    query."""
    own = TeamAnswer.objects.filter(team=team)
    if team.organization_id:
        own = own.filter(assessment__organization=team.organization_id)
    newest = own.order_by("-assessment", "-pk").values("assessment")[:1]
    last = own.filter(assessment=newest).order_by().values("capability").annotate(last=Max("pk")).values("last")
    rows = TeamAnswer.objects.filter(pk__in=last).select_related("capability", "assessment__rubric")
    return list(rows.order_by("capability__position", "capability__name"))


def get_answer(assessment_id: int, answer_id: int) -> TeamAnswer:
    """One answer about an assessment; Unknown when there is none."""
    rows = TeamAnswer.objects.select_related("capability", "team", "assessment__organization")
    answer = rows.filter(assessment_id=assessment_id, pk=answer_id).first()
    if answer is None:
        raise Unknown(f"Assessment {assessment_id} has no answer {answer_id}.")
    return answer


def teams_among(organization: Organization, slugs: Collection[str]) -> list[Team]:
    """The teams of an organization that are among these, by name."""
    return list(Team.objects.filter(organization=organization, slug__in=slugs).order_by("name"))
