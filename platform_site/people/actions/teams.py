"""Teams: add one, change what is known of it. Who belongs to a team is set with the person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.actions.persons import field_faults
from platform_site.people.models import Team
from platform_site.people.queries import only_organization, organizations
from platform_site.people.signals import team_changed
from platform_site.text.changes import changes, plain

ONLY_LEADS = "Only leads and administrators add and change teams."
RECORDED = ("name", "on_platform", "onboarded_on", "organization")


def create_team(
    *,
    slug: str,
    name: str,
    on_platform: bool | None = None,
    onboarded_on: date | None = None,
    organization: Any = None,
    actor: Actor,
) -> Team:
    """Add a team; Invalid when the slug is malformed or taken. ``on_platform`` None: nobody knows.

    Without an organization it belongs to the only one; where there are several, to none until somebody says which.
    """
    access.require(access.can_manage_teams(actor), ONLY_LEADS)
    faults = [*field_faults(Team, "slug", slug), *field_faults(Team, "name", name.strip())]
    organization, unknown = _organization(organization, None)
    faults += unknown
    if not faults and Team.objects.filter(slug=slug).exists():
        faults.append(Fault("slug", "duplicate", f"A team with the slug {slug} exists already."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        team = Team.objects.create(
            slug=slug,
            name=name.strip(),
            on_platform=on_platform,
            onboarded_on=onboarded_on,
            organization=organization or only_organization(),
        )
        payload = {name: plain(_text(getattr(team, name))) for name in RECORDED}
        record("team.created", subject=f"team:{slug}", actor=actor, payload=payload)
        team_changed.send(Team, team=team, names={team.slug, team.name})
    return team


def change_team(team: Team, *, actor: Actor, **fields: Any) -> Team:
    """Change `name`, `on_platform`, `onboarded_on` or `organization`; the slug is how everything refers to a team, and stays."""
    access.require(access.can_manage_teams(actor), ONLY_LEADS)
    values, faults = dict(fields), []
    if "name" in values:
        values["name"] = values["name"].strip()
        faults += field_faults(Team, "name", values["name"])
    if "organization" in values:
        values["organization"], unknown = _organization(values["organization"], team)
        faults += unknown
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        before = {name: getattr(team, name) for name in values}
        changed = changes(*({name: _text(value) for name, value in side.items()} for side in (before, values)))
        if changed:
            for name in changed:
                setattr(team, name, values[name])
            team.save(update_fields=list(changed))
            record("team.changed", subject=f"team:{team.slug}", actor=actor, payload=changed)
            team_changed.send(Team, team=team, names={team.slug, team.name, before.get("name", team.name)})
    return team


def _organization(named: Any, team: Team | None) -> tuple[Any, list[Fault]]:
    """An organization by its slug, and what is wrong with that; a record and None come back as they are."""
    if not isinstance(named, str) or not named:
        return named or None, []
    possible = {organization.slug: organization for organization in organizations(of=team)}
    if named in possible:
        return possible[named], []
    choices = ", ".join(possible) or "none: add one first"
    sentence = f"There is no organization {named[:80]!r} that is not archived. Choose {choices}."
    return None, [Fault("organization", "unknown", sentence)]


def _text(value: Any) -> Any:
    """A value as an event says it: another record by its slug."""
    return getattr(value, "slug", value.pk) if isinstance(value, Model) else value
