"""What a run reads is stored with it: place, newest snapshot, version of the source table."""

from __future__ import annotations

import pytest

from registry.checks.actions.checks import define_check
from registry.checks.queries.data_read import data_read
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.data.rules.reading import reading_digest
from registry.models import Check, Dataset, SourceTable
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db

ORDERS = {"dataset": "orders", "kind": "parquet", "location": "orders.parquet", "connection": "", "snapshot": ""}


def test_a_check_of_two_definitions_reads_their_source_table(feature, cora):
    check = register(FIXED, cora).run.check_definition
    version = SourceTable.objects.get(name="orders").current.name
    snapshot, _ = take_snapshot(Dataset.objects.get(name="orders"), actor=cora)
    reading = reading_digest(Dataset.objects.get(name="orders").reading)
    expected = ORDERS | {"reading": reading, "role": "source", "snapshot": snapshot.digest, "source_version": version}
    assert data_read(check) == [expected]


def test_the_source_table_is_that_of_the_trained_version(feature, cora):
    first, elsewhere = feature.current, register(FIXED._replace(source_table="elsewhere"), cora).version
    for trained, current, datasets in (first, elsewhere, ["orders"]), (elsewhere, first, []):
        parameters = {"trained": trained.name, "current": current.name}
        check = Check(kind=Check.Kind.DEFINITION_PARITY, feature=feature, parameters=parameters)
        assert [entry["dataset"] for entry in data_read(check)] == datasets


def test_held_out_rows_are_named_in_their_place(feature, cora):
    check = register(FIXED, cora).run.check_definition
    add_dataset(name="held", kind="parquet", location="orders.parquet", key=["order_id"], actor=cora)
    check.parameters["dataset"] = "held"
    (entry,) = data_read(check)
    assert (entry["role"], entry["dataset"]) == ("source", "held")


def test_a_check_of_data_sets_reads_each_by_its_role(orders, cora):
    parameters = {
        "reference": "orders",
        "current": "orders",
        "reference_to": "2024-01-02",
        "current_from": "2024-01-02",
    }
    check = define_check(Check.Kind.DRIFT, name="drift", parameters=parameters, actor=cora)
    digest = Dataset.objects.get(name="orders").snapshots.get().digest
    reading = {"reading": reading_digest(Dataset.objects.get(name="orders").reading)}
    assert data_read(check) == [
        ORDERS | reading | {"role": role, "snapshot": digest, "source_version": ""} for role in ("reference", "current")
    ]


def test_the_name_of_a_version_is_not_a_data_set_that_has_the_same_name(feature, cora):
    check = register(FIXED, cora).run.check_definition
    check.parameters["current"] = "orders"
    assert [entry["role"] for entry in data_read(check)] == ["source"]


def test_what_is_gone_is_left_out(orders):
    assert data_read(Check(kind=Check.Kind.SCHEMA, parameters={"dataset": "gone"})) == []
