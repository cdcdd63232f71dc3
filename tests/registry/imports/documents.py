"""Documents of other tools, as small as they tell everything: Feast's registry, a dbt manifest, MLflow's answers."""

from __future__ import annotations

import copy
from typing import Any

from registry.imports.rules.dbt import VERSION

HEX = "0123456789abcdef" * 4

FEAST = {
    "project": "rides",
    "dataSources": [{"name": "driver_stats", "type": "BATCH_FILE"}],
    "entities": [
        {"spec": {"name": "driver", "joinKey": "driver_id", "valueType": "INT64"}},
        {"spec": {"name": "__dummy", "joinKey": "__dummy_id"}},
    ],
    "featureViews": [
        {
            "meta": {"createdTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {
                "name": "driver_hourly",
                "entities": ["driver"],
                "description": "Hourly figures of a driver.",
                "features": [
                    {"name": "conv_rate", "valueType": "FLOAT"},
                    {"name": "Daily Trips", "valueType": "INT64"},
                    {"name": "renamed", "valueType": "STRING"},
                    {"name": "embedding", "valueType": "FLOAT_LIST"},
                ],
                "batchSource": {
                    "name": "driver_stats",
                    "timestampField": "event_timestamp",
                    "fileOptions": {"uri": "s3://rides/driver_stats.parquet"},
                    "fieldMapping": {"raw_name": "renamed"},
                },
            },
        },
        {
            "spec": {
                "name": "global_rate",
                "entities": ["__dummy"],
                "features": [{"name": "rate", "valueType": "DOUBLE"}],
                "batchSource": {"name": "rates", "timestampField": "at"},
            }
        },
    ],
    "onDemandFeatureViews": [
        {"spec": {"name": "conv_rate_plus", "userDefinedFunction": {"body": "def f(): ..."}}},
    ],
    "featureServices": [{"spec": {"name": "driver_activity"}}],
}


def _test(name: str, column: str, **more: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "name": f"{name}_{column}",
        "attached_node": "model.shop.orders",
        "column_name": column,
        "test_metadata": {"name": name, "kwargs": {"column_name": column, **more}, "namespace": None},
        "config": {"severity": "ERROR"},
    }


DBT = {
    "metadata": {"dbt_schema_version": VERSION, "project_name": "shop", "dbt_version": "1.10.0"},
    "nodes": {
        "model.shop.orders": {
            "resource_type": "model",
            "name": "orders",
            "description": "One row for each order.",
            "compiled_code": "select * from raw.orders",
            "relation_name": '"shop"."main"."orders"',
            "original_file_path": "models/orders.sql",
            "config": {"materialized": "table", "contract": {"enforced": True}, "event_time": "date"},
            "columns": {
                "order_id": {"name": "order_id", "data_type": "bigint", "constraints": [{"type": "primary_key"}]},
                "customer_id": {"name": "customer_id", "constraints": [{"type": "not_null"}]},
            },
        },
        "model.shop.staging": {"resource_type": "model", "name": "staging", "config": {}},
        "test.shop.a": _test("accepted_values", "order_count", values=[1, 4, 6, 8]),
        "test.shop.b": _test("relationships", "customer_id", to="ref('customers')"),
        "test.shop.c": _test("not_null", "date") | {"config": {"where": "date > '2024-01-01'"}},
        "test.shop.d": {"resource_type": "test", "name": "no_negative", "test_metadata": None},
    },
    "sources": {
        "source.shop.raw.clicks": {
            "resource_type": "source",
            "source_name": "raw",
            "name": "clicks",
            "loaded_at_field": "loaded_at",
            "config": {"meta": {"plumbline": {"entity_key": ["user_id"]}}},
        }
    },
    "semantic_models": {
        "semantic_model.shop.orders": {
            "name": "orders",
            "depends_on": {"nodes": ["model.shop.orders"]},
            "defaults": {"agg_time_dimension": "ordered_at"},
            "entities": [{"name": "customer", "type": "primary", "expr": "customer_id"}],
            "dimensions": [{"name": "ordered_at", "type": "time", "expr": "date"}],
        }
    },
    "metrics": {"metric.shop.revenue": {"name": "revenue"}},
    "macros": {},
}


def tags(**values: str) -> list[dict[str, str]]:
    return [{"key": name.replace("__", "."), "value": value} for name, value in values.items()]


def run(*, data_snapshot: str = "", **more: str) -> dict[str, Any]:
    """A run that knows all lineage parts of a version of the tests' registry, but for what is given otherwise."""
    known = {
        "mlflow__source__git__commit": HEX[:40],
        "mlflow__docker__image__name": f"registry.example/train@sha256:{HEX}",
        "plumbline__data_snapshot": data_snapshot,
        "plumbline__features": "none",
        "plumbline__artifact_digest": HEX,
    } | more
    return {
        "info": {"run_id": "r1", "status": "FINISHED"},
        "data": {
            "params": [{"key": "depth", "value": "3"}],
            "metrics": [
                {"key": "mape", "value": 0.118, "timestamp": 1, "step": 0},
                {"key": "loss", "value": "NaN", "timestamp": 1, "step": 0},
            ],
            "tags": tags(**{name: value for name, value in known.items() if value}),
        },
    }


def mlflow(data_snapshot: str, **more: str) -> dict[str, Any]:
    """Two models; the first has a whole version, one without a run, and one that failed."""
    version = {"status": "READY", "source": "s3://models/churn/1", "current_stage": "None"}
    return copy.deepcopy({
        "registered_models": [
            {"name": "Churn Model", "description": "Who leaves.", "aliases": [{"alias": "champion", "version": "1"}]},
            {"name": "Übersicht 1"},
            {"name": "7"},
        ],
        "model_versions": [
            version | {"name": "Churn Model", "version": "2"},
            version | {"name": "Churn Model", "version": "1", "run_id": "r1"},
            version | {"name": "Churn Model", "version": "3", "status": "FAILED_REGISTRATION"},
        ],
        "runs": {"r1": run(data_snapshot=data_snapshot, **more)},
    })  # fmt: skip
