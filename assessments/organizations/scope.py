"""Whose figures: the organization that a page shows, and the one that a new record belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import CharField, Count, Model, Q, QuerySet, Value
from django.db.models.functions import Lower

from assessments.models import Organization
from assessments.models.organizations import OfOrganization
from assessments.organizations.queries import get_organization, list_organizations
from platform_site.errors import Fault, Invalid
from platform_site.people.models import Team, User


def chosen(slug: str, user: User | None = None) -> Organization | None:
    """The organization of this slug; without one that of the person's teams, else the first that is not archived.

    None while there is no organization at all; Unknown for a slug that none has.
    """
    if slug:
        return get_organization(slug)
    active = list_organizations(archived=False)
    own = active.filter(teams__memberships__user=user) if user is not None and user.pk else active.none()
    return own.first() or active.first()


def organization_of_new(organization: Organization | None, teams: Iterable[str] = ()) -> dict[str, Organization | None]:
    """For each team, by its slug or its name, the organization that a new record of it belongs to.

    That is the one that the caller names, else that of the team in the directory, else the only one there is. None while
    there is no organization. Invalid, naming every choice, when nothing decides, when the team is another organization's,
    and for an archived organization.
    """
    names = sorted({*teams}) or [""]
    active = list(list_organizations(archived=False)[:MOST_NAMED])
    listed = _directory(names)
    places = {name: _deciding(name, organization, listed[name], active) for name in names}
    faults = [fault for fault in places.values() if isinstance(fault, Fault)]
    if faults:
        raise Invalid(faults)
    return {name: place for name, place in places.items() if not isinstance(place, Fault)}


def of_team_only(rows: QuerySet[Any], team: Team) -> QuerySet[Any]:
    """The rows of the organization that a team belongs to: the same name in another one is another team's. All of them for a
    team without one."""
    return rows.filter(organization=team.organization_id) if team.organization_id else rows


def in_address(team: Team) -> dict[str, str]:
    """What the address of a page of one organization says for a team: its organization, where it has one."""
    return {"organization": team.organization.slug} if team.organization else {}


def everything_of_organizations() -> list[type[Model]]:
    """Teams, and every kind of record that enters one organization's figures."""
    kinds: list[type[Model]] = [kind for kind in apps.get_models() if issubclass(kind, OfOrganization)]
    return [Team, *sorted(kinds, key=lambda kind: str(kind._meta.model_name))]


def unassigned() -> dict[str, int]:
    """How many teams and records belong to no organization, by the name of their kind; without kinds that have none.

    One query.
    """
    first, *others = (_of_nobody(kind) for kind in everything_of_organizations())
    return {noun: count for noun, count in first.union(*others, all=True) if count}


def _of_nobody(kind: type[Model]) -> QuerySet[Any, Any]:
    rows = kind._default_manager.filter(organization=None).order_by()
    named = rows.annotate(noun=Value(str(kind._meta.verbose_name), output_field=CharField())).values("noun")
    return named.annotate(count=Count("pk")).values_list("noun", "count")


MOST_NAMED = 50


class Listed(NamedTuple):
    """The organizations of the teams that a text may mean: that of the team whose slug it is, and all by slug or name."""

    by_slug: int | None = None
    any: frozenset[int] = frozenset()

    @property
    def decides(self) -> int | None:
        """The only one that it can be; two organizations may each have a team of one name."""
        return self.by_slug if self.by_slug is not None or len(self.any) != 1 else min(self.any)


def _directory(names: list[str]) -> dict[str, Listed]:
    """What each text may mean; one query."""
    known = {name.strip().lower() for name in names} - {""}
    rows = Team.objects.exclude(organization=None).alias(folded=Lower("name"))
    rows = rows.filter(Q(slug__in=known) | Q(folded__in=known))
    teams = list(rows.values_list("slug", "name", "organization_id")) if known else []
    return {
        name: Listed(
            next((place for slug, _, place in teams if slug == name), None),
            frozenset(place for slug, title, place in teams if name.strip().lower() in (slug, title.lower()) if place),
        )
        for name in names
    }


def _deciding(
    team: str, named: Organization | None, listed: Listed, active: list[Organization]
) -> Organization | Fault | None:
    if named is not None:
        return _named(team, named, listed, active)
    if (owner := listed.decides) is not None:
        return next((place for place in active if place.pk == owner), None) or Fault(
            "organization", "archived", f"Team {team} belongs to an organization that is archived. Name another one."
        )
    if len(active) > 1:
        choices = ", ".join(place.slug for place in active)
        return Fault("organization", "required", f"Name the organization that this belongs to: {choices}.")
    return active[0] if active else None


def _named(team: str, named: Organization, listed: Listed, active: list[Organization]) -> Organization | Fault:
    if named.archived_at is not None:
        return Fault("organization", "archived", f"{named.name} is archived: nothing new is recorded for it.")
    if listed.by_slug is not None and named.pk not in listed.any:
        owner = next((place.name for place in active if place.pk == listed.by_slug), "another organization")
        return Fault("organization", "invalid", f"Team {team} belongs to {owner}, not to {named.name}.")
    return named
