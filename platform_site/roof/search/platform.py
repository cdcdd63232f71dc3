"""What assessments and the ground floor have to find. Health records are those of the organization that is shown."""

from __future__ import annotations

from django.urls import reverse

from assessments.models import Initiative, Postmortem, Ticket
from assessments.tickets.queries.tickets import newest
from platform_site.people.models import Team, User
from platform_site.roof.search.kinds import Hit, Kind, shortened


def _ticket(row: Ticket) -> Hit:
    about = f"{row.source} {row.external_id}" + (f", from {row.team}" if row.team else "")
    return Hit(shortened(row.title), about, reverse("assessments:ticket", args=[row.pk]))


def _initiative(row: Initiative) -> Hit:
    return Hit(row.title, row.get_state_display(), reverse("assessments:initiative", args=[row.pk]))


def _postmortem(row: Postmortem) -> Hit:
    return Hit(row.title, shortened(row.what_happened), reverse("assessments:postmortem", args=[row.pk]))


def _team(row: Team) -> Hit:
    return Hit(row.name, f"Team {row.slug}", reverse("team", args=[row.slug]))


def _person(row: User) -> Hit:
    teams = [membership.team for membership in row.memberships.all()]
    url = reverse("team", args=[teams[0].slug]) if teams else reverse("teams")
    about = ", ".join(team.name for team in teams) or "In no team"
    return Hit(row.get_full_name() or row.username, f"{about}{' · a program' if row.is_service else ''}", url)


KINDS = (
    Kind(
        "tickets", "Tickets", lambda of: Ticket.objects.filter(organization=of), _ticket,
        text=("title", "external_id", "team", "requester"), exact=("external_id",), searched=newest,
    ),
    Kind("initiatives", "Initiatives", lambda of: Initiative.objects.filter(organization=of), _initiative, text=("title", "notes")),
    Kind(
        "postmortems", "Postmortems", lambda of: Postmortem.objects.filter(organization=of), _postmortem,
        text=("title", "what_happened"),
    ),
    Kind("teams", "Teams", lambda of: Team.objects.all(), _team, text=("slug", "name"), exact=("slug",)),
    Kind(
        "people", "People", lambda of: User.objects.filter(is_active=True).prefetch_related("memberships__team"), _person,
        text=("username", "first_name", "last_name"), exact=("username",),
    ),
)  # fmt: skip
