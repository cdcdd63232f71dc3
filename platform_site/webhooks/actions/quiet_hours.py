"""A person sets the hours in which nothing that is not critical is sent to them, or ends them."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.models import User
from platform_site.text.changes import changes
from platform_site.webhooks.models import HeldEvent, QuietHours
from platform_site.webhooks.queries import quiet_hours_of

ONLY_OWN = "Everybody sets their own quiet hours; a program has none."
FIELDS = ("begins", "ends", "time_zone")


def set_quiet_hours(person: User, *, begins: time, ends: time, time_zone: str, actor: Actor) -> QuietHours:
    """Set a person's own quiet hours; what waits already goes out at the end that was known then. Invalid with every fault."""
    access.require(_is_own(person, actor), ONLY_OWN)
    faults = []
    if begins == ends:
        sentence = f"{ends:%H:%M} is the beginning too. Choose another end."
        faults.append(Fault("ends", "invalid", sentence))
    if time_zone not in available_timezones():
        sentence = f"{time_zone[:64]} is not a time zone. Write an IANA name, for example Europe/Berlin or UTC."
        faults.append(Fault("time_zone", "unknown", sentence))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        existing = quiet_hours_of(person)
        before = _values(existing)
        quiet = existing or QuietHours(person=person)
        quiet.begins, quiet.ends, quiet.time_zone = begins, ends, time_zone
        quiet.save()
        if moved := changes(before, _values(quiet)):
            record("user.quiet_hours_set", subject=f"user:{person.username}", actor=actor, payload=moved)
    return quiet


def end_quiet_hours(person: User, *, actor: Actor) -> None:
    """End a person's own quiet hours: what waits goes out at once."""
    access.require(_is_own(person, actor), ONLY_OWN)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        existing = quiet_hours_of(person)
        if existing is None:
            return
        before = _values(existing)
        existing.delete()
        HeldEvent.objects.filter(webhook__person=person).update(until=timezone.now())
        payload = changes(before, _values(None))
        record("user.quiet_hours_ended", subject=f"user:{person.username}", actor=actor, payload=payload)


def _is_own(person: User, actor: Actor) -> bool:
    return actor.name == person.username and not person.is_service


def _values(quiet: QuietHours | None) -> dict[str, str]:
    return {name: str(getattr(quiet, name)) if quiet else "" for name in FIELDS}
