"""Record support tickets: one for each source and external id, however often it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.organizations.reported import may_change, who_may_change
from assessments.organizations.scope import organization_of_new
from assessments.tickets.actions.label_models import SAMPLES, forget_samples
from assessments.tickets.queries.directory import Directory, directory
from assessments.tickets.queries.suggestions import Proposer, proposer
from assessments.tickets.queries.tickets import subject_of
from assessments.tickets.rules.campaigns import Typed, credit
from assessments.tickets.rules.columns import GITHUB_MAPPING
from assessments.tickets.rules.files import Format
from assessments.tickets.rules.issues import issue_cells
from assessments.tickets.rules.rows import BadRow, tickets_of
from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import Entry, record, record_all
from platform_site.errors import Fault, Invalid, NotAllowed, check_record
from platform_site.text.changes import changes
from platform_site.text.csv_files import Row
from platform_site.text.dates import NotADate, read_moment

ONLY_RECORDERS = "Only contributors and leads record tickets."
BY_FORM = "form"  # the source of tickets that people write here
KEY = ["source", "external_id"]
CHANGED = [
    "title", "body", "team", "requester", "labels", "on_platform", "on_platform_in_source", "opened_at", "resolved_at",
    "effort_hours", "type", "typed_by", "confidence", "resolution_hours", "labelled_by", "suggested_type",
]  # fmt: skip
COMPUTED = {"resolution_hours", "labelled_by", "suggested_type"}  # an event has what they come from
TRIAGE = {"type", "typed_by", "confidence", "escape_hatch"}  # whoever records tickets sorts everybody's
ON_RECORD = [*(name for name in CHANGED if name not in COMPUTED), "source_updated_at"]


def record_ticket(
    *, source: str, external_id: str, organization: Organization | None = None, actor: Actor, **fields: Any
) -> tuple[Ticket, bool]:
    """Add a ticket, or change the one with this source and external id; returns the ticket and whether it is new.

    It belongs to the organization that is named, else to its team's, else to the only one there is. One on record is changed by
    whoever recorded it, its team and leads; its type by everybody who records tickets.

    A `type` in the fields is a label by a person; without one a type is suggested. Invalid with every fault.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(no_key=True).filter(source=source, external_id=external_id).first()
        before, typed = (values_of(ticket), typed_of(ticket)) if ticket else (None, Typed())
        place = _organization_of(ticket, organization, fields.get("team", ""))
        ticket = ticket or Ticket(source=source, external_id=external_id, organization=place, recorded_by=actor.name)
        whose = "" if may_change(actor)(ticket) else who_may_change(ticket)
        for name, value in fields.items():
            setattr(ticket, name, value)
        _side(ticket, fields, directory())
        _type(ticket, by_person="type" in fields and bool(fields["type"]), propose=proposer())
        give_credit(ticket, typed, actor.name)
        if ticket.escape_hatch and ticket.escape_hatch.organization_id != ticket.organization_id:
            sentence = f"{ticket.escape_hatch} is in the catalogue of another organization. Choose one of its own."
            raise Invalid([Fault("escape_hatch", "invalid", sentence)])
        check_record(ticket)
        if before and whose and _beyond_triage(before, ticket, fields):
            raise NotAllowed(whose)
        if event := event_of(ticket, before):
            ticket.save()
            record_all([event], actor=actor)
    return ticket, before is None


def _beyond_triage(before: Mapping[str, Any], ticket: Ticket, named: Collection[str]) -> bool:
    """Whether a caller changes more than how a ticket is sorted: of what they named, not of what follows from a directory."""
    return any(name in named and name not in TRIAGE for name in changes(before, values_of(ticket)))


def add_ticket(*, actor: Actor, **fields: Any) -> Ticket:
    """Record a ticket that no tracker has, under an id of our own; Invalid with every fault."""
    ticket, _ = record_ticket(source=BY_FORM, external_id=f"T-{token_hex(4)}", actor=actor, **fields)
    return ticket


def values_of(ticket: Ticket) -> dict[str, Any]:
    """What an event may say that changed."""
    hatch = ticket.escape_hatch
    return {name: getattr(ticket, name) for name in ON_RECORD} | {"escape_hatch": hatch.name if hatch else None}


def event_of(ticket: Ticket, before: Mapping[str, Any] | None) -> Entry | None:
    """The event of a new ticket (``before`` None) or a changed one, with old and new values; None for no change."""
    if before is None:
        return Entry("ticket.recorded", subject_of(ticket), {"type": ticket.type, "typed_by": ticket.typed_by})
    differences = changes(before, values_of(ticket))
    return Entry("ticket.changed", subject_of(ticket), differences) if differences else None


def typed_of(ticket: Ticket) -> Typed:
    """A ticket's type and whose it is, before a change."""
    return Typed(ticket.type, ticket.typed_by, ticket.labelled_by, ticket.suggested_type)


def give_credit(ticket: Ticket, before: Typed, by: str) -> None:
    """Set whose label a ticket has after a change of its type; ``by`` is empty when the label came with a file."""
    ticket.labelled_by, ticket.suggested_type = credit(before, ticket.type, ticket.typed_by, by)


def _side(ticket: Ticket, fields: Mapping[str, Any], teams: Directory) -> None:
    """On or off the platform: what the source says, else the record of its team when the ticket was opened."""
    if "on_platform" in fields:
        ticket.on_platform_in_source = fields["on_platform"]
    ticket.on_platform = ticket.on_platform_in_source
    if ticket.on_platform is None and ticket.opened_at:
        ticket.on_platform = teams.on_platform(ticket.team, ticket.opened_at, ticket.organization_id)


def _organization_of(ticket: Ticket | None, named: Organization | None, team: str) -> Organization | None:
    """The organization that a ticket belongs to: a known one's own, which a caller may name but not change."""
    if ticket is None:
        return organization_of_new(named, [team])[team]
    if faults := _owner_faults(ticket, named):
        raise Invalid(faults)
    return ticket.organization


def _owner_faults(ticket: Ticket | None, named: Organization | None) -> list[Fault]:
    if ticket is None or named is None or ticket.organization_id in (None, named.pk):
        return []
    sentence = (
        f"{ticket.source} {ticket.external_id} is a ticket of another organization. Give this source a name of its own, "
        f"for example {ticket.source}-{named.slug}."
    )
    return [Fault("organization", "invalid", sentence)]


def _type(ticket: Ticket, *, by_person: bool, propose: Proposer) -> None:
    """Set who chose the type; a suggestion never replaces a label by a person."""
    if by_person:
        ticket.typed_by, ticket.confidence = Ticket.TypedBy.PERSON, None
    elif ticket.typed_by != Ticket.TypedBy.PERSON:
        proposal = propose(ticket.title, ticket.body, ticket.labels)
        ticket.type, ticket.typed_by, ticket.confidence = proposal.type, proposal.typed_by, proposal.confidence


def record_tickets(
    rows: Sequence[Mapping[str, Any]], *, organization: Organization | None = None, actor: Actor
) -> list[tuple[Ticket, bool]]:
    """Add or change many tickets, all or none; each with whether it is new. One audit event covers all, and each that
    changed has one of its own with old and new values.

    Invalid names every fault by the index of its row. The same ticket twice in one call is a fault.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    with transaction.atomic():
        known = _known(rows)
        before_of = {key: values_of(ticket) for key, ticket in known.items()}
        places = organization_of_new(organization, (row.get("team", "") for row in rows))
        propose, teams, owned = proposer(), directory(), may_change(actor)
        faults, tickets, seen = [], [], set()
        for place, row in enumerate(rows):
            key = (row["source"], row["external_id"])
            before = known.get(key)
            faults += [fault._replace(field=f"{place}.{fault.field}") for fault in _owner_faults(before, organization)]
            typed = typed_of(before) if before else Typed()
            whose = who_may_change(before) if before and not owned(before) else ""
            new = Ticket(organization=places[row.get("team", "")], recorded_by=actor.name)
            ticket = _filled(before or new, row, propose)
            give_credit(ticket, typed, actor.name if before else "")
            _side(ticket, row, teams)
            faults += _faults(place, ticket, twice=key in seen)
            if whose and _beyond_triage(before_of[key], ticket, row):
                faults.append(Fault(str(place), "not_allowed", whose))
            seen.add(key)
            tickets.append((ticket, key not in known))
        if faults:
            raise Invalid(faults)
        stored = Ticket.objects.bulk_create(
            [ticket for ticket, _ in tickets], update_conflicts=True, unique_fields=KEY, update_fields=CHANGED
        )
        events = [event_of(ticket, before_of[ticket.source, ticket.external_id]) for ticket, new in tickets if not new]
        payload = {"tickets": len(rows), "new": sum(new for _, new in tickets)}
        record_all([*filter(None, events), Entry("tickets.recorded", "tickets", payload)], actor=actor)
    return [(ticket, new) for ticket, (_, new) in zip(stored, tickets, strict=True)]


def record_issue(issue: Mapping[str, Any], *, organization: Organization | None = None) -> tuple[Ticket, bool]:
    """Record an issue that GitHub sent; returns the ticket and whether it is new. Invalid with every fault.

    Deliveries arrive in any order: one that is older than the stored ticket changes nothing.
    """
    (row,) = tickets_of([Row(1, issue_cells(dict(issue)))], GITHUB_MAPPING, now=timezone.now())
    if isinstance(row, BadRow):
        raise Invalid([Fault("issue", "invalid", reason) for reason in row.reasons])
    source, updated = str(Format.GITHUB), _updated(issue)
    fields = row.fields | ({"source_updated_at": updated} if updated else {})
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update(no_key=True)
        before = tickets.filter(source=source, external_id=row.fields["external_id"]).first()
        if before and (_is_older(updated, before) or all(getattr(before, name) == fields[name] for name in fields)):
            return before, False
        return record_ticket(source=source, organization=organization, **fields, actor=SYSTEM)


def _updated(issue: Mapping[str, Any]) -> datetime | None:
    try:
        return read_moment(str(issue.get("updated_at", ""))).at
    except NotADate:
        return None


def _is_older(updated: datetime | None, before: Ticket) -> bool:
    return bool(updated and before.source_updated_at and updated < before.source_updated_at)


def remove_samples(organization: Organization | None, *, actor: Actor) -> int:
    """Remove an organization's sample tickets, and what was learned from them; how many tickets."""
    access.require(access.can_assess(actor), "Only leads remove the sample tickets.")
    with transaction.atomic():
        removed, _ = Ticket.objects.filter(organization=organization, source=SAMPLES).delete()
        payload = {"tickets": removed, "models": forget_samples()}
        record("tickets.samples_removed", subject="tickets", actor=actor, payload=payload)
    return removed


def _known(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Ticket]:
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row["source"], []).append(row["external_id"])
    tickets = Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("escape_hatch")
    matches = (ticket for source, some in ids.items() for ticket in tickets.filter(source=source, external_id__in=some))
    return {(match.source, match.external_id): match for match in matches}


def _filled(ticket: Ticket, row: Mapping[str, Any], propose: Proposer) -> Ticket:
    for name, value in row.items():
        setattr(ticket, name, value)
    _type(ticket, by_person=bool(row.get("type")), propose=propose)
    return ticket


def _faults(place: int, ticket: Ticket, *, twice: bool) -> list[Fault]:
    """The record's own rules without a query for each row."""
    faults = (
        [
            Fault(
                str(place),
                "duplicate",
                f"Ticket {place} repeats the source and external id of an earlier one in this list.",
            )
        ]
        if twice
        else []
    )
    try:
        ticket.clean_fields()
    except ValidationError as error:
        faults += [
            Fault(f"{place}.{field}", "invalid", message)
            for field, some in error.message_dict.items()
            for message in some
        ]
    if not faults and ticket.resolved_at and ticket.resolved_at < ticket.opened_at:
        faults.append(Fault(f"{place}.resolved_at", "invalid", "The ticket was resolved before it was opened."))
    if ticket.effort_hours is not None and not ticket.effort_hours >= 0:
        faults.append(
            Fault(
                f"{place}.effort_hours", "invalid", f"{ticket.effort_hours:g} hours is not an effort: give 0 or more."
            )
        )
    return faults
