"""The counts beside places of the navigation."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.roof.badges import badges, counts_of
from registry.models import Alert
from tests.registry.models.test_checks import run_with


def test_nobody_signed_in_has_no_counts(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counts_of(AnonymousUser()) == counts_of(None) == {}


def test_approvals_and_open_alerts_are_counted_in_a_query_each(db, people, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert counts_of(people["approver"]) == {"registry:inbox": 0, "registry:alerts": 0}


def test_a_page_counts_once_however_often_it_shows_the_counts(db, rf, people, django_assert_num_queries):
    request = rf.get("/")
    request.user = people["approver"]
    with django_assert_num_queries(3):
        assert badges(request)["badges"]() == badges(request)["badges"]()


def test_the_next_page_counts_only_what_happened_since(in_production, rf, people, django_assert_num_queries):
    def shown():
        request = rf.get("/")
        request.user = people["approver"]
        return badges(request)["badges"]()

    before = shown()
    with django_assert_num_queries(1):
        assert shown() == before
    run = run_with()
    about = {"model": in_production.model, "check_definition": run.check_definition, "run": run}
    with transaction.atomic():
        alert = Alert.objects.create(**about, title="Drifted.", opened_at=timezone.now())
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload={})
    assert shown()["registry:alerts"] == before["registry:alerts"] + 1


def test_an_alert_counts_until_it_is_resolved(people, in_production):
    run = run_with()
    about = {"model": in_production.model, "check_definition": run.check_definition, "run": run}
    alert = Alert.objects.create(**about, title="Drifted.", opened_at=timezone.now())
    assert counts_of(people["viewer"])["registry:alerts"] == 1
    Alert.objects.filter(pk=alert.pk).update(state=Alert.State.RESOLVED)
    assert counts_of(people["viewer"])["registry:alerts"] == 0


def test_a_page_without_the_navigation_asks_nothing(db, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert callable(badges(rf.get("/"))["badges"])


@pytest.mark.parametrize("name", ["approver", "contributor"])
def test_the_navigation_shows_the_count(client, people, monkeypatch, name):
    monkeypatch.setattr("platform_site.roof.badges.count_for", lambda pk, username: 3 if username == "approver" else 0)
    client.force_login(people[name])
    shown = '3<span class="visually-hidden"> waiting</span>' in client.get("/registry/models/").content.decode()
    assert shown == (name == "approver")
