"""Events as dbt's producer of OpenLineage sends them, in short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

NAMESPACE = "duckdb://shop.duckdb"
LAST_KNOWN = "select id, last_value(amount ignore nulls) over (order by at) as amount from raw_orders"
ZERO = "select id, coalesce(amount, 0) as amount from raw_orders"
START = datetime(2026, 11, 5, 8, tzinfo=UTC)


def data(name: str, **facets: Any) -> dict[str, Any]:
    return {"namespace": NAMESPACE, "name": f"shop.main.{name}", "facets": facets}


def column_facet(**columns: str) -> dict[str, Any]:
    """`amount="raw_orders.amount"`: a column and where it comes from."""
    fields = {
        column: {"inputFields": [{"namespace": NAMESPACE, "name": f"shop.main.{place.split('.')[0]}", "field": place.split(".")[1]}]}
        for column, place in columns.items()
    }  # fmt: skip
    return {"columnLineage": {"_producer": "https://dbt.example", "_schemaURL": "https://x.example", "fields": fields}}


def event(
    job: str,
    sql: str = "",
    *,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    number: int = 1,
    **others: Any,
) -> dict[str, Any]:
    """A completed run of a job, its number-th; ``others`` are fields of the event."""
    facets = {"sql": {"query": sql, "dialect": "duckdb", "_producer": "https://dbt.example"}} if sql else {}
    columns = others.pop("columns", {})
    return {
        "eventType": "COMPLETE",
        "eventTime": (START + timedelta(hours=number)).isoformat(),
        "producer": "https://dbt.example",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(UUID(int=number)), "facets": {"dbt_run": {"project_name": "shop"}}},
        "job": {"namespace": "dbt", "name": job, "facets": facets},
        "inputs": [data(name) for name in reads],
        "outputs": [data(name, **columns) for name in writes],
    } | others
