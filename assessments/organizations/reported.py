"""What is reported of a team's work: whoever reported it, contributors of that team and leads change it.

For every record that has an organization, `recorded_by` (empty where nobody knows) and mostly a `team`, by slug or name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.people.models import Team


def may_change(actor: Actor) -> Callable[[Any], bool]:
    """Whether the actor may change a record; one query for any number of records, none for a lead."""
    if access.can_assess(actor):
        return lambda row: True
    rows = Team.objects.filter(slug__in=actor.teams).values_list("slug", "name", "organization_id")
    own = {(known_as, place) for slug, name, place in rows for known_as in (slug, name.lower())}

    def may(row: Any) -> bool:
        team = getattr(row, "team", "").strip().lower()
        in_team = any((team, place) in own for place in (row.organization_id, None))
        return access.can_change_reported(actor, row.recorded_by, in_team=in_team)

    return may


def who_may_change(row: Any) -> str:
    """Whose a record is and who changes it, as a sentence."""
    by_tracker, team = row.recorded_by == SYSTEM.name, getattr(row, "team", "")
    origin = "came from a tracker" if by_tracker else f"was recorded by {row.recorded_by}"
    members = f"contributors of team {team}" if team else ""
    others = ", ".join(filter(None, ["" if by_tracker else row.recorded_by, members]))
    who = f"Only {others} and leads change it." if others else "Only leads change it."
    return f"“{row}” {origin}{f' for team {team}' if team else ''}. {who}"


def require_may_change(row: Any, actor: Actor) -> None:
    """NotAllowed where the record is neither the actor's nor their team's."""
    access.require(may_change(actor)(row), who_may_change(row))
