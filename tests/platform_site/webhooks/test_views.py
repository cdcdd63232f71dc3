"""The pages of webhooks: added by a form, tried by a button, the log with every attempt."""

from __future__ import annotations

import pytest

from platform_site.webhooks import queries
from platform_site.webhooks.models import Delivery, Webhook
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = pytest.mark.django_db
GIVEN = {"kind": "json", "events": ["alert.*"], "others": "dataset.added, token.*", "description": "#ml-alerts"}


def test_a_webhook_is_added_and_the_secret_shown_once(browser_of, receiver):
    lead = browser_of("lead")
    assert "No destination yet" in lead.get("/webhooks/").content.decode()
    answer = lead.post("/webhooks/", GIVEN | {"url": receiver.url})
    webhook = Webhook.objects.get()
    assert webhook.events == ["alert.*", "dataset.added", "token.*"]
    secret = queries.secret_of(webhook)
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for path in ("/webhooks/", f"/webhooks/{webhook.pk}/", f"/admin/webhooks/webhook/{webhook.pk}/change/"):
        page = lead.get(path).content.decode()
        assert "#ml-alerts" in page
        assert secret not in page


def test_what_is_refused_stands_at_its_field(browser_of):
    answer = browser_of("lead").post("/webhooks/", {"kind": "json", "url": "http://127.0.0.1/", "events": []})
    assert set(answer.context["form"].errors) == {"url", "events"}
    assert not Webhook.objects.exists()


def test_the_log_shows_each_attempt_and_sends_again(browser_of, webhook, receiver):
    lead, path = browser_of("lead"), f"/webhooks/{webhook[0].pk}/"
    receiver.answers.append(lambda answering: answering.send_error(502, "<script>alert(1)</script>"))
    happen(title="<b>drift</b>")
    work()
    page = lead.get(path).content.decode()
    assert "status 502" in page
    assert "<script>alert(1)" not in page
    assert "1 attempt in a row failed" in page
    assert lead.post(f"{path}deliveries/{Delivery.objects.get().pk}/redeliver/").status_code == 302
    assert lead.post(f"{path}test/").status_code == 302
    assert work() == 2
    assert len(receiver.posted) == 3


def test_it_is_changed_switched_off_and_on_and_removed(browser_of, webhook):
    lead, path = browser_of("lead"), f"/webhooks/{webhook[0].pk}/"
    lead.post(f"{path}change/", {"events": ["gate.blocked"], "others": "", "description": ""})
    assert Webhook.objects.get().events == ["gate.blocked"]
    faulty = lead.post(f"{path}change/", {"events": [], "others": "x", "description": ""})
    assert (faulty.status_code, "is not an event" in faulty.content.decode()) == (422, True)
    lead.post(f"{path}change/", {"active": "0"})
    assert "Switched off by lead" in lead.get(path).content.decode()
    assert "The webhook is switched off. Switch it on first." in lead.post(f"{path}test/", follow=True).content.decode()
    lead.post(f"{path}change/", {"active": "1"})
    assert Webhook.objects.get().active
    assert "Copy this secret now" in lead.post(f"{path}secret/").content.decode()
    assert lead.post(f"{path}remove/").status_code == 302
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("name", ["viewer", "contributor", "approver"])
def test_others_read_that_it_is_not_theirs(name, browser_of, webhook):
    visitor = browser_of(name)
    assert visitor.get("/webhooks/").status_code == 403
    assert visitor.get(f"/webhooks/{webhook[0].pk}/").status_code == 403
    assert visitor.post(f"/webhooks/{webhook[0].pk}/remove/").status_code == 403
    assert "/webhooks/" not in visitor.get("/settings/").content.decode()
    assert "/webhooks/" in browser_of("lead").get("/settings/").content.decode()


def test_the_pages_cost_the_same_for_more_rows(browser_of, webhook, django_assert_num_queries):
    lead = browser_of("lead")
    for number in range(20):
        happen(subject=f"alert:{number}")
    work()
    with django_assert_num_queries(14):
        lead.get(f"/webhooks/{webhook[0].pk}/")
    with django_assert_num_queries(7):
        lead.get("/webhooks/")
