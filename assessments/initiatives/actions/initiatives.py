"""Propose an initiative, change it, comment on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessments.initiatives.queries import counted_with, levels_of, list_initiatives, possible_owners
from assessments.initiatives.rules import State, reach, state_fault, targets
from assessments.models import Capability, Initiative, InitiativeComment, Organization
from assessments.organizations.queries import capabilities_of, current_assessment
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record
from platform_site.people.models import Team, User
from platform_site.text.changes import changes

WHO_PROPOSES = "Only contributors and leads propose initiatives and comment on them."
WHO_CHANGES = "Only its owner, who proposed it, contributors of the team that owns it, and leads change an initiative."
PLAIN = ("title", "target", "due_on", "effort_days", "link", "notes", "state", "reason")
LONGEST_COMMENT = 4_000


class Checked(NamedTuple):
    """What names stand for: the capabilities and the owner, with what is wrong with them."""

    capabilities: list[Capability] | None
    owner: dict[str, Any]
    faults: list[Fault]


def propose_initiative(
    organization: Organization,
    *,
    capabilities: Sequence[str],
    owner: str = "",
    origin: tuple[str, str] = ("", ""),
    actor: Actor,
    **fields: Any,
) -> Initiative:
    """Propose work on capabilities; Invalid with every fault. ``owner`` is person:NAME, team:SLUG or empty."""
    access.require(access.can_propose_initiative(actor), WHO_PROPOSES)
    now, (kind, origin_id) = timezone.now(), origin
    checked = _check_names(organization, capabilities, owner)
    initiative = Initiative(
        organization=organization, origin_kind=kind, origin_id=origin_id, created_by=actor.name, created_at=now,
        changed_by=actor.name, changed_at=now, **checked.owner, **fields,
    )  # fmt: skip
    faults = [*checked.faults, *_target_faults(initiative, capabilities), *_own_faults(initiative)]
    if organization.archived_at is not None:
        faults.append(
            Fault("organization", "archived", f"{organization.name} is archived: propose nothing new for it.")
        )
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        initiative.save(force_insert=True)
        initiative.capabilities.set(checked.capabilities or [])
        payload = _values(initiative) | {"organization": organization.slug, "from": _origin_text(initiative)}
        record("initiative.proposed", subject=subject_of(initiative), actor=actor, payload=payload)
    return initiative


def change_initiative(
    initiative: Initiative,
    *,
    capabilities: Sequence[str] | None = None,
    owner: str | None = None,
    actor: Actor,
    **fields: Any,
) -> Initiative:
    """Change what is named; Invalid with every fault. The event has what was and what is; no change records nothing."""
    with transaction.atomic():
        changed = lock(list_initiatives().filter(pk=initiative.pk))[0]
        access.require(may_change(actor, changed), WHO_CHANGES)
        before = _values(changed)
        checked = _check_names(changed.organization, capabilities, owner)
        faults = list(checked.faults)
        if sentence := state_fault(changed.state, fields.get("state", changed.state)):
            faults.append(Fault("state", "invalid", sentence))
        for name, value in (fields | checked.owner).items():
            setattr(changed, name, value)
        _follow_state(changed, before)
        faults += [*_target_faults(changed, None), *_own_faults(changed)]
        if faults:
            raise Invalid(faults)
        if checked.capabilities is not None:
            changed.capabilities.set(checked.capabilities)
        moved = changes(before, _values(changed))
        if moved:
            changed.changed_by, changed.changed_at = actor.name, timezone.now()
            changed.save()
            record("initiative.changed", subject=subject_of(changed), actor=actor, payload=moved)
    return changed


def comment(initiative: Initiative, *, text: str, actor: Actor) -> InitiativeComment:
    """Write a comment below an initiative."""
    access.require(access.can_propose_initiative(actor), WHO_PROPOSES)
    written = InitiativeComment(
        initiative=initiative, text=text.strip(), written_by=actor.name, written_at=timezone.now()
    )
    check_record(written)
    with transaction.atomic():
        written.save(force_insert=True)
        record("initiative.commented", subject=subject_of(initiative), actor=actor, payload={"text": written.text})
    return written


def lock(rows: QuerySet[Initiative]) -> list[Initiative]:
    """The rows, locked until the transaction ends."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def _follow_state(initiative: Initiative, before: dict[str, Any]) -> None:
    """What a new state takes with it: the time of being done, the reason of being dropped."""
    if initiative.state == before["state"]:
        return
    if initiative.state == State.DONE:
        initiative.done_at = timezone.now()
    else:
        initiative.done_at = initiative.reached_in = None
    if before["state"] == State.DROPPED and initiative.reason == before["reason"]:
        initiative.reason = ""


def may_change(actor: Actor, initiative: Initiative) -> bool:
    """Whether this actor may change it."""
    person = initiative.owner_person.get_username() if initiative.owner_person else ""
    team = initiative.owner_team.slug if initiative.owner_team else ""
    return access.can_change_initiative(actor, initiative.created_by, person, team)


def _check_names(organization: Organization, names: Sequence[str] | None, owner: str | None) -> Checked:
    faults: list[Fault] = []
    capabilities = None
    if names is not None:
        known = {capability.name: capability for capability in capabilities_of(organization)}
        capabilities = [known[name] for name in dict.fromkeys(names) if name in known]
        faults += [
            Fault("capabilities", "unknown", f"{name[:80]!r} is not a capability of {organization.name}.")
            for name in names
            if name not in known
        ]
        if not names:
            faults.append(Fault("capabilities", "required", "Name at least one capability that it works on."))
    fields, fault = _owner_fields(organization, owner) if owner is not None else ({}, None)
    return Checked(capabilities, fields, [*faults, *([fault] if fault else [])])


def _owner_fields(organization: Organization, owner: str) -> tuple[dict[str, Any], Fault | None]:
    nobody: dict[str, Any] = {"owner_person": None, "owner_team": None}
    if not owner:
        return nobody, None
    if owner not in possible_owners(organization):
        sentence = (
            f"{owner[:80]!r} cannot own an initiative of {organization.name}. Write team:SLUG of one of its teams, or "
            "person:USERNAME of somebody with a role."
        )
        return nobody, Fault("owner", "unknown", sentence)
    kind, _, name = owner.partition(":")
    if kind == "team":
        return nobody | {"owner_team": Team.objects.get(slug=name)}, None
    return nobody | {"owner_person": User.objects.get(username=name)}, None


def _target_faults(initiative: Initiative, capabilities: Sequence[str] | None) -> list[Fault]:
    """An unknown target; and for a new one (``capabilities``), a target that is reached already."""
    choices = targets(levels_of(initiative.organization))
    if initiative.target not in choices:
        named = ", ".join(choices)
        return [Fault("target", "unknown", f"{initiative.target[:40]!r} is not a target. Choose from {named}.")]
    current = current_assessment(initiative.organization) if capabilities else None
    if current is None or capabilities is None:
        return []
    items = [item.as_item for item in current.items.all()]
    result = reach(initiative.target, capabilities, items, current.levels, counted_with(current))
    sentence = f"The assessment of {current.assessed_on} reaches this target already. {result.sentence}"
    return [Fault("target", "reached", sentence)] if result.reached else []


def _own_faults(initiative: Initiative) -> list[Fault]:
    """What the record's own fields find, and a reason that is missing or too much."""
    dropped, faults = initiative.state == State.DROPPED, []
    if dropped and not initiative.reason.strip():
        faults.append(Fault("reason", "required", "Write why it is dropped."))
    elif initiative.reason and not dropped:
        faults.append(
            Fault("reason", "invalid", "Only a dropped initiative has a reason. Drop it, or leave this empty.")
        )
    try:
        check_record(initiative)
    except Invalid as invalid:
        faults += [fault for fault in invalid.faults if fault.field]
    return faults


def _values(initiative: Initiative) -> dict[str, Any]:
    plain = {name: getattr(initiative, name) for name in PLAIN}
    plain |= {"due_on": str(initiative.due_on) if initiative.due_on else None, "state": str(initiative.state)}
    names = sorted(initiative.capabilities.values_list("name", flat=True))
    return plain | {"owner": initiative.owner, "capabilities": names}


def _origin_text(initiative: Initiative) -> str:
    return ":".join(part for part in (initiative.origin_kind, initiative.origin_id) if part)


def subject_of(initiative: Initiative) -> str:
    """How the audit log names it."""
    return f"initiative:{initiative.pk}"
