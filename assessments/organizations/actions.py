"""Add and change organizations, the facts about them, and capabilities."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Capability, Organization, Retirement
from assessments.organizations.queries import list_capabilities
from assessments.organizations.rules.facts import NAMES, TEAM_FACTS
from assessments.organizations.rules.golden_paths import MODES
from assessments.organizations.scope import everything_of_organizations
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Unknown, check_record
from platform_site.text.changes import changes

ONLY_LEADS = "Only leads may describe and assess organizations."
FACTS = (*NAMES, *TEAM_FACTS, *(f"serves_{mode}" for mode in MODES))


def add_organization(*, slug: str, name: str, actor: Actor, **facts: Any) -> Organization:
    """Add an organization with the facts that are known; Invalid with every fault.

    The first one gets the teams, tickets and other records that were there before it.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    organization = Organization(slug=slug, name=name, **facts)
    check_record(organization)
    with transaction.atomic():
        organization.save(force_insert=True)
        assigned = _assign(organization) if Organization.objects.count() == 1 else {}
        payload = {"name": name} | facts | ({"assigned": assigned} if assigned else {})
        record("organization.added", subject=f"organization:{slug}", actor=actor, payload=payload)
    return organization


def assign_unassigned(organization: Organization, *, actor: Actor) -> dict[str, int]:
    """Give an organization the teams and records that belong to none; how many of each kind."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    if organization.archived_at:
        sentence = f"{organization.name} is archived. Choose another organization."
        raise Invalid([Fault("organization", "archived", sentence)])
    with transaction.atomic():
        assigned = _assign(organization)
        if assigned:
            subject = f"organization:{organization.slug}"
            record("organization.records_assigned", subject=subject, actor=actor, payload=assigned)
    return assigned


def archive_organization(organization: Organization, *, archived: bool, actor: Actor) -> Organization:
    """Archive an organization, or take that back. No page offers an archived one, and nothing new is recorded for it."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        if bool(organization.archived_at) == archived:
            return organization
        organization.archived_at = timezone.now() if archived else None
        organization.save(update_fields=["archived_at"])
        verb = "organization.archived" if archived else "organization.restored"
        record(verb, subject=f"organization:{organization.slug}", actor=actor)
    return organization


def lock_organization(organization: Organization) -> Organization:
    """The organization as it is stored, locked until the transaction ends: one after the other changes what belongs to it."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _assign(organization: Organization) -> dict[str, int]:
    counts = {
        str(kind._meta.verbose_name): kind._default_manager.filter(organization=None).update(organization=organization)
        for kind in everything_of_organizations()
    }
    return {name: count for name, count in counts.items() if count}


def change_organization(organization: Organization, *, actor: Actor, **changed: Any) -> Organization:
    """Change the name or facts; the slug stays."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        moved = changes({name: getattr(organization, name) for name in changed}, changed)
        if not moved:
            return organization
        for name in moved:
            setattr(organization, name, changed[name])
        check_record(organization)
        organization.save(update_fields=list(moved))
        record("organization.changed", subject=f"organization:{organization.slug}", actor=actor, payload=moved)
    return organization


def retire_standard(organization: Organization, *, capability: str, reason: str, actor: Actor) -> Retirement:
    """Retire a capability of the standard catalogue for one organization: its later assessments state it as not applicable,
    with the reason. Invalid with every fault."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = lock_organization(organization)
        standard = list_capabilities().filter(name=capability).first()
        faults = []
        if organization.archived_at is not None:
            faults.append(Fault("organization", "archived", f"{organization.name} is archived: retire nothing for it."))
        if standard is None:
            sentence = f"{capability[:80]!r} is not a capability of the standard catalogue."
            faults.append(Fault("capability", "unknown", sentence))
        elif organization.retirements.filter(capability=standard).exists():
            faults.append(Fault("capability", "exists", f"{capability} is retired for {organization.name} already."))
        if not reason.strip():
            faults.append(Fault("reason", "required", "Write why it is not applicable."))
        if standard is None or faults:
            raise Invalid(faults)
        retirement = Retirement(
            organization=organization, capability=standard, reason=reason.strip(), retired_by=actor.name,
            retired_at=timezone.now(),
        )  # fmt: skip
        check_record(retirement)
        retirement.save(force_insert=True)
        payload = {"capability": capability, "reason": retirement.reason}
        record(
            "organization.capability_retired",
            subject=f"organization:{organization.slug}",
            actor=actor,
            payload=payload,
        )
    return retirement


def restore_standard(organization: Organization, *, capability: str, actor: Actor) -> None:
    """Take a retirement back: the next draft begins with the status of the last assessment. Unknown where there is none."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        organization = lock_organization(organization)
        retirement = organization.retirements.filter(capability__name=capability).first()
        if retirement is None:
            raise Unknown(f"{capability[:80]} is not retired for {organization.name}.")
        payload = {"capability": capability, "reason": retirement.reason}
        retirement.delete()
        record(
            "organization.capability_restored",
            subject=f"organization:{organization.slug}",
            actor=actor,
            payload=payload,
        )


def _described(capability: Capability) -> dict[str, Any]:
    fields = {name: getattr(capability, name) for name in ("description", "default_priority")}
    return fields | {"retired": capability.retired_at is not None}


def add_capability(
    *,
    name: str,
    group: str,
    description: str,
    default_priority: str = "medium",
    organization: Organization | None = None,
    actor: Actor,
) -> Capability:
    """Add a capability after the existing ones; drafts begun later include it."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    last = Capability.objects.order_by("-position").values_list("position", flat=True).first() or 0
    capability = Capability(
        name=name,
        group=group,
        description=description,
        default_priority=default_priority,
        organization=organization,
        position=last + 1,
    )
    check_record(capability)
    with transaction.atomic():
        capability.save(force_insert=True)
        payload = {"group": group, "organization": organization.slug if organization else None}
        record("capability.added", subject=f"capability:{name}", actor=actor, payload=payload)
    return capability


def describe_capability(
    capability: Capability, *, description: str, default_priority: str, retired: bool, actor: Actor
) -> Capability:
    """Change a capability's description or priority, or retire it: later assessments leave it out, older ones keep it."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        capability = Capability.objects.select_for_update(no_key=True).get(pk=capability.pk)
        before = _described(capability)
        capability.description, capability.default_priority = description, default_priority
        capability.retired_at = (capability.retired_at or timezone.now()) if retired else None
        check_record(capability)
        capability.save(update_fields=["description", "default_priority", "retired_at"])
        payload = changes(before, _described(capability))
        record("capability.changed", subject=f"capability:{capability.name}", actor=actor, payload=payload)
    return capability
