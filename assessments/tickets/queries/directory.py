"""Who works on the platform, by the record of each team: tickets name a team by its slug or its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from platform_site.people.models import Team


class OnPlatform(NamedTuple):
    """What a team's record says: whether it works on the platform (None: nobody knows), and since when."""

    on_platform: bool | None
    onboarded_on: date | None

    def at(self, moment: datetime) -> bool | None:
        """Whether the team worked on the platform at that moment."""
        if self.on_platform and self.onboarded_on:
            return moment.date() >= self.onboarded_on
        return self.on_platform


class Directory(NamedTuple):
    """The records of all teams, by slug and by name in lower case."""

    teams: Mapping[str, OnPlatform]

    def on_platform(self, team: str, opened_at: datetime) -> bool | None:
        """Whether a ticket's team worked on the platform when the ticket was opened; None where nobody knows."""
        record = self.teams.get(team.strip().lower())
        return record.at(opened_at) if record else None


def directory() -> Directory:
    """One query."""
    slugs, names = {}, {}
    for slug, name, on_platform, onboarded_on in Team.objects.values_list(
        "slug", "name", "on_platform", "onboarded_on"
    ):
        slugs[slug] = names[name.lower()] = OnPlatform(on_platform, onboarded_on)
    return Directory(names | slugs)
