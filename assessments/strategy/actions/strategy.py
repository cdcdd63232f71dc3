"""Override parts of a strategy's proposals, and record a rehearsal of rebuilding a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, RecoveryDecision, Rehearsal, SourcingDecision
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import capabilities_of
from assessments.organizations.rules.catalogue import Group
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Unknown, check_record
from platform_site.text.changes import changes
from registry.published import links

Decision = SourcingDecision | RecoveryDecision
Decisions = Mapping[str, Mapping[str, str] | None]
STATED = {SourcingDecision: ("choice", "own_part", "reason"), RecoveryDecision: ("keeper", "reason")}


def decide_strategy(
    organization: Organization, *, sourcing: Decisions | None = None, recovery: Decisions | None = None, actor: Actor
) -> Organization:
    """Decide where groups come from (by group) and who runs capabilities (by name); None goes back to the proposal.

    All or nothing: Invalid with every fault. A decision that already reads like this is left alone.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        faults: list[Fault] = []
        decided = _changes(_sourcing(organization), sourcing or {}, "sourcing", actor, faults)
        decided += _changes(_recovery(organization), recovery or {}, "recovery", actor, faults)
        if faults:
            raise Invalid(faults)
        for change in decided:
            _store(change.decision, change.fields)
        if decided:
            payload: dict[str, dict[str, Any]] = {"sourcing": {}, "recovery": {}, "changes": {}}
            for decision, name, fields, before in decided:
                payload["sourcing" if isinstance(decision, SourcingDecision) else "recovery"][name] = fields
                payload["changes"][name] = changes(before, dict.fromkeys(before) if fields is None else fields)
            record("strategy.decided", subject=f"organization:{organization.slug}", actor=actor, payload=payload)
    return organization


FindDecision = Callable[[str], Decision | None]


class Change(NamedTuple):
    """A decision that changes: of what, its new fields or None to take it back, and what was stated before."""

    decision: Decision
    name: str
    fields: dict[str, str] | None
    before: dict[str, Any]


def _sourcing(organization: Organization) -> FindDecision:
    decisions = {decision.group: decision for decision in organization.sourcing_decisions.all()}
    known = set(map(str, Group))

    def find(group: str) -> Decision | None:
        return decisions.get(group) or (
            SourcingDecision(organization=organization, group=group) if group in known else None
        )

    return find


def _recovery(organization: Organization) -> FindDecision:
    decisions = {
        decision.capability.name: decision for decision in organization.recovery_decisions.select_related("capability")
    }
    known = {capability.name: capability for capability in capabilities_of(organization)}

    def find(name: str) -> Decision | None:
        if name in decisions or name not in known:
            return decisions.get(name)
        return RecoveryDecision(organization=organization, capability=known[name])

    return find


def _changes(find: FindDecision, decisions: Decisions, part: str, actor: Actor, faults: list[Fault]) -> list[Change]:
    """The decisions that change, each filled in; what is wrong with the others goes to ``faults``."""
    changing: list[Change] = []
    for name, fields in decisions.items():
        decision = find(name)
        before = _stated(decision) if decision and decision.pk else {}
        if decision is None:
            faults.append(Fault(f"{part}.{name}", "unknown", f"There is no {name} to decide about."))
        elif fields is None:
            changing += [Change(decision, name, None, before)] if decision.pk else []
        elif _fill(decision, fields, actor):
            faults += _faults(decision, f"{part}.{name}")
            changing.append(Change(decision, name, dict(fields), before))
    return changing


def _stated(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in STATED[type(decision)]}


def _fill(decision: Decision, fields: Mapping[str, str], actor: Actor) -> bool:
    """Set the fields; whether anything changed."""
    stated = {name: str(fields.get(name, "")).strip() for name in STATED[type(decision)]}
    if decision.pk and all(getattr(decision, name) == value for name, value in stated.items()):
        return False
    for name, value in (stated | {"decided_by": actor.name, "decided_at": timezone.now()}).items():
        setattr(decision, name, value)
    return True


def _faults(decision: Decision, where: str) -> list[Fault]:
    try:
        check_record(decision)
    except Invalid as invalid:
        return [fault._replace(field=f"{where}.{fault.field}".rstrip(".")) for fault in invalid.faults]
    return []


def _store(decision: Decision, fields: dict[str, str] | None) -> None:
    if fields is None:
        decision.delete()
    elif decision.pk:
        decision.save(update_fields=[*STATED[type(decision)], "decided_by", "decided_at"])
    else:
        decision.save(force_insert=True)


def record_rehearsal(organization: Organization, *, model: str, version: str, actor: Actor, **fields: Any) -> Rehearsal:
    """Record an attempt to rebuild a model version from the registry: the day, the hours, whether it worked."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    rehearsal = Rehearsal(
        organization=organization,
        model=model,
        version=version,
        recorded_by=actor.name,
        recorded_at=timezone.now(),
        **fields,
    )
    if faults := [*_unknown_version(model, version), *_too_late(rehearsal), *_record_faults(rehearsal)]:
        raise Invalid(faults)
    with transaction.atomic():
        rehearsal.save(force_insert=True)
        payload = {"of": f"{model} {version}", "hours": float(rehearsal.hours), "rebuilt": rehearsal.rebuilt}
        record("rehearsal.recorded", subject=f"organization:{organization.slug}", actor=actor, payload=payload)
    return rehearsal


def _unknown_version(model: str, version: str) -> list[Fault]:
    try:
        links.require_model_version(model, version)
    except Unknown as unknown:
        return [Fault("version", "unknown", unknown.message)]
    return []


def _too_late(rehearsal: Rehearsal) -> list[Fault]:
    if rehearsal.rehearsed_on and rehearsal.rehearsed_on > timezone.now().date():
        return [
            Fault(
                "rehearsed_on",
                "invalid",
                f"rehearsed_on is {rehearsal.rehearsed_on}, in the future. Record a rehearsal once it is over.",
            )
        ]
    return []


def _record_faults(rehearsal: Rehearsal) -> list[Fault]:
    try:
        check_record(rehearsal)
    except Invalid as invalid:
        return list(invalid.faults)
    return []
