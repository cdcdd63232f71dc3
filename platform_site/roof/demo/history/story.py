"""The whole demo: every moment of its history, played at its time, and whether it was loaded before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from platform_site.roof.demo import (
    adoption,
    goals,
    hatches,
    health,
    incidents,
    people,
    registry_story,
    regulated,
    strategy,
    tickets,
)
from platform_site.roof.demo.history import cast, delivering, registering, turns, watching
from platform_site.roof.demo.history.clock import days_ago, working_day
from platform_site.roof.demo.history.timeline import Moment, play

FIRST = 420  # days ago: the first people, before the first assessment


def load(*, whole: bool = True) -> str:
    """Load what is missing, all of it or nothing; the password of the accounts, empty where they existed before.

    Without ``whole`` the other teams are left out, and with them most of the history.
    """
    password, made = people.chosen_password(), list[str]()
    cast.actor.cache_clear()
    with transaction.atomic():
        before = AuditEvent.objects.count()
        play([Moment(days_ago(FIRST, 8), lambda: made.append(people.load(password)))])
        lead = cast.actor("lead")
        play([Moment(days_ago(FIRST, 9), lambda: health.add_organizations(lead))])
        play([*core(), *(wider(password) if whole and not cast.is_loaded() else ())])
        if events := AuditEvent.objects.count() - before:
            payload = {"events": events, "after": before, "times": "Those of the story; they were written now."}
            record("demo.loaded", subject="demo", actor=SYSTEM, payload=payload)
    return made[0]


def core() -> Iterator[Moment]:
    """The sample organization, the incident over orders and flights, and a regulated model."""
    lead, contributor, approver = (cast.actor(name) for name in ("lead", "contributor", "approver"))
    yield Moment(working_day(88, 10), lambda: registry_story.set_policy(lead))
    yield Moment(working_day(80, 13), lambda: regulated.load(lead, contributor, approver))
    yield Moment(working_day(79, 13), lambda: regulated.serve(contributor, approver))
    yield Moment(days_ago(0, 23), lambda: regulated.report(contributor))
    yield from registry_story.moments(contributor, approver)
    yield from health.moments(lead)
    yield from adoption.moments(adoption.EXAMPLECO, lead)
    yield from adoption.moments(adoption.MEADOW_SAMPLE, lead)
    yield from incidents.moments(contributor, lead)
    yield Moment(days_ago(1, 7), lambda: tickets.load(lead, contributor))
    yield Moment(days_ago(1, 8), lambda: hatches.load(lead))
    today = timezone.localdate()
    yield Moment(_after(health.ASSESSED_ON, working_day(24, 15)), lambda: goals.load(lead, today))
    rehearsed = max(rehearsal[1] for rehearsal in strategy.REHEARSALS)
    yield Moment(_after(rehearsed, working_day(11, 16)), lambda: strategy.load(lead))
    yield Moment(working_day(49, 10), lambda: turns.acknowledge_alerts_of(registry_story.ORDERS.model, contributor))


def wider(password: str) -> Iterator[Moment]:
    """The other teams of both organizations."""
    yield Moment(working_day(89, 9), cast.add_teams)
    yield Moment(working_day(89, 9, 30), lambda: cast.add_people(password))
    for room in (registering, delivering, watching, turns):
        yield from room.moments()


def _after(day: date, moment: datetime) -> datetime:
    """A moment, or the day after a day where that is later; never later than now."""
    return min(max(moment, datetime(day.year, day.month, day.day, 18, tzinfo=UTC) + timedelta(days=1)), timezone.now())
