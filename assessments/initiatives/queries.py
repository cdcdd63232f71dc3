"""Initiatives, and where a published assessment leaves each of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from assessments.health.queries.rubrics import newest_rubric
from assessments.health.rules.maturity import LEVELS, Level
from assessments.initiatives.rules import DUE_SOON_DAYS, OPEN, Counted, Reach, reach
from assessments.models import Assessment, Capability, Initiative, Organization
from assessments.organizations.queries import current_assessment
from platform_site.errors import Unknown
from platform_site.people.models import Team, User


def list_initiatives() -> QuerySet[Initiative]:
    """Every initiative with its capabilities, in two queries: by due date, those without one last."""
    capabilities = Prefetch("capabilities", queryset=Capability.objects.order_by("position", "name"))
    rows = Initiative.objects.select_related("organization", "owner_person", "owner_team", "reached_in")
    return rows.prefetch_related(capabilities)


def get_initiative(initiative_id: int) -> Initiative:
    """One initiative; Unknown when there is none."""
    initiative = list_initiatives().filter(pk=initiative_id).first()
    if initiative is None:
        raise Unknown(f"There is no initiative {initiative_id}.")
    return initiative


def overdue(rows: QuerySet[Initiative], today: date | None = None) -> QuerySet[Initiative]:
    """The open ones that are past their day."""
    return rows.filter(state__in=OPEN, due_on__lt=today or timezone.now().date())


def needing(organization: Organization, username: str, teams: Collection[str], *, everybody: bool) -> list[Initiative]:
    """The open ones that are overdue or due within a week, the earliest first: those of a person and their teams, or of
    everybody; one query."""
    latest = timezone.now().date() + timedelta(days=DUE_SOON_DAYS)
    rows = Initiative.objects.filter(organization=organization, state__in=OPEN, due_on__lte=latest)
    if not everybody:
        rows = rows.filter(Q(owner_person__username=username) | Q(owner_team__slug__in=teams))
    return list(rows.select_related("owner_person", "owner_team").order_by("due_on", "pk"))


def owned_by(rows: QuerySet[Initiative], owner: str) -> QuerySet[Initiative]:
    """Those of person:NAME or team:SLUG; `none`: without an owner."""
    kind, _, name = owner.partition(":")
    if owner == "none":
        return rows.filter(owner_person=None, owner_team=None)
    return rows.filter(**{"owner_team__slug" if kind == "team" else "owner_person__username": name})


def working_on(organization: Organization) -> dict[str, list[Initiative]]:
    """The open initiatives of an organization for each capability, by its name; two queries."""
    rows: dict[str, list[Initiative]] = {}
    for initiative in list_initiatives().filter(organization=organization, state__in=OPEN):
        for capability in initiative.capabilities.all():
            rows.setdefault(capability.name, []).append(initiative)
    return rows


def possible_owners(organization: Organization | None) -> dict[str, str]:
    """Who can own an initiative of an organization, as the API writes it, with the name that people read."""
    teams = Team.objects.filter(Q(organization=organization) | Q(organization=None)).order_by("name")
    people = User.objects.filter(is_active=True, is_service=False, groups__isnull=False).order_by("username").distinct()
    owners = {f"team:{team.slug}": team.name for team in teams}
    return owners | {f"person:{person.username}": person.get_full_name() or person.username for person in people}


def levels_of(organization: Organization) -> tuple[Level, ...]:
    """The levels that its next assessment is judged by."""
    rubric = newest_rubric(organization)
    return rubric.levels if rubric else LEVELS


def reach_now(initiative: Initiative) -> Reach | None:
    """Whether the current assessment reaches its target; None before the first."""
    current = current_assessment(initiative.organization)
    return reach_in(initiative, current, counted_with(current)) if current else None


def reach_in(initiative: Initiative, assessment: Assessment, counted: Counted) -> Reach:
    """Whether an assessment reaches its target, with what was counted for it (`counted_with`); no query."""
    names = [capability.name for capability in initiative.capabilities.all()]
    items = [item.as_item for item in assessment.items.all()]
    return reach(initiative.target, names, items, assessment.levels, counted)


def counted_with(assessment: Assessment) -> Counted:
    """What was counted for each capability when the assessment was published, by its name; one query."""
    rows = assessment.evidence.filter(denominator__gt=0).values_list(
        "capability__name", "numerator", "denominator", "counted"
    )
    return {name: (having or 0, total or 0, of) for name, having, total, of in rows}
