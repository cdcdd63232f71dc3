"""Feast itself applies a small repository: a change of a view's code closes the gate of the model trained on it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from platform_site.access import Actor
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.data.actions.source_tables import add_source_version
from registry.imports.actions import apply_import, propose_file_import
from registry.imports.queries import plans
from registry.imports.queries.steps import Step
from registry.models import FeatureVersion, GateDecision, Import, ModelVersion, SourceTable
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_model, register_version
from registry.versions.rules.message import message
from tests.neighbours.environments import environment, run
from tests.registry.conftest import ARTIFACT, lineage

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]

LAST_KNOWN = 'inputs["amount"].ffill()'
FILES = {
    "feature_store.yaml": "project: shop\nregistry: registry.db\nprovider: local\nentity_key_serialization_version: 3\n"
    "online_store: {type: sqlite, path: online.db}\noffline_store: {type: file}\n",
    "features.py": f'''from datetime import timedelta

import pandas as pd
from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.labeling import LabelView
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Array, Float64, Int64, String

customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.INT64)
rows = FileSource(name="orders", path="orders.parquet", timestamp_field="ordered_at")
orders = FeatureView(
    name="orders_of_customer",
    entities=[customer],
    ttl=timedelta(days=30),
    schema=[
        Field(name="amount", dtype=Float64),
        Field(name="order", dtype=Int64),
        Field(name="tags", dtype=Array(String)),
    ],
    source=rows,
)
returned = LabelView(
    name="returned", entities=[customer], schema=[Field(name="customer_id", dtype=Int64), Field(name="sent_back", dtype=Int64)]
)


@on_demand_feature_view(sources=[orders], schema=[Field(name="known_amount", dtype=Float64)])
def spend(inputs: pd.DataFrame) -> pd.DataFrame:
    answer = pd.DataFrame()
    answer["known_amount"] = {LAST_KNOWN}
    return answer


demand = FeatureService(name="demand", features=[orders, spend])
''',
}  # fmt: skip


@pytest.fixture
def shop(data_root) -> Path:
    """The repository, applied once, over a file of three orders."""
    folder = data_root / "shop"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content)
    rows = {
        "order_id": [1, 2, 3],
        "customer_id": [1, 1, 2],
        "ordered_at": [datetime(2024, 3, day) for day in (1, 2, 3)],
        "amount": [5.0, None, 1.0],
        "order": [1, 2, 1],
        "tags": [["new"], [], ["old"]],
    }
    parquet.write_table(pa.table(rows), folder / "orders.parquet")
    feast_apply(folder)
    return folder


def feast_apply(shop: Path) -> None:
    run([environment("feast") / "feast", "apply"], shop)


def edited(shop: Path, old: str, new: str) -> None:
    path = shop / "features.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    feast_apply(shop)


def imported(shop: Path, actor: Actor) -> dict[str, Step]:
    """The steps of the registry as `feast registry-dump` prints it, applied; by the name of the record."""
    content = run([environment("feast") / "feast", "registry-dump"], shop).encode()
    offered = propose_file_import(
        system="feast", filename="registry.json", content=content, owner_team="forecasting", actor=actor
    )
    apply_import(offered, digest=plans.plan(offered, actor).digest, actor=actor)
    return {step.name or step.external_id: step for step in plans.shown(Import.objects.get(pk=offered.pk), actor)[0]}


@pytest.fixture
def trained(shop, cora) -> ModelVersion:
    """A model in staging, trained on what the on-demand view computes."""
    assert imported(shop, cora)["spend__known_amount"].effect == "created"
    dataset = add_dataset(name="orders", kind="parquet", location="shop/orders.parquet", key=["order_id"], actor=cora)
    take_snapshot(dataset, actor=cora)
    table = SourceTable.objects.select_related("current").get(name="orders")
    add_source_version(table, table.current.source._replace(dataset="orders"), reason="Bound.", actor=cora)
    table.refresh_from_db()
    model = register_model(name="demand", owner_team="forecasting", actor=cora)
    parts = lineage(table, feature_snapshot={"latest": ["spend__known_amount"]})
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    promote(version, "staging", actor=cora)
    return version


def gate(version: ModelVersion, actor: Actor) -> GateDecision:
    return evaluate_deployment_gate(ModelVersion.objects.get(pk=version.pk), actor=actor)


def test_a_change_of_a_views_code_closes_the_gate_and_a_comment_does_not(shop, trained, cora):
    assert gate(trained, cora).decision == "PROCEED"

    edited(shop, f"{LAST_KNOWN}\n", 'inputs[ "amount" ].ffill()  # the last one known\n')
    step = imported(shop, cora)["spend__known_amount"]
    assert (step.effect, step.sentence) == (
        "changed",
        "A new version with changed formatting only. Gates compare with it.",
    )
    proceeding = gate(trained, cora)
    assert proceeding.decision == "PROCEED"
    [note] = proceeding.conflicts
    assert note["issue"] == "The definition was rewritten since training, but computes the same."

    edited(shop, 'inputs[ "amount" ].ffill()', 'inputs["amount"].fillna(0)')
    step = imported(shop, cora)["spend__known_amount"]
    assert (step.effect, step.sentence) == ("changed", "A new version with changed logic. Gates compare with it.")
    closed = gate(trained, cora)
    assert closed.decision == "BLOCKED"
    [blocking] = message(closed.as_dict()).blocking
    assert blocking.title == "spend__known_amount: The definition changed since training: logic."
    before, after = dict(blocking.facts)["logic"].split(" → ")
    assert LAST_KNOWN in before
    assert 'inputs["amount"].fillna(0)' in after

    edited(shop, 'inputs["amount"].fillna(0)', LAST_KNOWN)
    imported(shop, cora)
    assert gate(trained, cora).decision == "PROCEED"


def test_what_is_not_imported_is_named_and_so_is_what_is_gone(shop, cora):
    steps = imported(shop, cora)
    assert {name for name, step in steps.items() if step.effect == "created"} == {
        "orders", "orders_of_customer__amount", "orders_of_customer__order", "spend__known_amount",
    }  # fmt: skip
    assert {name: step.kind for name, step in steps.items() if step.effect == "cannot"} == {
        "orders_of_customer:tags": "feature",
        "returned": "label view",
        "demand": "feature service",
    }
    logic = FeatureVersion.objects.get(feature__name="orders_of_customer__order").computation_logic
    assert logic == '"order"'  # a word of SQL

    edited(shop, '        Field(name="order", dtype=Int64),\n', "")
    steps = imported(shop, cora)
    assert {name: step.effect for name, step in steps.items() if step.effect not in ("cannot", "already_there")} == {
        "orders_of_customer__order": "gone"
    }
    assert steps["orders_of_customer__order"].sentence == "It is no longer at the origin. Nothing is changed here."
