"""A whole check over files, and the rows of it that are compared as they come: in parts, in any order."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import Source, parity_select
from registry.compute.engines.files import Files
from registry.compute.kinds.parity import definition_run
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import judge
from registry.compute.kinds.parity.first_rows import FirstRows
from registry.compute.sandbox.limits import MIB, Limits
from registry.compute.sandbox.outcomes import SandboxMemory
from registry.compute.sandbox.run import Job, run
from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_numeric
from registry.compute.stats.equality_rule import rule_of
from registry.compute.stats.parity import compare_rows

pytestmark = pytest.mark.slow

ROWS = 300_000
FRAME = "ORDER BY moment, id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW"
EACH, ALL = f"AVG(x) OVER (PARTITION BY who {FRAME})", f"AVG(x) OVER ({FRAME})"


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Files:
    random = np.random.default_rng(3)
    moment = np.datetime64("2024-01-01", "us") + np.sort(random.integers(0, 90 * 86_400, ROWS)) * np.timedelta64(1, "s")
    table = pa.table(
        {
            "id": np.arange(ROWS),
            "who": random.integers(0, 5_000, ROWS),
            "moment": moment,
            "x": pa.array(random.integers(0, 50, ROWS) / 4, mask=random.random(ROWS) < 0.1),
        }
    )
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    parquet.write_table(table, path, row_group_size=50_000)
    return Files(path, (path,), "parquet")


def selected(files, logic=EACH):
    types = {column.name: column.type for column in files.describe()}
    sides = [Definition(logic, rule, "float64", "t") for rule in ("forward_fill", "zero_fill")]
    return parity_select(Source(list(types), ["who"], "moment", ["id"], types), *sides)


def test_parts_that_fit_the_memory_find_what_the_whole_finds(files):
    few, much = (Limits.for_check(memory_bytes=size * MIB, wall_seconds=120) for size in (16, 512))
    in_parts, whole = (
        definition_run.judge(selected(files), files, limits, ParityParameters()) for limits in (few, much)
    )
    assert in_parts.how["parts"] > whole.how["parts"] == 1
    assert in_parts.report.differing == whole.report.differing
    mean = whole.report.content.pop("mean_abs_difference")
    assert in_parts.report.content.pop("mean_abs_difference") == pytest.approx(mean, rel=1e-12)
    assert in_parts.report == whole.report


def test_windows_over_sorted_arrays_find_what_the_engine_finds(files):
    by_arrays, by_the_engine = (
        definition_run.judge(plan, files, Limits(), ParityParameters())
        for plan in (selected(files), selected(files)._replace(windows=None))
    )
    assert "over sorted arrays" in by_arrays.how["computed"]
    assert by_the_engine.how["computed"] == "by DuckDB"
    mean = by_the_engine.report.content.pop("mean_abs_difference")
    assert by_arrays.report.content.pop("mean_abs_difference") == pytest.approx(mean, rel=1e-12)
    assert by_arrays.report.differing == by_the_engine.report.differing
    assert by_arrays.report == by_the_engine.report


def test_entities_of_text_are_taken_in_the_sandbox_too(tmp_path):
    path = tmp_path / "rows.parquet"
    rows = {"id": [1, 2, 3, 4], "who": ["a", None, "a", None], "moment": [1, 2, 3, 4], "x": [1.0, 2.0, None, 4.0]}
    parquet.write_table(pa.table(rows), path)
    files = Files(path, (path,), "parquet")
    judged = definition_run.judge(selected(files), files, Limits(), ParityParameters())
    assert "over sorted arrays" in judged.how["computed"]
    worst = [(row["key"]["id"], row["trained"], row["current"]) for row in judged.report.content["worst_rows"]]
    assert worst == [(3, 1.0, 0.5)]


def test_rows_that_arrays_do_not_take_are_the_engine_s(tmp_path):
    path = tmp_path / "rows.parquet"
    rows = {"id": [1, 2, 3], "who": [1, 1, None], "moment": [1, 2, 3], "x": [1.0, None, float("nan")]}
    parquet.write_table(pa.table(rows), path)
    files = Files(path, (path,), "parquet")
    judged = definition_run.judge(selected(files), files, Limits(), ParityParameters())
    assert judged.how["computed"] == "by DuckDB"
    assert (judged.report.rows, judged.report.content["rows_that_differ"]) == (3, 1)


def test_what_comes_in_batches_is_what_whole_columns_show(files):
    select = selected(files)
    rows = run(Job(select.sql, files.names, select.columns, Limits())).table
    rows = rows.sort_by([("at", "ascending"), ("key:id", "ascending")])
    sides = [Column(rows[name].to_numpy(), rows[name].is_null().to_numpy()) for name in ("trained", "current")]
    expected = compare_rows(rows["trained"], rows["current"], rule_of(pa.float64(), pa.float64()))
    content = judge(rows, ParityParameters()).content
    figures = expected.as_dict()
    assert {name: content[name] for name in figures if name not in ("worst", "mean_abs_difference")} == {
        name: value for name, value in figures.items() if name not in ("worst", "mean_abs_difference")
    }
    assert [row["key"]["id"] for row in content["worst_rows"]] == [rows["key:id"][at].as_py() for at in expected.worst]
    assert content["distribution"] == compare_numeric(*sides).as_dict()


def test_a_logic_that_looks_beyond_an_entity_is_not_cut_into_parts(files):
    assert (selected(files).entity, selected(files, ALL).entity) == (("who",), ())
    limits = Limits.for_check(memory_bytes=16 * MIB, wall_seconds=120)
    with pytest.raises(SandboxMemory):
        definition_run.judge(selected(files, ALL), files, limits, ParityParameters())


@given(
    st.lists(st.lists(st.tuples(st.sampled_from([None, 1.0, 2.0, float("nan")]), st.integers(0, 99)))),
    st.integers(1, 9),
)
def test_the_first_rows_are_those_of_all_rows_in_order(parts, most):
    first = FirstRows(most, {"size": "descending", "id": "ascending"})
    first.HELD = 0
    tables = [
        pa.table({"size": pa.array([a for a, _ in part], pa.float64()), "id": [b for _, b in part]}) for part in parts
    ]
    tables = [table.cast(pa.schema([("size", pa.float64()), ("id", pa.int64())])) for table in tables]
    for table in tables:
        first.add(table)
    if not any(table.num_rows for table in tables):
        assert first.table() is None
        return
    expected = pa.concat_tables(tables).sort_by([("size", "descending"), ("id", "ascending")]).slice(0, most)
    assert str(first.table().to_pydict()) == str(expected.to_pydict())
