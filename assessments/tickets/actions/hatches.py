"""Add to the escape-hatch catalogue, and change what it says."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from assessments.models import EscapeHatch, Organization
from assessments.organizations.scope import organization_of_new
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record
from platform_site.people.models import Team
from platform_site.text.changes import changes

WHO = "Only contributors and leads change the escape-hatch catalogue."
TEXTS = ("name", "offers", "how_to_use", "since")


def add_hatch(organization: Organization | None, *, owner_team: str, actor: Actor, **fields: Any) -> EscapeHatch:
    """Offer a way around the standard path; `owner_team` is a slug. Invalid with every fault.

    It belongs to the organization that is named, else to its team's, else to the only one there is.
    """
    access.require(access.can_record_ticket(actor), WHO)
    with transaction.atomic():
        team, place = _team(owner_team), organization_of_new(organization, [owner_team])[owner_team]
        hatch = EscapeHatch(organization=place, owner_team=team, **fields)
        check_record(hatch)
        hatch.save()
        record("escape_hatch.added", subject=_subject(hatch), actor=actor, payload=_values(hatch))
    return hatch


def change_hatch(hatch: EscapeHatch, *, owner_team: str | None = None, actor: Actor, **fields: Any) -> EscapeHatch:
    """Change what the catalogue says of one; its event has old and new values."""
    access.require(access.can_record_ticket(actor), WHO)
    with transaction.atomic():
        stored = EscapeHatch.objects.select_for_update(no_key=True).get(pk=hatch.pk)
        before = _values(stored)
        for name, value in fields.items():
            setattr(stored, name, value)
        stored.owner_team = _team(owner_team) if owner_team is not None else stored.owner_team
        check_record(stored)
        if differences := changes(before, _values(stored)):
            stored.save()
            record("escape_hatch.changed", subject=_subject(stored), actor=actor, payload=differences)
    return stored


def _values(hatch: EscapeHatch) -> dict[str, Any]:
    texts = {name: str(getattr(hatch, name)) for name in TEXTS}
    return texts | {"owner_team": hatch.owner_team.slug}


def _subject(hatch: EscapeHatch) -> str:
    return f"escape_hatch:{hatch.pk}"


def _team(slug: str) -> Team:
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        known = ", ".join(Team.objects.values_list("slug", flat=True)) or "none yet: add one on Teams"
        raise Invalid([Fault("owner_team", "unknown", f"There is no team {slug!r}. Choose from {known}.")])
    return team
