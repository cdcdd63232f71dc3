"""The digest by mail: to whom it goes, what is in it, and that nobody gets one twice."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from assessments.adoption.actions import add_entry
from assessments.models import Release, ReviewMail, ReviewSubscription
from assessments.organizations.actions import archive_organization
from assessments.review.actions import mails
from assessments.review.actions.mails import MAILS, queue_due, send, sweep
from assessments.review.actions.subscriptions import subscribe, unsubscribe
from platform_site import work
from platform_site.access import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
MONDAY = datetime(2026, 12, 7, 6, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: what time it is."""

    def turn(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn(MONDAY - timedelta(days=5))
    return turn


@pytest.fixture
def subscribed(people, actor, organization, settings, clock):
    """A viewer gets the review weekly, where mail can be sent."""
    settings.MAIL_IS_SET, settings.PUBLIC_ORIGIN = True, "https://plumbline.example"
    person = people["viewer"]
    person.email = "vera@example.com"
    person.save()
    subscribe(organization, every="weekly", actor=actor("viewer"))
    return person


def run(moment: datetime, clock) -> int:
    """What scheduler and workers do at a moment; how many mails they sent."""
    clock(moment)
    before = len(mail.outbox)
    queue_due()
    for pk in ReviewMail.objects.filter(state__in=["queued", "sending"]).values_list("pk", flat=True):
        send(pk)
    return len(mail.outbox) - before


def test_a_mail_says_what_the_review_says_in_text_and_html(subscribed, organization, clock):
    day = MONDAY.date()
    add_entry(
        Release,
        name="Feature store <2>",
        started_on=day - timedelta(days=21),
        released_on=day - timedelta(days=7),
        organization=organization,
        actor=SYSTEM,
    )
    assert run(MONDAY, clock) == 1
    [message] = mail.outbox
    assert message.to == ["vera@example.com"]
    assert message.subject == "[Plumbline] ExampleCo: review, since 8 Sep 2026"
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert "Release: Feature store <2>; Released: 30 Nov 2026; Weeks: 2" in message.body
    assert "Feature store &lt;2&gt;" in html
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for text in (message.body, html):
        assert "No assessment is published yet" in text
        assert "You get this every Monday, because you subscribed to it." in text
        assert "https://plumbline.example/organizations/exampleco/review/?since=2026-09-08" in text
        assert link in text
    stored = ReviewMail.objects.get()
    assert (stored.state, stored.until, stored.reason) == ("sent", MONDAY.date(), "")


def test_each_week_has_one_and_the_next_goes_on_where_it_ended(subscribed, clock):
    assert run(MONDAY - timedelta(days=4), clock) == 0, "the week in which somebody subscribed"
    assert [run(MONDAY + timedelta(days=days), clock) for days in (0, 0, 3, 6)] == [1, 0, 0, 0]
    assert run(MONDAY + timedelta(days=9), clock) == 1
    assert "since 7 Dec 2026" in mail.outbox[-1].subject
    assert ReviewMail.objects.count() == 2


def test_a_month_has_one(subscribed, organization, actor, clock):
    subscribe(organization, every="monthly", actor=actor("viewer"))
    assert [run(datetime(2026, 12, 31, tzinfo=UTC), clock), run(datetime(2027, 1, 2, tzinfo=UTC), clock)] == [0, 1]
    assert run(datetime(2027, 1, 30, tzinfo=UTC), clock) == 0


def test_subscribing_anew_sends_nothing_twice(subscribed, organization, actor, clock):
    assert run(MONDAY, clock) == 1
    unsubscribe(organization, actor=actor("viewer"))
    subscribe(organization, every="weekly", actor=actor("viewer"))
    ReviewSubscription.objects.update(subscribed_at=MONDAY - timedelta(days=9))
    assert run(MONDAY + timedelta(hours=1), clock) == 0


@pytest.mark.parametrize("missing", ["MAIL_IS_SET", "PUBLIC_ORIGIN"])
def test_nothing_is_made_while_nothing_can_be_sent(subscribed, clock, settings, missing):
    setattr(settings, missing, "" if missing == "PUBLIC_ORIGIN" else False)
    assert run(MONDAY, clock) == 0
    assert not ReviewMail.objects.exists()


def _deactivate(person, organization, lea):
    person.is_active = False
    person.save()


def _take_role(person, organization, lea):
    person.groups.clear()


def _take_address(person, organization, lea):
    person.email = ""
    person.save()


def _archive(person, organization, lea):
    archive_organization(organization, archived=True, actor=lea)


def _end(person, organization, lea):
    ReviewSubscription.objects.all().delete()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_deactivate, mails.NO_ACCESS), (_take_role, mails.NO_ACCESS), (_take_address, mails.NO_ACCESS),
        (_archive, mails.ARCHIVED), (_end, mails.ENDED),
    ],
)  # fmt: skip
def test_who_lost_access_gets_none_even_of_a_mail_that_waits(subscribed, organization, lea, clock, change, reason):
    clock(MONDAY)
    queue_due()
    change(subscribed, organization, lea)
    assert run(MONDAY, clock) == 0
    waiting = ReviewMail.objects.get()
    assert (waiting.state, waiting.reason) == ("skipped", reason)
    assert run(MONDAY + timedelta(days=7), clock) == 0


def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(subscribed, clock, monkeypatch):
    def refuse(*_, **__):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        assert run(MONDAY, clock) == 0
        waiting = ReviewMail.objects.get()
        assert (waiting.state, waiting.handed_over_at, waiting.next_attempt_at) == (
            "queued",
            None,
            MONDAY + timedelta(minutes=5),
        )
        assert waiting.reason == "The mail server did not take it: Connection unexpectedly closed"
        assert run(MONDAY + timedelta(minutes=1), clock) == 0
        assert ReviewMail.objects.get().attempts == 1
    assert run(MONDAY + timedelta(minutes=6), clock) == 1
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        for hours in range(40):
            run(MONDAY + timedelta(days=7, hours=hours), clock)
    given_up = ReviewMail.objects.first()
    assert (given_up.state, given_up.attempts) == ("failed", 6)


def test_a_mail_that_the_server_may_have_taken_is_not_sent_again(subscribed, clock, monkeypatch):
    clock(MONDAY)
    queue_due()
    pk = ReviewMail.objects.get().pk
    claim = work.claim(MAILS, pk)
    assert work.renew(claim, handed_over_at=MONDAY)  # and there the worker died
    sent = []
    monkeypatch.setattr("platform_site.work.send", lambda task, pk, soon: sent.append(pk) or True)
    clock(MONDAY + timedelta(minutes=10))
    assert sweep() == 1
    assert sent == [pk]
    assert run(MONDAY + timedelta(minutes=10), clock) == 0
    ended = ReviewMail.objects.get()
    assert (ended.state, ended.reason) == ("failed", mails.UNCERTAIN)


def test_whoever_lost_the_claim_sends_nothing(subscribed, clock, monkeypatch):
    clock(MONDAY)
    queue_due()
    stored = ReviewMail.objects.get()
    real = mails._message

    def slow(row):
        ReviewMail.objects.update(lease_until=MONDAY - timedelta(seconds=1))
        assert work.claim(MAILS, stored.pk)
        return real(row)

    monkeypatch.setattr(mails, "_message", slow)
    send(stored.pk)
    assert mail.outbox == []


def test_an_unexpected_error_ends_it_with_a_sentence(subscribed, clock, monkeypatch, caplog):
    monkeypatch.setattr(mails, "_message", lambda row: 1 // 0)
    assert run(MONDAY, clock) == 0
    ended = ReviewMail.objects.get()
    assert (ended.state, ended.reason) == ("failed", mails.CRASHED.format(pk=ended.pk))
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_workers_and_schedulers_who_are_asked_at_once_send_once(subscribed, clock):
    clock(MONDAY)

    def make_and_send(_: int) -> int:
        try:
            queue_due()
            return sum(send(pk) for pk in list(ReviewMail.objects.values_list("pk", flat=True)))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(make_and_send, range(6))) == 1
    assert ReviewMail.objects.get().state == "sent"
    assert len(mail.outbox) == 1
