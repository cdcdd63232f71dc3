"""Events go where team and severity send them; what happens in somebody's quiet hours follows as one message."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.webhooks.actions import audit_feed
from platform_site.webhooks.actions.quiet_hours import end_quiet_hours, set_quiet_hours
from platform_site.webhooks.actions.targets import add_webhook, change_webhook
from platform_site.webhooks.models import Delivery, HeldEvent, QuietHours
from platform_site.webhooks.rules.notices import Details
from platform_site.webhooks.signals import events_described
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def owners():
    """Alerts with an odd number are owned by forecasting, the others by risk."""

    def describe(sender, events, **_) -> dict[int, Details]:
        numbers = {
            place: int(event.subject.partition(":")[2])
            for place, event in enumerate(events)
            if event.subject.startswith("owned:")
        }
        return {
            place: Details(teams=("forecasting" if number % 2 else "risk",), path=f"/owned/{number}/")
            for place, number in numbers.items()
        }

    events_described.connect(describe)
    yield
    events_described.disconnect(describe)


@pytest.fixture
def teams(db):
    from platform_site.people.models import Team

    return [Team.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in ("forecasting", "risk")]


def slack(actor, receiver, **changed):
    values = {"url": receiver.url, "kind": "slack", "events": ["alert.*"]}
    return add_webhook(**values | changed, actor=actor("lead"))[0]


def test_a_team_gets_what_it_owns(actor, receiver, teams, owners, settings):
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    slack(actor, receiver, teams=["risk"])
    for number in range(4):
        happen("alert.opened", f"owned:{number}", title=f"alert {number}")
    happen("alert.opened", "nobody:1", title="of nobody")
    work()
    texts = sorted(json.loads(row.body)["text"] for row in receiver.posted)
    assert [text.split("\n")[0] for text in texts] == ["alert 0", "alert 2"]
    assert "<https://plumbline.example/owned/0/|Open>" in texts[0]


def test_only_what_is_severe_enough_is_sent(actor, receiver):
    slack(actor, receiver, severity="error")
    happen("alert.opened", "alert:1", title="drift", blocking=False)
    happen("alert.opened", "alert:2", title="skew", blocking=True)
    assert work() == 1
    assert json.loads(receiver.posted[0].body)["text"].startswith("skew")
    assert Delivery.objects.get().severity == "critical"


def at_night(person, actor) -> QuietHours:
    """Quiet hours that hold now and end in an hour."""
    now = timezone.now()
    begins, ends = (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()
    return set_quiet_hours(person, begins=begins, ends=ends, time_zone="UTC", actor=actor("lead"))


def test_what_is_not_critical_waits_and_follows_as_one_message(actor, receiver, people):
    hook = slack(actor, receiver, person="lead")
    at_night(people["lead"], actor)
    happen("alert.opened", "alert:1", title="drift of fare", blocking=False)
    happen("alert.opened", "alert:2", title="skew of v1", blocking=True)
    happen("alert.resolved", "alert:1", title="drift of fare", blocking=False)
    assert work() == 1
    assert json.loads(receiver.posted.pop().body)["text"].startswith("skew of v1")
    assert [row.title for row in HeldEvent.objects.order_by("sequence")] == ["drift of fare", "Resolved: drift of fare"]
    assert work() == 0
    HeldEvent.objects.update(until=timezone.now())
    assert work() == 1
    text = json.loads(receiver.posted.pop().body)["text"]
    assert text.startswith("2 events waited during the quiet hours of lead")
    assert text.index("warning: drift of fare") < text.index("warning: Resolved: drift of fare")
    delivery = Delivery.objects.get(event="notifications.digest")
    assert (delivery.state, delivery.webhook, delivery.sequence, delivery.severity) == (
        "delivered",
        hook,
        None,
        "warning",
    )
    assert (work(), HeldEvent.objects.count()) == (0, 0)


def test_a_mail_waits_too_and_programs_do_not(actor, receiver, people, settings, mailoutbox):
    settings.MAIL_IS_SET = True
    add_webhook(url="lead@example.com", kind="email", events=["alert.*"], person="lead", actor=actor("lead"))
    add_webhook(url=receiver.url, events=["alert.*"], actor=actor("lead"))
    at_night(people["lead"], actor)
    happen("alert.opened", title="drift of fare")
    assert (work(), len(receiver.posted), mailoutbox) == (1, 1, [])
    HeldEvent.objects.update(until=timezone.now())
    work()
    (mail,) = mailoutbox
    assert mail.subject == "[Plumbline] 1 event waited during the quiet hours of lead"
    assert "warning: drift of fare" in mail.body


def test_what_waited_goes_out_when_the_quiet_hours_are_ended(actor, receiver, people):
    slack(actor, receiver, person="lead")
    at_night(people["lead"], actor)
    happen("alert.opened", title="drift of fare")
    assert work() == 0
    end_quiet_hours(people["lead"], actor=actor("lead"))
    assert work() == 1
    end_quiet_hours(people["lead"], actor=actor("lead"))
    assert AuditEvent.objects.filter(action="user.quiet_hours_ended").count() == 1


def test_what_waits_for_a_destination_that_is_off_waits_until_it_is_on(actor, receiver, people):
    hook = slack(actor, receiver, person="lead")
    at_night(people["lead"], actor)
    happen("alert.opened", title="drift of fare")
    audit_feed.follow()
    change_webhook(hook, active=False, actor=actor("lead"))
    HeldEvent.objects.update(until=timezone.now())
    assert (work(), HeldEvent.objects.count()) == (0, 1)
    change_webhook(hook, active=True, actor=actor("lead"))
    assert work() == 1


def test_the_wall_clock_of_the_person_decides(actor, receiver, people, monkeypatch):
    slack(actor, receiver, person="lead")
    set_quiet_hours(people["lead"], begins=time(22), ends=time(7), time_zone="Asia/Tokyo", actor=actor("lead"))
    happen("alert.opened", title="drift of fare")
    night_in_tokyo = datetime(2026, 11, 30, 14, tzinfo=UTC)
    monkeypatch.setattr("platform_site.webhooks.actions.audit_feed.timezone.now", lambda: night_in_tokyo)
    audit_feed.follow()
    assert HeldEvent.objects.get().until == datetime(2026, 11, 30, 22, tzinfo=UTC)


def test_a_route_is_changed_on_record(actor, receiver, teams, people):
    hook = slack(actor, receiver)
    change_webhook(hook, teams=["risk"], severity="error", person="lead", actor=actor("lead"))
    payload = AuditEvent.objects.first().content
    assert payload["teams"] == {"from": [], "to": ["risk"]}
    assert payload["severity"] == {"from": "info", "to": "error"}
    assert payload["person"] == {"from": None, "to": "lead"}
