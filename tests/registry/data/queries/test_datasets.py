"""Data sets as lists and pages show them."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from registry.data.queries import datasets


def test_a_preview_is_the_columns_and_the_first_rows(orders):
    preview = datasets.preview(orders.current.dataset, rows=2)
    assert [column.name for column in preview.columns] == ["order_id", "customer_id", "date", "order_count"]
    assert [row[0] for row in preview.rows] == [1, 2]
    assert preview.rows[1][3] is None
    assert (preview.files, preview.problem) == (1, "")


def test_files_that_are_gone_are_a_problem_and_not_an_error(orders, data_root):
    (data_root / "orders.parquet").unlink()
    preview = datasets.preview(orders.current.dataset)
    assert preview[:3] == ((), (), 0)
    assert "There is nothing at 'orders.parquet' any more" in preview.problem


def test_snapshots_are_counted(orders):
    assert datasets.dataset("orders").snapshot_count == 1


def test_features_are_listed_by_the_table_of_their_current_version_alone(feature, orders):
    assert list(datasets.computed_from("orders")) == [feature]
    assert not datasets.computed_from("elsewhere").exists()


@pytest.mark.parametrize("lookup", [datasets.dataset, datasets.source_table])
def test_an_unknown_name_is_named(lookup, db):
    with pytest.raises(Unknown, match="nobody"):
        lookup("nobody")
