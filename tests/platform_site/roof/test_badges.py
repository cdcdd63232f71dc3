"""The counts beside places of the navigation."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from platform_site.roof.badges import badges, counts_of


def test_nobody_signed_in_has_no_counts(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert counts_of(AnonymousUser()) == counts_of(None) == {}


def test_what_waits_in_the_inbox_is_counted_in_one_query(db, people, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert counts_of(people["approver"]) == {"registry:inbox": 0}


def test_a_page_without_the_navigation_asks_nothing(db, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert callable(badges(rf.get("/"))["badges"])


@pytest.mark.parametrize("name", ["approver", "contributor"])
def test_the_navigation_shows_the_count(client, people, monkeypatch, name):
    monkeypatch.setattr("platform_site.roof.badges.count_for", lambda pk, username: 3 if username == "approver" else 0)
    client.force_login(people[name])
    shown = '3<span class="visually-hidden"> waiting</span>' in client.get("/registry/models/").content.decode()
    assert shown == (name == "approver")
