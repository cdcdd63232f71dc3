"""Databases made by earlier versions migrate with what they hold, and the audit chain stays whole."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.chain import canonical
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
BEFORE, AFTER = ("registry", "0014_canonical_equivalence"), ("registry", "0016_source_tables_by_version")
AUDIT = ("audit", "0003_key_in_use")  # as `record` writes today
KEYS = {"entity_key": ["customer_id"], "event_time": "date", "row_key": ["order_id"], "dialect": "duckdb"}
OTHER = KEYS | {"event_time": "loaded_at"}


def event(table: str, action: str, content: dict) -> None:
    with transaction.atomic():
        record(f"source_table.{action}", subject=f"source_table:{table}", actor=Actor("cora"), payload=content)


def snapshot_of(apps, feature, name: str):
    """A model version trained now on the newest version of a feature."""
    model, _ = apps.get_model("registry", "RegisteredModel").objects.get_or_create(
        name="demand", defaults={"owner_team": feature.owner_team, "created_at": timezone.now()}
    )
    data = apps.get_model("registry", "DatasetSnapshot").objects.get()
    version = apps.get_model("registry", "ModelVersion").objects.create(
        model=model, version=name, data_snapshot=data, registered_at=timezone.now()
    )
    snapshot = apps.get_model("registry", "TrainingSnapshot").objects.create(
        model_version=version, recorded_by="cora", recorded_at=timezone.now()
    )
    return snapshot.entries.create(feature=feature, feature_version=feature.versions.get()).pk


def test_source_tables_get_the_versions_that_the_audit_log_has_and_snapshots_the_one_in_force(earlier_database):
    apps = earlier_database(BEFORE, AUDIT)
    team = apps.get_model("people", "Team").objects.create(slug="data-platform", name="Data")
    dataset = apps.get_model("registry", "Dataset").objects.create(
        name="orders", kind="parquet", location="orders.parquet", created_by="cora", created_at=timezone.now()
    )
    dataset.snapshots.create(digest="a" * 64, rows=1, schema=[], taken_by="cora", taken_at=timezone.now())
    tables = apps.get_model("registry", "SourceTable").objects
    features = apps.get_model("registry", "Feature").objects
    entries = {}
    for table in ("orders", "silent"):
        feature = features.create(name=f"{table}_3d", owner_team=team, created_at=timezone.now())
        feature.versions.create(
            number=1, name="0" * 12, digest="0" * 64, equivalence="0" * 64, computation_logic="x", null_handling="none",
            data_type="int64", source_table=table, changes={}, registered_by="cora", registered_at=timezone.now(),
        )  # fmt: skip
        if table == "orders":
            event(table, "added", KEYS | {"dataset": "orders"})
        tables.create(name=table, dataset=dataset, **(OTHER if table == "orders" else KEYS))
        entries[table] = snapshot_of(apps, feature, f"{table}-1")
    event("orders", "changed", OTHER | {"dataset": "orders"})
    entries["later"] = snapshot_of(apps, features.get(name="orders_3d"), "orders-2")
    chain = list(AuditEvent.objects.values_list("sequence", "payload", "hash"))

    apps = earlier_database(AFTER)
    entry = apps.get_model("registry", "SnapshotEntry").objects.select_related("source_version__source_table")
    assert [entry.get(pk=entries[name]).source_version.number for name in ("orders", "silent", "later")] == [1, 1, 2]
    orders = apps.get_model("registry", "SourceTable").objects.get(name="orders")
    assert (orders.owner_team.slug, orders.current.number, orders.current.event_time) == (
        "data-platform",
        2,
        "loaded_at",
    )
    first, second = orders.versions.order_by("number")
    assert (first.event_time, first.created_by, second.changes) == (
        "date",
        "cora",
        {"event_time": ["date", "loaded_at"]},
    )
    silent = apps.get_model("registry", "SourceTable").objects.get(name="silent")
    assert (silent.current.created_by, silent.versions.count()) == ("system", 1)
    assert list(AuditEvent.objects.values_list("sequence", "payload", "hash")) == chain
    assert json.loads(canonical(KEYS)) == KEYS
