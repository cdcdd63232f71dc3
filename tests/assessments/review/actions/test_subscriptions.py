"""Subscriptions to the review: by page, by API, and out of them by the link in a mail."""

from __future__ import annotations

import pytest
from django.test import Client

from assessments.models import ReviewSubscription
from assessments.organizations.actions import add_organization, archive_organization
from assessments.review.actions.subscriptions import subscribe, unsubscribe, unsubscribe_by_key
from assessments.review.queries.subscriptions import NO_MAIL, NO_ORIGIN, unsubscribe_link
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Unknown

pytestmark = pytest.mark.django_db
PAGE, API = "/organizations/exampleco/review/", "/api/v1/organizations/exampleco/review/subscription/"


@pytest.fixture
def vera(people):
    """A viewer with an address."""
    people["viewer"].email = "vera@example.com"
    people["viewer"].save()
    return people["viewer"]


def events() -> list[tuple[str, str, dict]]:
    rows = AuditEvent.objects.filter(action__startswith="review.").order_by("sequence")
    return [(row.action, row.subject, row.content) for row in rows]


def test_a_person_subscribes_changes_and_ends_it_on_the_page(vera, organization, browser_of, settings):
    visitor = browser_of("viewer")
    assert NO_MAIL in visitor.get(PAGE).content.decode()
    settings.MAIL_IS_SET = True
    assert NO_ORIGIN in visitor.get(PAGE).content.decode()
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    page = visitor.post(f"{PAGE}subscribe/", {"every": "weekly"}, follow=True).content.decode()
    assert "You get this review by mail every Monday." in page
    assert "The next one comes on" in page
    assert NO_MAIL not in page
    visitor.post(f"{PAGE}subscribe/", {"every": "monthly"})
    visitor.post(f"{PAGE}subscribe/", {"every": "monthly"})
    [row] = ReviewSubscription.objects.all()
    assert (row.person, row.organization, row.every) == (vera, organization, "monthly")
    page = visitor.post(f"{PAGE}unsubscribe/", follow=True).content.decode()
    assert "You no longer get this review by mail." in page
    assert not ReviewSubscription.objects.exists()
    subject, person = "organization:exampleco", {"person": "viewer"}
    assert events() == [
        ("review.subscribed", subject, person | {"every": "weekly"}),
        ("review.subscribed", subject, person | {"every": "monthly"}),
        ("review.unsubscribed", subject, person),
    ]


def test_over_the_api_each_person_has_their_own(vera, organization, api, settings):
    viewer, lead = api("viewer"), api("lead")
    assert viewer.get(API).json() == {
        "organization": "exampleco", "every": None, "subscribed_at": None, "next_mail_on": None,
        "why_nothing_is_sent": NO_MAIL,
    }  # fmt: skip
    settings.MAIL_IS_SET, settings.PUBLIC_ORIGIN = True, "https://plumbline.example"
    answer = viewer.put(API, {"every": "weekly"}, format="json").json()
    assert (answer["every"], answer["why_nothing_is_sent"]) == ("weekly", "")
    assert answer["next_mail_on"] > answer["subscribed_at"][:10]
    assert lead.get(API).json()["every"] is None
    assert lead.delete(API).status_code == 204
    assert ReviewSubscription.objects.count() == 1
    assert viewer.delete(API).status_code == 204
    assert viewer.get(API).json()["every"] is None


def test_a_wrong_word_is_named(vera, organization, api, browser_of):
    answer = api("viewer").put(API, {"every": "daily"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "every")
    page = browser_of("viewer").post(f"{PAGE}subscribe/", {"every": "daily"}, follow=True).content.decode()
    assert "&#x27;daily&#x27; is not how often. Choose weekly or monthly." in page


def test_every_fault_is_named_at_once(organization, actor, lea):
    archive_organization(organization, archived=True, actor=lea)
    organization.refresh_from_db()
    with pytest.raises(Invalid) as refusal:
        subscribe(organization, every="daily", actor=actor("viewer"))
    assert [fault.code for fault in refusal.value.faults] == ["invalid", "archived", "no_address"]
    assert "Ask an administrator to add it" in refusal.value.message


def test_a_service_account_and_who_has_no_role_cannot_subscribe(organization, actor, vera):
    viewer = actor("viewer")
    for other in (
        viewer.__class__(viewer.name, user_id=viewer.user_id),
        viewer.__class__("ci", viewer.roles, is_service=True),
    ):
        with pytest.raises(NotAllowed, match="Only a person with a role"):
            subscribe(organization, every="weekly", actor=other)


def test_ending_what_is_not_there_changes_nothing(organization, actor):
    assert unsubscribe(organization, actor=actor("viewer")) is False
    assert events() == []


def test_the_link_of_a_mail_asks_and_ends_without_a_sign_in(vera, organization, actor, settings):
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    subscribe(organization, every="weekly", actor=actor("viewer"))
    link = unsubscribe_link(vera.pk, organization)
    assert link.startswith("https://plumbline.example/unsubscribe/")
    path, stranger = link.removeprefix("https://plumbline.example"), Client(enforce_csrf_checks=True)
    page = stranger.get(path).content.decode()
    assert "Stop getting this review by mail." in page
    assert ReviewSubscription.objects.exists(), "a scanner of mails follows links"
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert "You no longer get this review by mail." in answer.content.decode()
    assert not ReviewSubscription.objects.exists()
    assert events()[-1][2] == {"person": "viewer"}
    assert "You no longer get" in stranger.get(path).content.decode()
    assert stranger.post(path).status_code == 200
    assert len(events()) == 2


def test_a_link_ends_one_subscription_alone(vera, organization, actor, lea):
    northwind = add_organization(slug="northwind", name="Northwind", actor=lea)
    for subject in (organization, northwind):
        subscribe(subject, every="weekly", actor=actor("viewer"))
    unsubscribe_by_key(unsubscribe_link(vera.pk, organization).rstrip("/").rpartition("/")[2])
    assert ReviewSubscription.objects.get().organization == northwind


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: "x", lambda key: key.replace(":", "."), str.upper]
)
def test_a_link_that_we_did_not_write_ends_nothing(vera, organization, actor, change):
    subscribe(organization, every="weekly", actor=actor("viewer"))
    key = change(unsubscribe_link(vera.pk, organization).rstrip("/").rpartition("/")[2])
    with pytest.raises(Unknown, match="was cut off"):
        unsubscribe_by_key(key)
    assert Client().post(f"/unsubscribe/{key}/").status_code == 404
    assert ReviewSubscription.objects.exists()
