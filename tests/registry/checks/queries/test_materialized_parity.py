"""Versions in Python are compared over two data sets, versions in SQL are not; every fault is at its field."""

from __future__ import annotations

import pytest

from platform_site.errors import Invalid
from registry.checks.actions.checks import define_parity
from registry.checks.actions.parity_runs import compare_each
from registry.checks.queries.materialized_parity import completed
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from tests.registry.checks.materialized import SIDES, in_python, materialized
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(feature, cora, data_root):
    materialized(cora, data_root)
    return in_python(feature, 2), in_python(feature, 3)


def faults(versions, **chosen):
    return completed(*versions, ParityParameters(**SIDES | chosen))[1]


def test_the_key_is_that_of_the_trained_data_set_unless_one_is_named(versions):
    parameters, faults_found = completed(*versions, ParityParameters(**SIDES))
    assert (parameters.key, faults_found) == (["order_id"], [])
    assert completed(*versions, ParityParameters(**SIDES, key=["score"]))[0].key == ["score"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"trained_dataset": "none"}, [("key", "required"), ("trained_dataset", "unknown")]),
        ({"current_dataset": "before"}, [("current_column", "same")]),
        ({"current_dataset": ""}, [("current_dataset", "unknown")]),
        (
            {"trained_column": "", "current_column": "nope"},
            [("trained_column", "unknown_column"), ("current_column", "unknown_column")],
        ),
        ({"key": ["order"]}, [("key", "unknown_column")] * 2),
        ({"slice": "region"}, [("slice", "unknown_column")] * 2),
    ],
)
def test_every_fault_is_at_its_field(versions, chosen, expected):
    assert [(fault.field, fault.code) for fault in faults(versions, **chosen)] == expected


def test_a_data_set_that_cannot_be_read_is_a_fault(versions, data_root):
    (data_root / "after.parquet").unlink()
    [fault] = faults(versions)
    assert (fault.field, fault.message[:30]) == ("current_dataset", "Data set after cannot be read:")


def test_versions_in_python_need_data_sets_and_versions_in_sql_take_none(versions, feature, cora):
    with pytest.raises(Invalid, match="is in Python, which is never run here"):
        define_parity(*versions, parameters={}, actor=cora)
    assert compare_each([tuple(versions)], actor=cora) == {}
    fixed = register(FIXED, cora).version
    with pytest.raises(Invalid, match="Both definitions are SQL and can be computed"):
        define_parity(feature.current, fixed, parameters=SIDES, actor=cora)
