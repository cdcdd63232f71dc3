"""A schema check over a file names every expectation that is not met."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.kinds.schema.parameters import Expectation
from registry.compute.kinds.schema.run import SchemaInputs, judge


@pytest.fixture
def judged(tmp_path):
    path = tmp_path / "orders.parquet"
    table = pa.table({"id": [1, 1, 2], "day": [1, 1, 1], "status": ["open", None, "lost"]})
    types = {name: str(table.schema.field(name).type) for name in table.column_names}

    def judged(*expectations, key=(), orders=(), rows=3):
        parquet.write_table(table.slice(0, rows), path)
        inputs = SchemaInputs(Side(Files(path, (path,), "parquet")), types, expectations, key, orders)
        steps = []
        with opened(memory_bytes=1 << 28) as duck:
            report = judge(duck, inputs, on_progress=lambda *step: steps.append(step))
        assert steps[-1][2] == "Keys"
        return report

    return judged


def test_what_is_expected_passes(judged):
    report = judged(Expectation("status", "string", allowed=["open", "lost"]), Expectation("day", nullable=False))
    assert (report.outcome, report.summary, report.rows) == ("passed", "2 columns meet their expectations.", 3)
    assert [column.sentence for column in report.columns] == ["As expected."] * 2


def test_every_breach_is_named_and_the_columns_that_fail_come_first(judged):
    report = judged(
        Expectation("day"),
        Expectation("status", nullable=False),
        Expectation("status", allowed=["open"]),
        Expectation("gone"),
        key=["id"],
    )
    assert report.outcome == "failed"
    assert report.summary.startswith("4 breaches. status is null in 1 of 3 rows.")
    assert [(column.column, column.outcome) for column in report.columns] == [
        ("gone", "failed"),
        ("id", "failed"),
        ("status", "failed"),
        ("day", "passed"),
    ]


def test_ties_of_a_source_table_are_shown_and_fail_nothing(judged):
    report = judged(Expectation("day"), orders=[("orders", ["id", "day"])])
    assert report.outcome == "passed"
    assert [finding["issue"] for finding in report.content["findings"]] == ["ties"]


def test_a_key_that_the_data_do_not_have_was_not_looked_at(judged):
    report = judged(Expectation("day"), key=["id", "missing"])
    assert (report.outcome, report.content["sentence"]) == (
        "not_enough_data",
        "Compared 1 of 2 columns, 1 not comparable.",
    )
    assert "The key id, missing could not be looked at: the data have no missing." in report.summary
    [left_out] = report.content["left_out"]["columns"]
    assert left_out["column"] == "id, missing"


def test_a_key_whose_missing_column_is_a_breach_is_named_once(judged):
    report = judged(Expectation("missing", nullable=False), key=["missing"])
    assert (report.outcome, [column.column for column in report.columns]) == ("failed", ["missing"])
    assert report.content["left_out"]["columns"] == []


def test_nothing_expected_is_nothing_compared(judged):
    report = judged()
    assert (report.outcome, report.columns) == ("not_enough_data", ())
    assert report.summary.startswith("Nothing was compared")


def test_what_is_expected_of_values_is_not_looked_at_without_rows(judged):
    report = judged(Expectation("day", nullable=False), Expectation("status"), rows=0)
    assert [(column.column, column.outcome) for column in report.columns] == [
        ("day", "not_enough_data"),
        ("status", "passed"),
    ]
    assert report.outcome == "not_enough_data"
    assert report.content["sentence"] == "Compared 1 of 2 columns, 1 with too little data."
    assert judged(Expectation("status", "string"), rows=0).outcome == "passed"
