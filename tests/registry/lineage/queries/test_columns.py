"""Where the columns of a source table come from."""

from __future__ import annotations

import pytest

from registry.lineage.actions.events import receive_event
from registry.lineage.queries.columns import traced
from registry.models import LineageDataset
from tests.registry.lineage.reports import column_facet, event

pytestmark = pytest.mark.django_db


def test_through_two_jobs_to_the_raw_columns(orders, cora):
    stage = column_facet(amount="raw_orders.price")
    receive_event(event("stage", "select 1", writes=("stage",), columns=stage), actor=cora)
    schema = {"schema": {"fields": [{"name": "amount", "type": "double"}, {"name": "id", "type": "int"}]}}
    body = event(
        "orders", "select 2", writes=("orders",), columns=column_facet(amount="stage.amount") | schema, number=2
    )
    receive_event(body, actor=cora)
    assert traced(orders).total == 0, "nobody said that it is this table"
    LineageDataset.objects.filter(name="shop.main.orders").update(source_table=orders)
    result = traced(orders)
    [column] = result.columns
    assert (column.name, column.read_from, column.origins) == (
        "amount", [("shop.main.stage", "amount")], [("shop.main.raw_orders", "price")],
    )  # fmt: skip
    assert result.others == ["id"]
