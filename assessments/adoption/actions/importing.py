"""Store a file of records: all of it, or the good rows alone; a record that is on file already changes, none is doubled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from assessments.adoption.actions.records import NOUNS, WHO, counted_as
from assessments.adoption.queries.importing import LINKS, MODELS, Changed, Plan, plan_import
from assessments.adoption.rules.files import CellFault, Kind, Record, read
from assessments.models import Organization, ShowstopperAnswer
from assessments.organizations.reported import may_change, who_may_change
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.text.changes import ManyChanges
from platform_site.text.csv_files import Unreadable

MOST_FAULTS = 200


class Imported(NamedTuple):
    """How many records were new, changed, or on file as they are; and how many bad rows were left out."""

    new: int
    changed: int
    same: int
    left_out: int


def import_file(
    content: bytes,
    kind: Kind,
    *,
    organization: Organization | None,
    order: str = "",
    zone: tzinfo = UTC,
    good_rows_only: bool = False,
    actor: Actor,
) -> Imported:
    """Store what a file describes. Invalid with every fault, by line and column, unless the good rows alone are wanted."""
    access.require(access.can_report_adoption(actor), WHO)
    table = read_file(content, kind, order=order, zone=zone)
    with transaction.atomic():
        _take_turns(organization)
        plan = plan_import(table, kind, organization)
        if plan.refusal or (plan.faults and not good_rows_only):
            raise Invalid(_faults(plan))
        _require_own(plan, actor)
        _store(plan, organization, actor)
        done = Imported(len(plan.new), len(plan.changed), plan.same, plan.bad)
        if done.new or done.changed:
            payload = done._asdict() | {"kind": kind.name} | _changes(plan.changed)
            record("adoption.imported", subject=f"adoption:{kind.name}", actor=actor, payload=payload)
    return done


def _require_own(plan: Plan, actor: Actor) -> None:
    """Invalid, naming the first of the records that the file would change and that are another team's."""
    owned = may_change(actor)
    others = [row.record for row in plan.changed if not owned(row.record)]
    if others:
        raise Invalid([Fault("file", "not_allowed", who_may_change(row)) for row in others[:MOST_FAULTS]])


def read_file(content: bytes, kind: Kind, *, order: str, zone: tzinfo) -> Any:
    """The file as records; Invalid at `file` when it cannot be read as a whole."""
    try:
        return read(content, kind, order=order, zone=zone, now=timezone.now() if kind.name == "training-runs" else None)
    except Unreadable as error:
        raise Invalid([Fault("file", "unreadable", str(error))]) from error


def _take_turns(organization: Organization | None) -> None:
    """Two imports of one file at once would both find its records missing: the second waits here."""
    if organization is not None:
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _faults(plan: Plan) -> list[Fault]:
    if plan.refusal:
        return [Fault("organization", "invalid", plan.refusal)]
    more = len(plan.faults) - MOST_FAULTS
    faults = [Fault("file", "invalid", fault_sentence(fault)) for fault in plan.faults[:MOST_FAULTS]]
    return [*faults, Fault("file", "invalid", f"{more:,} more faults.")] if more > 0 else faults


def fault_sentence(fault: CellFault) -> str:
    """Where it is, what stands there, and what to write."""
    where = f"Line {fault.line}, {fault.column}" if fault.column else f"Line {fault.line}"
    return f"{where}: {f'“{fault.value}”. ' if fault.value else ''}{fault.message}"


def _store(plan: Plan, organization: Organization | None, actor: Actor) -> None:
    kind = MODELS[plan.kind.name]
    made = [_made(kind, row, organization, actor) for row in plan.new]
    if kind is ShowstopperAnswer:
        _count_like_others(made)
    kind.objects.bulk_create(made)
    for entry, row in zip(made, plan.new, strict=True):
        _set_links(entry, row.fields)
    for changed in plan.changed:
        new = {name: value for name, (_, value) in changed.changes.items()}
        for name in new.keys() - LINKS:
            setattr(changed.record, name, new[name])
        _set_links(changed.record, new)
    fields = {name for changed in plan.changed for name in changed.changes} - set(LINKS)
    if fields:
        kind.objects.bulk_update([changed.record for changed in plan.changed], sorted(fields))


def _made(kind: type[Any], row: Record, organization: Organization | None, actor: Actor) -> Any:
    fields = {name: value for name, value in row.fields.items() if name not in LINKS}
    return kind(**fields, organization=organization, recorded_by=actor.name)


def _count_like_others(answers: Sequence[ShowstopperAnswer]) -> None:
    """Answers in words that a lead merged are counted with them; one look for each wording."""
    known: dict[str, str] = {}
    for answer in answers:
        if answer.answer not in known:
            known[answer.answer] = counted_as(answer)
        answer.counted_as = known[answer.answer]


def _set_links(entry: Any, fields: Mapping[str, Any]) -> None:
    for name in LINKS:
        if name in fields:
            getattr(entry, name).set(fields[name])


def _changes(changed: Iterable[Changed]) -> dict[str, Any]:
    many = ManyChanges()
    for row in changed:
        old, new = ({name: _text(pair[side]) for name, pair in row.changes.items()} for side in (0, 1))
        many.add(f"{NOUNS[type(row.record)]}:{row.record.pk}", old, new)
    return many.summary()


def _text(value: Any) -> Any:
    """A value as an event says it: other records by their names."""
    return sorted(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else value
