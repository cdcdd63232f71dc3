"""Describe source tables: each description is an immutable version, and one of them is in force (F1b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.owned import edit_details, unknown_team
from platform_site.people.models import Team
from platform_site.text.changes import changes
from registry.compute.definition import NAME
from registry.data.queries import source_tables
from registry.data.queries.source_faults import source_faults
from registry.data.rules import source as rules
from registry.data.rules.source import Source
from registry.models import CurrentSourceChange, Dataset, ModelVersion, SourceTable, SourceTableVersion
from registry.models.fields import NAME_SENTENCE


class Added(NamedTuple):
    """The outcome of a new description: its version, what changed, and which model versions the gate would block."""

    version: SourceTableVersion
    created: bool
    changes: Mapping[str, tuple[Any, Any]] = {}
    would_block: Sequence[ModelVersion] = ()


def register_source_table(
    name: str, source: Source, *, owner_team: str = "", description: str = "", actor: Actor
) -> tuple[SourceTable, bool]:
    """Add a source table with its first version; the table, and whether it is new.

    Without ``owner_team`` it belongs to the one team that the actor contributes to, or to none until a lead sets it. What
    is registered already is left as it is. Raises Invalid with every fault, Refused (`exists`) for other content.
    """
    access.require(access.can_describe_data(actor), "Only contributors and leads describe source tables.")
    existing = SourceTable.objects.select_related("owner_team", "current").filter(name=name).first()
    source = source_tables.completed(source)
    faults = [*_name_faults(name), *_owner_faults(owner_team), *source_faults(name, source)]
    if faults and not existing:
        raise Invalid(faults)
    owner = _owner(owner_team, actor)
    if existing and not _is_in_force(existing, source):
        _require_contributor(existing, actor)
    elif owner and not existing:
        access.require(
            access.can_contribute(actor, owner.slug) or access.can_assess(actor),
            f"Only contributors of team {owner.slug} register its source tables.",
        )
    with transaction.atomic():
        table, created = SourceTable.objects.select_for_update(of=("self",), no_key=True).get_or_create(
            name=name, defaults={"owner_team": owner, "description": description}
        )
        if created:
            _add_version(table, source, "The first description.", actor)
        elif not _is_in_force(table, source):
            sentence = f"There is already a source table {name} with different content. Add a version to it instead."
            raise Refused("exists", sentence, detail={"current": table.current and table.current.name})
    return table, created


def add_source_version(table: SourceTable, source: Source, *, reason: str, actor: Actor) -> Added:
    """Describe a source table anew and put that in force. The content of an older version puts that one in force again.

    Raises Invalid with every fault, NotAllowed for another team's table.
    """
    _require_contributor(table, actor)
    source = source_tables.completed(source)
    if faults := [*_reason_faults(reason), *source_faults(table.name, source)]:
        raise Invalid(faults)
    return _put_in_force(table, source, reason, actor)


def record_observed_source(version: SourceTableVersion, source: Source, *, reason: str) -> bool:
    """Put in force what a look at the database showed, by `system`; whether it did. Nothing refuses it: it is so already.

    Nothing is done when another version than the one that was looked at has come into force meanwhile.
    """
    with transaction.atomic():
        table = _locked(version.source_table)
        if table.current_id != version.pk:
            return False
        return bool(_put_in_force(table, source, reason, SYSTEM).changes)


def _put_in_force(table: SourceTable, source: Source, reason: str, actor: Actor) -> Added:
    with transaction.atomic():
        table = _locked(table)
        before = table.current
        existing = table.versions.filter(digest=rules.address(source)).first()
        if existing:
            if existing.pk != table.current_id:
                _move_current(table, existing, reason, actor)
            version = existing
        else:
            version = _add_version(table, source, reason, actor)
        changed = rules.changes(before.source, source) if before else {}
        return Added(version, existing is None, changed, source_tables.would_block(version))


def set_current_source(table: SourceTable, version: SourceTableVersion, *, reason: str, actor: Actor) -> Added:
    """Put another version of a source table, older or newer, in force again, with a reason."""
    _require_contributor(table, actor)
    if faults := _reason_faults(reason):
        raise Invalid(faults)
    with transaction.atomic():
        table = _locked(table)
        before = table.current
        if table.current_id != version.pk:
            _move_current(table, version, reason, actor)
        changed = rules.changes(before.source, version.source) if before else {}
        return Added(version, False, changed, source_tables.would_block(version))


def edit_source_table(table: SourceTable, *, actor: Actor, **details: Any) -> SourceTable:
    """Change `description`, `owner_team` or `tags`, which are not content. A lead sets the owner of a table that has none."""
    with transaction.atomic():
        table = _locked(table)
        edit_details("source_table", table, details, actor=actor)
    return table


def _is_in_force(table: SourceTable, source: Source) -> bool:
    return table.current is not None and table.current.digest == rules.address(source)


def _add_version(table: SourceTable, source: Source, reason: str, actor: Actor) -> SourceTableVersion:
    before = table.versions.order_by("-number").first()
    digest = rules.address(source)
    version = SourceTableVersion.objects.create(
        source_table=table,
        number=before.number + 1 if before else 1,
        name=digest[: rules.NAME_LENGTH],
        digest=digest,
        **source.as_dict() | {"dataset": Dataset.objects.get(name=source.dataset) if source.dataset else None},
        changes=rules.changes(table.current.source, source) if table.current else {},
        reason=reason,
        created_by=actor.name,
        created_at=timezone.now(),
    )
    verb = "source_table.version_added" if before else "source_table.added"
    owner = table.owner_team.slug if table.owner_team else None
    payload = {"number": version.number, "digest": digest, "owner_team": owner, "reason": reason} | source.deciding()
    record(verb, subject=f"source_table:{table.name}", actor=actor, payload=payload)
    _move_current(table, version, reason, actor)
    return version


def _move_current(table: SourceTable, version: SourceTableVersion, reason: str, actor: Actor) -> None:
    before, table.current = table.current, version
    table.save(update_fields=["current"])
    CurrentSourceChange.objects.create(
        source_table=table,
        before=before,
        after=version,
        reason=reason,
        changed_by=actor.name,
        changed_at=timezone.now(),
    )
    if before:
        changed = changes(before.source.deciding(), version.source.deciding())
        owner = table.owner_team.slug if table.owner_team else None
        payload = {"from": before.name, "to": version.name, "reason": reason, "owner_team": owner, "changes": changed}
        record("source_table.current_changed", subject=f"source_table:{table.name}", actor=actor, payload=payload)


def _locked(table: SourceTable) -> SourceTable:
    rows = SourceTable.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("owner_team", "current__dataset").get(pk=table.pk)


def _name_faults(name: str) -> list[Fault]:
    return [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]


def _reason_faults(reason: str) -> list[Fault]:
    if reason.strip():
        return []
    return [Fault("reason", "missing", "Give a reason for changing the source table; it is kept in the audit log.")]


def _owner_faults(owner_team: str) -> list[Fault]:
    if not owner_team or Team.objects.filter(slug=owner_team).exists():
        return []
    return [Fault("owner_team", "unknown", unknown_team(owner_team))]


def _owner(owner_team: str, actor: Actor) -> Team | None:
    """The team named, or the only one that the actor contributes to."""
    own = [team for team in sorted(actor.teams) if access.can_contribute(actor, team)]
    slug = owner_team or (own[0] if len(own) == 1 else "")
    return Team.objects.filter(slug=slug).first()


def _require_contributor(table: SourceTable, actor: Actor) -> None:
    if refusal := source_tables.change_refusal(table, actor):
        raise NotAllowed(refusal)
