"""Every row lock of webhooks: with it the second of two sessions sees what the first did, without it it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from platform_site import work
from platform_site.webhooks.actions import audit_feed, deliveries
from platform_site.webhooks.actions.deliveries import DELIVERIES, Outcome
from platform_site.webhooks.actions.quiet_hours import end_quiet_hours, set_quiet_hours
from platform_site.webhooks.actions.targets import change_webhook
from platform_site.webhooks.models import Delivery, HeldEvent
from tests.locks.sessions import events, is_done, is_refused, lock_sites, meanwhile, require_postgresql, take_out
from tests.platform_site.webhooks.conftest import happen

ACTIONS = "platform_site/webhooks/actions/"


def switched_off_twice(world: SimpleNamespace) -> bool:
    meanwhile(world.switch_off, world.switch_off)
    return events("webhook.changed") == 1


def failed_attempt_after_switching_off(world: SimpleNamespace) -> bool:
    happen()
    audit_feed.follow()
    delivery = Delivery.objects.get()
    claim = work.claim(DELIVERIES, delivery.pk)
    delivery.refresh_from_db()
    meanwhile(world.switch_off, lambda: deliveries.finish(claim, delivery, Outcome(False, 1, error="refused")))
    return Delivery.objects.get().next_attempt_at is None


def event_after_switching_off(world: SimpleNamespace) -> bool:
    answer = meanwhile(world.switch_off, lambda: deliveries.send_test(world.webhook, actor=world.lead))
    return is_refused(answer, "webhook_off")


def followed_twice(world: SimpleNamespace) -> bool:
    happen()
    return is_done(meanwhile(audit_feed.follow, audit_feed.follow)) and Delivery.objects.count() == 1


def released_twice(world: SimpleNamespace) -> bool:
    values = {
        "event": "alert.opened",
        "severity": "warning",
        "title": "fare drifted",
        "at": "2026-03-01T12:00:00+00:00",
    }
    HeldEvent.objects.create(webhook=world.webhook, sequence=1, until=timezone.now(), **values)
    return is_done(meanwhile(audit_feed.release_held, audit_feed.release_held)) and Delivery.objects.count() == 1


def set_twice(world: SimpleNamespace) -> bool:
    night = {"begins": time(22), "ends": time(7), "time_zone": "UTC", "actor": world.lead}
    return (
        is_done(meanwhile(*[lambda: set_quiet_hours(world.person, **night)] * 2))
        and events("user.quiet_hours_set") == 1
    )


def ended_twice(world: SimpleNamespace) -> bool:
    set_quiet_hours(world.person, begins=time(22), ends=time(7), time_zone="UTC", actor=world.lead)
    meanwhile(*[lambda: end_quiet_hours(world.person, actor=world.lead)] * 2)
    return events("user.quiet_hours_ended") == 1


SCENARIOS: dict[str, Callable[[SimpleNamespace], bool]] = {
    f"{ACTIONS}targets.py change_webhook": switched_off_twice,
    f"{ACTIONS}deliveries.py finish": failed_attempt_after_switching_off,
    f"{ACTIONS}deliveries.py _queue": event_after_switching_off,
    f"{ACTIONS}audit_feed.py _follow_a_batch": followed_twice,
    f"{ACTIONS}audit_feed.py _release": released_twice,
    f"{ACTIONS}quiet_hours.py set_quiet_hours": set_twice,
    f"{ACTIONS}quiet_hours.py end_quiet_hours": ended_twice,
}


@pytest.fixture
def world(webhook, actor, people):
    require_postgresql()
    row, lead = webhook[0], actor("lead")
    return SimpleNamespace(
        webhook=row, lead=lead, person=people["lead"], switch_off=lambda: change_webhook(row, active=False, actor=lead)
    )


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_with_its_lock_the_second_session_sees_the_first(world, site):
    assert SCENARIOS[site](world)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_without_its_lock_it_does_not(world, site, monkeypatch):
    take_out(monkeypatch, site)
    assert not SCENARIOS[site](world)


def test_every_lock_of_webhooks_is_here():
    assert {site for site, _ in lock_sites() if site.startswith("platform_site/webhooks/")} == set(SCENARIOS)
