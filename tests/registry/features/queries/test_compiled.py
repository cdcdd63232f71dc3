import hashlib

import pytest

from platform_site.errors import Invalid
from registry.compute.definition import Definition
from registry.features.queries.compiled import compiled
from tests.registry.conftest import TRAINED, register

CODE = Definition("def orders_3d(rows):\n    return rows.order_count\n", "none", "float64", "orders")


def test_a_version_becomes_sql_with_its_digest(feature):
    answer = compiled(feature.current, dialect="postgres")
    assert (answer.feature, answer.version, answer.dialect) == ("orders_3d", feature.current.name, "postgres")
    assert answer.digest == hashlib.sha256(answer.sql.encode()).hexdigest()
    assert '"orders"' in answer.sql


def test_another_table_can_be_read(feature):
    assert '"sales"."orders"' in compiled(feature.current, table="sales.orders").sql


def test_code_is_refused_with_another_way(orders, cora):
    version = register(CODE, cora, "in_python", dialect="python").version
    with pytest.raises(Invalid, match="Import the same module for training and for serving"):
        compiled(version)


def test_a_source_table_without_data_is_refused(orders, cora):
    version = register(TRAINED._replace(source_table="elsewhere"), cora, "unbound").version
    with pytest.raises(Invalid, match="Source table elsewhere is not bound"):
        compiled(version)


def test_what_the_dialect_computes_otherwise_is_refused(feature):
    with pytest.raises(Invalid) as refusal:
        compiled(feature.current, dialect="oracle")
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("dialect", "not_computable")]
