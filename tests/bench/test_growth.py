"""The size of each table for each of its rows."""

from __future__ import annotations

from tests.bench import growth
from tests.bench.seed import Scale, seed


def test_each_table_with_rows_enough_has_its_size(db):
    seed(Scale(models=30, features=400, versions=3, entries=10, teams=8), lambda *_: None)
    lines: list[str] = []
    growth.run(lines.append, small=False)
    by_table = {table: figures for table, *figures in map(str.split, lines[1:])}
    rows, megabytes, each = by_table["registry_featureversion"]
    assert rows == "1,200"
    assert 0.1 < float(megabytes) < 10
    assert abs(int(each.replace(",", "")) - float(megabytes) * 1e6 / 1_200) < 50
    assert "registry_registeredmodel" not in by_table
