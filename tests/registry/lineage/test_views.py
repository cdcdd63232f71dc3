"""What waits stands on the page of the source table, and its owners decide there; the graph begins at the raw data sets."""

from __future__ import annotations

import pytest

from registry.lineage.actions.events import receive_event
from registry.models import SourceObservation
from tests.registry.conftest import contributor
from tests.registry.lineage.reports import LAST_KNOWN, ZERO, column_facet, event

pytestmark = pytest.mark.django_db
PAGE = "/registry/source-tables/orders/"


def observed() -> SourceObservation:
    columns = column_facet(order_count="raw_orders.order_count")
    body = event("orders", LAST_KNOWN, reads=("raw_orders",), writes=("orders",), columns=columns)
    return receive_event(body, actor=contributor("returns", name="stan")).waiting[0]


def test_an_owner_accepts_and_the_graph_begins_at_the_raw_data(browser_of, feature):
    row = observed()
    owner = browser_of("contributor")
    page = owner.get(PAGE).content.decode()
    assert "may be another one" in page
    assert "Accept for orders" in page
    assert "Accept for orders" not in browser_of("stranger").get(PAGE).content.decode()
    assert owner.post(f"/registry/lineage/{row.pk}/accept/", {"reason": "Ours."}).status_code == 302
    page = owner.get(PAGE).content.decode()
    assert "Where the columns of orders come from" in page
    assert "shop.main.raw_orders.order_count" in page
    graph = owner.get(f"{PAGE}graph/").content.decode()
    for part in ("Jobs", "Data sets", "shop.main.raw_orders", "Where the columns of orders come from"):
        assert part in graph


def test_an_owner_dismisses_and_another_word_is_unknown(browser_of, orders):
    row = observed()
    owner = browser_of("contributor")
    assert owner.post(f"/registry/lineage/{row.pk}/forget/").status_code == 404
    assert owner.post(f"/registry/lineage/{row.pk}/dismiss/").status_code == 302
    assert SourceObservation.objects.get().state == "dismissed"
    receive_event(event("orders", ZERO, writes=("orders",), number=2), actor=contributor("returns", name="stan"))
    assert SourceObservation.objects.filter(state="waiting").count() == 1
