"""Types by Arrow's names of them, in words, and which can be cast to which; the engine is asked beside each."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.sandbox.value_types.engine_types import engine_type, in_words, is_castable, kind_of

ARROW = [
    pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
    pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.large_string(), pa.binary(), pa.large_binary(),
    pa.date32(), pa.time32("ms"), pa.time64("us"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"),
    pa.timestamp("us", "UTC"), pa.decimal128(10, 2), pa.decimal128(38, 0), pa.dictionary(pa.int32(), pa.string()),
    pa.list_(pa.float64()), pa.list_(pa.list_(pa.string())), pa.large_list(pa.int8()),
]  # fmt: skip
SAMPLES = {
    "BIGINT": "1", "DOUBLE": "1", "FLOAT": "1", "DECIMAL(10,2)": "1", "BOOLEAN": "true", "DATE": "2000-01-01",
    "TIMESTAMP": "2000-01-01", "TIMESTAMP_NS": "2000-01-01", "TIME": "10:00:00", "INTERVAL": "1 day", "VARCHAR": "1",
}  # fmt: skip


@pytest.mark.parametrize("arrow", ARROW, ids=str)
def test_a_column_has_the_type_that_the_engine_reads_from_a_file(arrow, tmp_path):
    file = tmp_path / "column.parquet"
    parquet.write_table(pa.table({"x": pa.array([None], arrow)}), file)
    engine = duckdb.connect()
    [(read,)] = engine.execute("SELECT typeof(x) FROM read_parquet(?)", [str(file)]).fetchall()
    [(declared,)] = engine.execute(f"SELECT typeof(CAST(NULL AS {engine_type(str(arrow))}))").fetchall()
    assert declared == read


@pytest.mark.parametrize(
    "arrow",
    [
        "null",
        "map<string, int64>",
        "struct<a: int64>",
        "decimal256(50, 2)",
        "duration[s]",
        "list<item: map<string, int64>>",
    ],
)
def test_other_types_are_not_guessed(arrow):
    assert engine_type(arrow) is None


@pytest.mark.parametrize("source", SAMPLES)
@pytest.mark.parametrize("target", SAMPLES)
def test_what_is_called_not_castable_never_is(source, target):
    try:
        duckdb.connect().execute(
            f"SELECT CAST(x AS {target}) FROM (SELECT CAST(? AS {source}) AS x)", [SAMPLES[source]]
        )
        possible = True
    except duckdb.Error as error:
        possible = "Unimplemented" not in str(error)
    assert is_castable(source, target) is possible


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("VARCHAR", "text"), ("HUGEINT", "a whole number"), ("DOUBLE", "a float64"), ("DECIMAL(18,3)", "a decimal"),
        ("TIMESTAMP WITH TIME ZONE", "a timestamp"), ("BOOLEAN", "a truth value"), ("VARCHAR[]", "a list"), ("JSON", "JSON"),
    ],
)  # fmt: skip
def test_types_in_words(written, words):
    assert in_words(written) == words


@pytest.mark.parametrize(
    ("written", "kind"), [("INT4", "number"), ("text", "text"), ("DATETIME", "moment"), ("JSON", "other")]
)
def test_synonyms_are_of_one_kind(written, kind):
    assert kind_of(written) == kind
