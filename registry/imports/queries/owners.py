"""Which team will own what an import creates."""

from __future__ import annotations

from platform_site.access import Actor, can_assess, can_contribute
from platform_site.errors import Fault, Invalid, NotAllowed
from platform_site.owned import unknown_team
from platform_site.people.models import Team
from platform_site.text.wording import counted
from registry.imports.rules.candidates import Extract, RecordKind
from registry.models import SourceTable, System

OWNED = (
    System.MLFLOW,
    System.FEAST,
)  # all of their records belong to one team; of dbt's only source tables that are new


def owner_named(system: str, owner_team: str, actor: Actor) -> Team | None:
    """The team that an import names as owner; None where it names none and needs none. Invalid, NotAllowed."""
    if not owner_team and system not in OWNED:
        return None
    team = Team.objects.filter(slug=owner_team).first()
    if team is None:
        advice = "Choose the team that will own what is imported."
        sentence = unknown_team(owner_team) if owner_team else advice
        raise Invalid([Fault("owner_team", "unknown" if owner_team else "missing", sentence)])
    gives_to_others = system not in OWNED and can_assess(actor)  # as whoever adds a source table by hand
    if not (gives_to_others or can_contribute(actor, team.slug)):
        raise NotAllowed(f"Only contributors of team {team.slug} import for it.")
    return team


def owner_of_new_tables(extract: Extract, actor: Actor) -> Team | None:
    """The team that owns the source tables that an import adds where it names none: the only one of who imports.

    Invalid where there are several; None where there is none, and a lead sets the owner later.
    """
    named = {candidate.name for candidate in extract.candidates if candidate.kind == RecordKind.SOURCE_TABLE}
    new = len(named) - SourceTable.objects.filter(name__in=named).count()
    own = [team for team in sorted(actor.teams) if can_contribute(actor, team)]
    if new and len(own) > 1:
        sentence = (
            f"{counted(new, 'source table')} will be added, and you are in several teams. Choose {' or '.join(own)}."
        )
        raise Invalid([Fault("owner_team", "missing", sentence)])
    return Team.objects.filter(slug=own[0]).first() if new and own else None
