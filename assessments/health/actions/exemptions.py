"""Leave a capability of an organization out for a time, end that early, and say when it ends."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assessments.health.queries.exemptions import list_exemptions
from assessments.health.rules.exemptions import LONGEST_DAYS, is_ending_soon
from assessments.models import Exemption, Organization
from assessments.organizations.actions import ONLY_LEADS, lock_organization
from assessments.organizations.queries import capabilities_of
from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import Entry, record, record_all
from platform_site.errors import Fault, Invalid, Refused, check_record


def grant_exemption(
    organization: Organization, *, capability: str, reason: str, ends_on: date, actor: Actor
) -> Exemption:
    """Leave a capability out until a day; Invalid with every fault. Score and levels do not change."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = lock_organization(organization)
        known = {row.name: row for row in capabilities_of(organization)}
        if faults := _faults(organization, capability, set(known), reason, ends_on):
            raise Invalid(faults)
        exemption = Exemption(
            organization=organization, capability=known[capability], reason=reason.strip(), ends_on=ends_on,
            granted_by=actor.name, granted_at=timezone.now(),
        )  # fmt: skip
        entries = [_ended(row) for row in _open(organization, capability)]  # those whose day is over already
        check_record(exemption)
        exemption.save(force_insert=True)
        record_all(entries, actor=SYSTEM)
        payload = _payload(exemption) | {"reason": exemption.reason}
        record("exemption.granted", subject=_subject(exemption), actor=actor, payload=payload)
    return exemption


def end_exemption(exemption: Exemption, *, reason: str = "", actor: Actor) -> Exemption:
    """End an exemption before its last day; Refused when it ended already."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        ended = _locked(list_exemptions().filter(pk=exemption.pk))[0]
        if not ended.in_force:
            day = timezone.localtime(ended.ended_at).date() if ended.ended_at else ended.ends_on
            raise Refused("exemption_ended", f"This exemption ended on {day} already.")
        ended.ended_at, ended.ended_by, ended.end_reason = timezone.now(), actor.name, reason.strip()
        check_record(ended)
        ended.save(update_fields=["ended_at", "ended_by", "end_reason"])
        payload = _payload(ended) | {"early": True, "reason": ended.end_reason}
        record("exemption.ended", subject=_subject(ended), actor=actor, payload=payload)
    return ended


def remind() -> int:
    """Record which exemptions end within a week, each once, and which are over; how many."""
    with transaction.atomic():
        today = timezone.localdate()
        rows = _locked(list_exemptions().filter(ended_at=None, organization__archived_at=None))
        over = [_ended(row) for row in rows if row.ends_on < today]
        soon = [_reminded(row) for row in rows if is_ending_soon(row.ends_on, today) and row.reminded_at is None]
        record_all([*over, *soon], actor=SYSTEM)
    return len(over) + len(soon)


def _locked(rows: QuerySet[Exemption]) -> list[Exemption]:
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def _open(organization: Organization, capability: str) -> list[Exemption]:
    return list(list_exemptions().filter(organization=organization, capability__name=capability, ended_at=None))


def _ended(exemption: Exemption) -> Entry:
    """End one whose last day is over."""
    exemption.ended_at, exemption.ended_by = timezone.now(), SYSTEM.name
    exemption.save(update_fields=["ended_at", "ended_by"])
    return Entry("exemption.ended", _subject(exemption), _payload(exemption) | {"early": False, "reason": ""})


def _reminded(exemption: Exemption) -> Entry:
    exemption.reminded_at = timezone.now()
    exemption.save(update_fields=["reminded_at"])
    return Entry("exemption.ending_soon", _subject(exemption), _payload(exemption) | {"reason": exemption.reason})


def _faults(organization: Organization, capability: str, known: set[str], reason: str, ends_on: date) -> list[Fault]:
    faults, today = [], timezone.localdate()
    if organization.archived_at is not None:
        faults.append(Fault("organization", "archived", f"{organization.name} is archived: exempt nothing for it."))
    if capability not in known:
        sentence = f"{capability[:80]!r} is not a capability of {organization.name}."
        faults.append(Fault("capability", "unknown", sentence))
    else:
        faults += [
            Fault("capability", "exists", f"{capability} is left out already, until {row.ends_on}. End that first.")
            for row in _open(organization, capability)
            if row.in_force
        ]
    if not reason.strip():
        faults.append(Fault("reason", "required", "Write why it is left out."))
    latest = today + timedelta(days=LONGEST_DAYS)
    if not today <= ends_on <= latest:
        sentence = f"{ends_on} is not a last day for an exemption. Choose one from {today} to {latest}."
        faults.append(Fault("ends_on", "out_of_range", sentence))
    return faults


def _payload(exemption: Exemption) -> dict[str, str]:
    return {
        "organization": exemption.organization.slug,
        "capability": exemption.capability.name,
        "ends_on": str(exemption.ends_on),
    }


def _subject(exemption: Exemption) -> str:
    return f"exemption:{exemption.pk}"
