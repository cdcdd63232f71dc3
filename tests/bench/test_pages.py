"""The addresses that the bench of pages measures exist, and cost no more queries with more behind them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.people.models import User
from tests.bench.pages import PAGES
from tests.bench.seed import READER, Scale, seed

pytestmark = pytest.mark.slow
SMALL = Scale(models=60, features=60, versions=3, entries=10, teams=8)


def test_every_address_answers(db, client):
    seed(SMALL, lambda *_: None)
    client.force_login(User.objects.get(username=READER))
    for path in PAGES:
        address = path.replace("?page=37", "").replace("?page=200", "")
        assert client.get(address).status_code == 200, address


def test_home_counts_what_is_blocked_once(db, client):
    seed(SMALL, lambda *_: None)
    client.force_login(User.objects.get(username=READER))
    home = client.get("/")
    listed = client.get("/registry/models/?state=blocked")
    assert home.context["blocked_models"] == listed.context["page_obj"].paginator.count > 0
    with CaptureQueriesContext(connection) as first:
        client.get("/")
    assert not [query for query in first.captured_queries if "registry_snapshotentry" in query["sql"]]
