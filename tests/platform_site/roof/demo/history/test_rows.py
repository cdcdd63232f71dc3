"""The rows of the source tables: the same every time, with nulls and drift as planned."""

from __future__ import annotations

import pyarrow.compute as pc
import pyarrow.parquet as pq

from platform_site.roof.demo.history import rows
from platform_site.roof.demo.history.plan import plan


def test_the_same_rows_are_written_every_time_and_no_draft_is_left(tmp_path):
    table = plan().tables["loan_applications"]
    for folder in ("a", "b"):
        rows.write_training(table, tmp_path / folder)
    first, second = ((tmp_path / folder / "loan_applications.parquet").read_bytes() for folder in ("a", "b"))
    assert first == second
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["loan_applications.parquet"]


def test_they_have_a_key_an_entity_a_time_and_every_column(tmp_path):
    for table in plan().tables.values():
        content = pq.read_table(tmp_path / rows.write_training(table, tmp_path))
        assert content.num_rows == rows.TRAINED_ON
        assert content.column_names == [table.key, table.entity, table.at, *table.columns]
        assert len(content[table.at].unique()) == rows.TRAINED_ON, "no two rows at one moment: windows have one order"


def test_nulls_and_drift_are_those_of_the_plan(tmp_path):
    table = plan().tables["loan_applications"]
    means = []
    for week in (8, 0):
        content = pq.read_table(tmp_path / rows.write_recent(table, tmp_path, week))
        means.append(pc.mean(content["requests_90d"]).as_py())
        assert 0.01 < content["months_employed"].null_count / rows.RECENT < 0.08
    assert means[1] > 1.6 * means[0]
