"""What the page of a source table shows of its import."""

from __future__ import annotations

from tests.registry.imports.documents import DBT
from tests.registry.imports.steps import applied, offered


def test_the_page_of_a_source_table_tells_what_dbt_says_of_it(browser_of, people, orders, feature, cora):
    applied(offered("dbt", DBT, cora), cora)
    page = browser_of("viewer").get("/registry/source-tables/orders/").content.decode()
    for text in ("One row for each order.", "select * from raw.orders", "model.shop.orders", "bigint", "orders_3d"):
        assert text in page
    bare = browser_of("viewer").get("/registry/source-tables/raw_clicks/").content.decode()
    assert "None yet. <a" in bare
    assert browser_of("viewer").get("/registry/source-tables/none/").status_code == 404
