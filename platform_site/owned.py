"""What a team owns: its owner, description and tags are edited on record, and lists are narrowed by them.

For every record that has a `name`, a `description`, an `owner_team`, which may be none, and `tags`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.models import Team
from platform_site.text import tags as tag_rules
from platform_site.text.changes import changes

LONGEST_DESCRIPTION = 4_000


def who_may_edit(row: Any) -> str:
    """Who may edit the details of a record, as a sentence."""
    if row.owner_team is None:
        return f"{row.name} has no owner team. Ask a lead to set one."
    return f"Only contributors of team {row.owner_team.slug} and leads edit the details of {row.name}."


def may_edit(row: Any, actor: Actor) -> bool:
    """Whether the actor may edit the details of a record; of one without an owner, a lead may."""
    return access.can_edit_details(actor, owner_of(row))


def owner_of(row: Any) -> str:
    """The slug of the team that owns a record, empty where none does."""
    return row.owner_team.slug if row.owner_team else ""


def edit_details(
    kind: str, row: Any, details: Mapping[str, Any], *, actor: Actor, faults: Iterable[Fault] = ()
) -> None:
    """Change fields of a record that the caller has locked, on record as `kind.edited`: all of them, or none.

    `owner_team` is a slug, `tags` are normalised, any other field is stored as it is. What is equal already is no
    change. Raises NotAllowed, and Invalid with the caller's ``faults`` and its own.
    """
    access.require(may_edit(row, actor), who_may_edit(row))
    _require_giver(row, details.get("owner_team"), actor)
    team = Team.objects.filter(slug=details["owner_team"]).first() if "owner_team" in details else None
    values = dict(details) | ({"tags": tag_rules.normalised(details["tags"])} if "tags" in details else {})
    if every := [*_faults(values, team), *faults]:
        raise Invalid(every)
    before = {name: owner_of(row) or None if name == "owner_team" else getattr(row, name) for name in values}
    changed = changes(before, values)
    if not changed:
        return
    for name in changed:
        setattr(row, name, team if name == "owner_team" else values[name])
    row.save(update_fields=list(changed))
    record(f"{kind}.edited", subject=f"{kind}:{row.name}", actor=actor, payload=changed)


def _require_giver(row: Any, to_team: str | None, actor: Actor) -> None:
    """NotAllowed where somebody would take another team's record for a team of their own, and act on it alone."""
    if to_team and to_team != owner_of(row):
        access.require(
            access.can_hand_over(actor, owner_of(row), to_team),
            f"You are a member of team {to_team}, and {row.name} belongs to team {owner_of(row)}. Ask one of its "
            "contributors, or a lead who is in neither team, to change its owner.",
        )


def _faults(values: Mapping[str, Any], team: Team | None) -> Iterator[Fault]:
    if len(values.get("description", "")) > LONGEST_DESCRIPTION:
        sentence = f"The description is longer than {LONGEST_DESCRIPTION:,} characters. Shorten it."
        yield Fault("description", "too_long", sentence)
    if "owner_team" in values and team is None:
        yield Fault("owner_team", "unknown", unknown_team(values["owner_team"]))
    yield from (Fault("tags", "malformed", problem) for problem in tag_rules.problems(values.get("tags", ())))


def unknown_team(slug: str) -> str:
    """That there is no such team, and which there are."""
    known = ", ".join(Team.objects.values_list("slug", flat=True))
    advice = f"Choose {known}." if known else "Add a team first: POST teams/, or the Teams page."
    return f"There is no team {slug!r}. {advice}"


def narrowed(rows: QuerySet[Any], *, tag: str = "", owner_team: str = "") -> QuerySet[Any]:
    """The rows with the tag, of the team; empty: whichever."""
    rows = tagged(rows, tag) if tag else rows
    return rows.filter(owner_team__slug=owner_team) if owner_team else rows


def tagged(rows: QuerySet[Any], tag: str) -> QuerySet[Any]:
    """The rows with the tag. Tags are stored as a JSON list of plain texts, so a quoted tag is in it or not."""
    return rows.filter(tags__icontains=f'"{tag.lower()}"')
