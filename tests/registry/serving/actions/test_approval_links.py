"""Approval links: no weaker than the sign-in, for one person, one diff and one decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused, Unknown
from platform_site.people.actions import set_roles
from platform_site.people.models import User
from registry.models import ApprovalLink
from registry.serving.actions import approval_links
from registry.serving.actions.approval_links import decide_by_link, mail_link, make_links
from registry.serving.actions.change_requests import reject_change
from registry.serving.queries.approval_links import token_of
from tests.registry.conftest import FIXED, register
from tests.registry.serving.lanes import person
from tests.registry.serving.story import BOB, ask


@pytest.fixture
def anna(db):
    return person("anna")


@pytest.fixture
def waits(serving, second, cora, anna):
    return ask(second, cora, percent=50, reason="It is better.").request


@pytest.fixture
def mailed(settings):
    settings.MAIL_IS_SET, settings.PUBLIC_ORIGIN = True, "https://plumbline.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_each_approver_gets_one_with_the_request(waits, anna):
    link = waits.links.get()
    assert (link.person.username, link.digest, link.state, link.used_at) == ("anna", waits.digest, "not_mailed", None)
    assert timedelta(hours=23, minutes=59) < link.expires_at - timezone.now() <= timedelta(hours=24)
    made = AuditEvent.objects.get(action="change_request.links_made").content
    assert (made["people"], made["digest"]) == (["anna"], waits.digest)


def test_a_decision_through_a_link_says_so(waits, anna):
    made = decide_by_link(token_of(waits.links.get()), "approve", reason="Seen.", actor=anna)
    waits.refresh_from_db()
    assert (made.revision.covered_by, waits.decided_by, waits.decision_reason) == (waits, "anna", "Seen.")
    assert waits.decided_through == "a one-time link, in a session"
    assert AuditEvent.objects.filter(action="change_request.approved")[0].content["through"] == waits.decided_through
    used = AuditEvent.objects.get(action="change_request.link_used")
    assert (used.actor, used.content["decision"]) == ("anna", "approve")


def test_a_used_link_is_dead(waits, anna):
    token = token_of(waits.links.get())
    decide_by_link(token, "reject", actor=anna)
    for decision in ("reject", "approve"):
        with pytest.raises(Refused, match="was used or has expired") as refusal:
            decide_by_link(token, decision, actor=anna)
        assert refusal.value.code == "approval_link_dead"
    waits.refresh_from_db()
    assert waits.state == "rejected"


def test_a_link_ends_after_a_day(waits, anna, monkeypatch):
    token, later = token_of(waits.links.get()), timezone.now() + timedelta(hours=24)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Refused, match="was used or has expired"):
        decide_by_link(token, "approve", actor=anna)


def test_it_is_for_one_person(waits, anna, cora):
    token = token_of(waits.links.get())
    for other in (person("berta"), BOB, cora, Actor("anna", frozenset({Role.APPROVER}))):
        with pytest.raises(Unknown):
            decide_by_link(token, "approve", actor=other)
    assert ApprovalLink.objects.get(person__username="anna").used_at is None


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: "x" + text, lambda text: "", lambda text: "a:b:c"]
)
def test_what_was_not_signed_here_is_no_link(waits, anna, change):
    with pytest.raises(Unknown):
        decide_by_link(change(token_of(waits.links.get())), "approve", actor=anna)


@pytest.mark.parametrize(
    "changed",
    [{"digest": "0" * 64}, {"expires_at": timezone.now() + timedelta(days=3)}],
)
def test_a_row_that_was_changed_no_longer_fits_its_link(waits, anna, changed):
    token = token_of(waits.links.get())
    ApprovalLink.objects.update(**changed)
    with pytest.raises(Unknown):
        decide_by_link(token, "approve", actor=anna)


def test_who_lost_the_role_decides_nothing(waits, anna):
    from platform_site.access import actor_of

    token = token_of(waits.links.get())
    set_roles(User.objects.get(username="anna"), [Role.VIEWER], actor=SYSTEM)
    now = actor_of(User.objects.get(username="anna"))
    with pytest.raises(NotAllowed, match="Only approvers"):
        decide_by_link(token, "approve", actor=now)
    waits.refresh_from_db()
    assert waits.state == "waiting"


def test_a_gate_that_closed_refuses_through_a_link_too(waits, anna, cora):
    register(FIXED, cora)
    with pytest.raises(Refused, match="gate is closed"):
        decide_by_link(token_of(waits.links.get()), "approve", actor=anna)
    waits.refresh_from_db()
    assert waits.state == "waiting"


def test_another_decision_is_unknown(waits, anna):
    with pytest.raises(Unknown, match="Choose from approve, reject"):
        decide_by_link(token_of(waits.links.get()), "withdraw", actor=anna)


def test_its_team_makes_more_and_nobody_for_what_is_decided(waits, anna, cora):
    (link,) = make_links(waits, actor=cora)
    assert waits.links.count() == 2
    with pytest.raises(NotAllowed):
        make_links(waits, actor=anna)
    reject_change(waits, actor=BOB)
    with pytest.raises(Refused, match="is already rejected"):
        make_links(waits, actor=cora)
    with pytest.raises(Refused, match="is already rejected"):
        decide_by_link(token_of(link), "approve", actor=anna)


def test_neither_the_requester_nor_who_cannot_decide_gets_one(serving, second, anna):
    both = person("zoe", [Role.APPROVER, Role.CONTRIBUTOR], ["forecasting"])
    known, gone = person("kim"), person("gus")
    User.objects.filter(username=known.name).update(password_known=True)
    User.objects.filter(username=gone.name).update(is_active=False)
    request = ask(second, both, percent=50).request
    assert [link.person.username for link in request.links.all()] == ["anna"]


def test_a_mail_carries_the_change_and_the_link(serving, second, cora, anna, mailed):
    User.objects.filter(username="anna").update(email="anna@example.com")
    request = ask(second, cora, percent=50, reason="It is better.").request
    link = request.links.get()
    assert link.state == "queued"
    assert mail_link(link.pk)
    assert not mail_link(link.pk)
    (sent,) = mail.outbox
    assert sent.to == ["anna@example.com"]
    assert "a change waits for your approval" in sent.subject
    assert "- v2 begins to serve, with 50% of the traffic." in sent.body
    assert f"https://plumbline.example/registry/approval-links/{token_of(link)}/" in sent.body
    link.refresh_from_db()
    assert (link.state, link.attempts, link.finished_at is None) == ("sent", 1, False)


def test_a_mail_server_that_is_away_is_tried_again_and_then_given_up(serving, second, cora, anna, mailed, monkeypatch):
    User.objects.filter(username="anna").update(email="anna@example.com")
    link = ask(second, cora, percent=50).request.links.get()
    monkeypatch.setattr(approval_links.EmailMessage, "send", lambda self: (_ for _ in ()).throw(OSError("away")))
    for attempt in range(1, 6):
        assert mail_link(link.pk)
        link.refresh_from_db()
        assert (link.attempts, link.failure) == (attempt, "The mail server did not take it: OSError.")
    assert link.state == "failed"
    assert not mail_link(link.pk)
    assert approval_links.sweep() == 0
