"""Webhooks in the admin: for leads and administrators, to read, without secrets."""

from __future__ import annotations

import pytest

from platform_site.webhooks.models import Delivery, Webhook
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = pytest.mark.django_db
PAGES = ("webhook", "delivery")


@pytest.fixture
def delivery(webhook):
    happen()
    work()
    return Delivery.objects.get()


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_a_lead_reads_a_delivery_with_its_attempts(who, browser_of, delivery):
    page = browser_of(who).get(f"/admin/webhooks/delivery/{delivery.pk}/change/").content.decode()
    assert "alert.opened" in page
    assert "204" in page


def test_sealed_values_and_the_claim_are_on_no_page(browser_of, delivery):
    lead, hook = browser_of("lead"), delivery.webhook
    page = lead.get(f"/admin/webhooks/webhook/{hook.pk}/change/")
    shown = {field for _, options in page.context["adminform"].fieldsets for field in options["fields"]}
    assert "shown_url" in shown
    assert not {"sealed_url", "sealed_secret"} & shown
    assert hook.sealed_secret not in page.content.decode()
    page = lead.get(f"/admin/webhooks/delivery/{delivery.pk}/change/")
    assert "token" not in {field for _, options in page.context["adminform"].fieldsets for field in options["fields"]}


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver"])
def test_nobody_else_opens_it(who, browser_of, people, delivery):
    people[who].is_staff = True
    people[who].save()
    visitor = browser_of(who)
    assert [visitor.get(f"/admin/webhooks/{page}/").status_code for page in PAGES] == [403, 403]


def test_nobody_changes_or_deletes_there(browser_of, delivery):
    admin = browser_of("admin")
    for page, row in zip(PAGES, (delivery.webhook, delivery), strict=True):
        for verb in ("change", "delete"):
            assert admin.post(f"/admin/webhooks/{page}/{row.pk}/{verb}/", {"post": "yes"}).status_code == 403
    assert Webhook.objects.get().active


def test_the_search_takes_whole_names(browser_of, delivery):
    lead = browser_of("lead")
    counts = [
        lead.get("/admin/webhooks/delivery/", {"q": text}).context["cl"].result_count
        for text in ("alert.opened", "alert:3", "alert")
    ]
    assert counts == [1, 1, 0]
