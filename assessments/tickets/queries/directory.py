"""Who works on the platform, by the record of each team: tickets name a team by its slug or its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from platform_site.people.models import Team


class OnPlatform(NamedTuple):
    """What a team's record says: whether it works on the platform (None: nobody knows), since when, and whose it is."""

    on_platform: bool | None
    onboarded_on: date | None
    organization_id: int | None = None

    def at(self, moment: datetime) -> bool | None:
        """Whether the team worked on the platform at that moment."""
        if self.on_platform and self.onboarded_on:
            return moment.date() >= self.onboarded_on
        return self.on_platform


class Directory(NamedTuple):
    """The records of all teams, by slug and by name in lower case. Two organizations may each have a team of one name."""

    teams: Mapping[str, Sequence[OnPlatform]]

    def record(self, team: str, organization_id: int | None) -> OnPlatform | None:
        """The record of a team that a ticket of this organization names; a team or ticket of no organization fits any."""
        records = self.teams.get(team.strip().lower(), ())
        fits = [
            r for r in records if None in (r.organization_id, organization_id) or r.organization_id == organization_id
        ]
        return next((r for r in fits if r.organization_id == organization_id), fits[0] if fits else None)

    def on_platform(self, team: str, opened_at: datetime, organization_id: int | None) -> bool | None:
        """Whether a ticket's team worked on the platform when the ticket was opened; None where nobody knows."""
        record = self.record(team, organization_id)
        return record.at(opened_at) if record else None


def directory() -> Directory:
    """One query."""
    teams: dict[str, list[OnPlatform]] = {}
    rows = Team.objects.order_by("pk").values_list("slug", "name", "on_platform", "onboarded_on", "organization_id")
    for slug, name, on_platform, onboarded_on, organization_id in rows:
        for known_as in {slug, name.lower()}:
            teams.setdefault(known_as, []).append(OnPlatform(on_platform, onboarded_on, organization_id))
    return Directory(teams)
