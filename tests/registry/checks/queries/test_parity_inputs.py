"""A parity run reads both definitions, their source and whom the second one would block, or says what is missing."""

from __future__ import annotations

import pytest

from platform_site.errors import NotReady
from registry.checks.actions.checks import define_parity, propose, queue_run
from registry.checks.queries.parity_inputs import gather, is_materialized, materialized
from registry.data.actions.datasets import add_dataset
from registry.models import Dataset, SourceTable
from tests.registry.checks.materialized import SIDES, in_python
from tests.registry.checks.materialized import materialized as add_materialized
from tests.registry.conftest import FIXED, TRAINED, register

pytestmark = pytest.mark.django_db


def test_both_definitions_and_the_source_are_read(feature, cora):
    run = register(FIXED, cora).run
    inputs = gather(run)
    assert (inputs.trained, inputs.current, inputs.source_name) == (TRAINED, FIXED, "orders")
    assert inputs.source.types["order_count"] == "double"
    assert (inputs.described["feature"], inputs.described["proposed"]) == ("orders_3d", False)
    assert inputs.described["trained"]["version"] == run.check_definition.parameters["trained"]
    assert inputs.described["would_block"] == []


def test_who_would_be_blocked_is_named_and_whether_the_current_definition_does_so_already(in_production, feature, cora):
    feature.refresh_from_db()
    proposed = gather(propose(feature, FIXED, actor=cora)).described
    assert (proposed["proposed"], proposed["would_block"]) == (
        True,
        [{"model": "demand", "version": "v1", "already": False}],
    )
    fixed = register(FIXED, cora)
    assert gather(fixed.run).described["would_block"] == [{"model": "demand", "version": "v1", "already": True}]
    back = define_parity(fixed.version, feature.current, parameters={}, actor=cora)
    assert gather(queue_run(back, actor=cora)).described["would_block"] == []


def test_held_out_rows_take_the_place_of_the_source_tables_own(feature, cora, data_root):
    add_dataset(name="held", kind="parquet", location="orders.parquet", key=["order_id"], actor=cora)
    feature.refresh_from_db()
    run = propose(feature, FIXED, dataset="held", actor=cora)
    assert gather(run).source_name == "held"
    Dataset.objects.filter(name="held").delete()
    with pytest.raises(NotReady, match="There is no data set held") as refused:
        gather(run)
    assert refused.value.code == "no_dataset"


def test_a_source_table_that_is_not_bound_is_named(feature, cora):
    run = register(FIXED, cora).run
    SourceTable.objects.update(current=None)
    with pytest.raises(NotReady, match="Source table orders is not bound") as refused:
        gather(run)
    assert refused.value.code == "not_bound"


def test_definitions_over_two_source_tables_are_not_compared(feature, cora):
    first, other = feature.current, register(FIXED._replace(source_table="elsewhere"), cora).version
    check = define_parity(first, other, parameters={}, actor=cora)
    with pytest.raises(NotReady, match="The definitions read orders and elsewhere") as refused:
        gather(queue_run(check, actor=cora))
    assert refused.value.code == "other_source"


def test_versions_in_python_are_read_from_two_data_sets(in_production, feature, cora, data_root):
    add_materialized(cora, data_root)
    trained, current = in_python(feature, 2), in_python(feature, 3)
    run = queue_run(define_parity(trained, current, parameters=SIDES, actor=cora), actor=cora)
    inputs, described = materialized(run)
    assert is_materialized(run)
    assert (inputs.parameters.key, inputs.training.event_time) == (["order_id"], "")
    assert described["materialized"] == SIDES | {"key": ["order_id"]}
    assert described["current"]["computation_logic"] == current.computation_logic
    assert [blocked["model"] for blocked in described["would_block"]] == ["demand"]
    (data_root / "before.parquet").write_bytes((data_root / "orders.parquet").read_bytes())
    with pytest.raises(NotReady, match="Data set before has no column score any more"):
        materialized(run)
