"""dbt itself builds a small shop: a change of the SQL behind a table closes the gate of the model trained on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_site.access import Actor
from registry.compute.definition import Definition
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.data.actions.source_tables import add_source_version
from registry.imports.actions import apply_import, propose_file_import
from registry.imports.queries import plans
from registry.imports.queries.steps import Step
from registry.models import GateDecision, ModelVersion, SourceTable
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_model, register_version
from tests.neighbours.environments import environment, run
from tests.registry.conftest import ARTIFACT, lineage, register

pytestmark = [pytest.mark.slow, pytest.mark.neighbours]

LAST_KNOWN = "last_value(amount ignore nulls) over (partition by customer_id order by ordered_at)"
FILES = {
    "dbt_project.yml": 'name: shop\nversion: "1.0"\nprofile: shop\nmodels: {shop: {+materialized: table}}\n',
    "profiles.yml": "shop:\n  target: dev\n  outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}\n",
    "seeds/raw_orders.csv": "order_id,customer_id,ordered_at,amount\n1,1,2024-03-01 10:00:00,5.0\n2,1,2024-03-02 10:00:00,\n"
    "3,1,2024-03-03 10:00:00,7.5\n4,2,2024-03-01 12:00:00,1.0\n5,2,2024-03-02 12:00:00,\n",
    "models/stg_orders.sql": "select order_id, customer_id, cast(ordered_at as timestamp) as ordered_at, cast(amount as double) as amount\n"
    "from {{ ref('raw_orders') }}\n",
    "models/int_orders.sql": f"select order_id, customer_id, ordered_at,\n  {LAST_KNOWN} as known,\n  amount\nfrom {{{{ ref('stg_orders') }}}}\n",
    "models/paid_orders.sql": "select * from {{ ref('int_orders') }} where order_id > 0\n",
    "models/orders.sql": f"select\n  order_id,\n  customer_id,\n  ordered_at,\n  {LAST_KNOWN} as amount\nfrom {{{{ ref('paid_orders') }}}}\n",
    "models/schema.yml": "models:\n  - name: orders\n    config: {event_time: ordered_at, meta: {plumbline: {entity_key: customer_id, row_key: order_id}}}\n",
}  # fmt: skip


@pytest.fixture
def shop(data_root) -> Path:
    """The project, built once, its table exported as Parquet."""
    for name, content in FILES.items():
        path = data_root / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    build(data_root / "shop")
    export = (
        "import duckdb; duckdb.connect('shop.duckdb').execute(\"copy orders to 'orders.parquet' (format parquet)\")"
    )
    run([environment("dbt") / "python", "-c", export], data_root / "shop")
    return data_root / "shop"


def build(shop: Path) -> None:
    run([environment("dbt") / "dbt", "build", "--profiles-dir", ".", "--quiet"], shop)


def edited(shop: Path, name: str, old: str, new: str) -> None:
    path = shop / "models" / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    build(shop)


def imported(shop: Path, actor: Actor) -> Step:
    """The step of the table, applied."""
    content = (shop / "target" / "manifest.json").read_bytes()
    proposed = propose_file_import(system="dbt", filename="manifest.json", content=content, actor=actor)
    apply_import(proposed, digest=plans.plan(proposed, actor).digest, actor=actor)
    return next(step for step in plans.shown(plans.get_import(proposed.pk), actor)[0] if step.name == "orders")


@pytest.fixture
def trained(shop, cora, teams) -> ModelVersion:
    """A model in staging, trained on a column of the table that dbt builds."""
    assert imported(shop, Actor(cora.name, cora.roles, frozenset({"forecasting"}))).effect == "created"
    dataset = add_dataset(name="orders", kind="parquet", location="shop/orders.parquet", key=["order_id"], actor=cora)
    take_snapshot(dataset, actor=cora)
    table = SourceTable.objects.select_related("current").get(name="orders")
    add_source_version(table, table.current.source._replace(dataset="orders"), reason="Bound.", actor=cora)
    table.refresh_from_db()
    register(Definition("amount", "none", "float64", "orders"), cora)
    model = register_model(name="demand", owner_team="forecasting", actor=cora)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(table), actor=cora)
    promote(version, "staging", actor=cora)
    return version


def gate(version: ModelVersion, actor: Actor) -> GateDecision:
    return evaluate_deployment_gate(ModelVersion.objects.get(pk=version.pk), actor=actor)


@pytest.mark.django_db
def test_a_change_of_sql_closes_the_gate_and_formatting_does_not(shop, trained, cora):
    assert gate(trained, cora).decision == "PROCEED"
    edited(shop, "orders.sql", "select\n  order_id,", "-- one row for each order\nSELECT order_id,")
    assert imported(shop, cora).effect in ("already_there", "origin_kept")
    assert gate(trained, cora).decision == "PROCEED"

    edited(shop, "orders.sql", LAST_KNOWN, "coalesce(amount, 0)")
    step = imported(shop, cora)
    assert (
        step.sentence == "Upstream changed: null handling (models/orders.sql). It would close the gates of demand v1."
    )
    assert f"-  {LAST_KNOWN} as amount" in step.diffs[0]["diff"]
    closed = gate(trained, cora)
    assert closed.decision == "BLOCKED"
    assert "null handling (models/orders.sql)" in str(closed.conflicts)

    edited(shop, "orders.sql", "coalesce(amount, 0)", LAST_KNOWN)
    assert imported(shop, cora).effect == "changed"
    assert gate(trained, cora).decision == "PROCEED"

    edited(shop, "int_orders.sql", LAST_KNOWN, "coalesce(amount, 0)")
    step = imported(shop, cora)
    assert step.sentence.startswith("Upstream changed: null handling (models/int_orders.sql).")
    assert gate(trained, cora).decision == "BLOCKED"


@pytest.mark.django_db
def test_a_manifest_of_a_part_is_not_compared(shop, trained, cora):
    run([environment("dbt") / "dbt", "run", "--select", "orders", "--profiles-dir", ".", "--quiet"], shop)
    step = imported(shop, cora)
    assert step.effect == "cannot"
    assert "no compiled SQL of models/int_orders.sql, models/paid_orders.sql, models/stg_orders.sql" in step.sentence
