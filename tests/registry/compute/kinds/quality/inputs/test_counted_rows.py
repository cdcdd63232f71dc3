"""What counts and sums of an engine say about predictions is what their rows say."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
import pytest
from sqlglot import exp

from registry.compute.kinds.quality.inputs import counted_rows
from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.counted_rows import count_predictions
from registry.compute.kinds.side_in_database import Inside
from tests.registry.compute.sample_predictions import CASES, assert_same_findings, judged_here, judged_in


class Lying(NamedTuple):
    """Rows under a name in DuckDB, as one of its tables."""

    place: exp.Table
    connection: str = "here"


@pytest.fixture
def sides_of():
    with duckdb.connect() as connection:

        def sides(case):
            for name, rows in zip(("before", "after"), case.tables(), strict=True):
                connection.execute(f"CREATE OR REPLACE TABLE {name}_rows AS SELECT * FROM rows")
                schema = rows.schema
                yield Inside(
                    lambda sql: connection.execute(sql).fetchall(), "duckdb", Lying(exp.to_table(f"{name}_rows")), schema, None, ""
                )  # fmt: skip

        yield lambda case: tuple(sides(case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_counts_and_sums_find_what_rows_do(case, sides_of):
    judged = judged_in(sides_of(case), case)
    assert (judged is not None) == case.counted
    if judged is not None:
        assert_same_findings(judged, judged_here(case))


@pytest.mark.parametrize("parameters", [{"labels": "outcomes"}, {"estimate": True}])
def test_what_is_joined_or_estimated_needs_the_rows(parameters, sides_of):
    about = CASES[0].about.about_predictions._replace(**parameters)
    assert count_predictions(sides_of(CASES[0]), about) is None


def test_combinations_without_end_are_refused(sides_of, monkeypatch):
    monkeypatch.setattr(counted_rows, "MOST", 5)
    with pytest.raises(NotAnswerable, match="There are more than 5 combinations of a prediction, a label and a group"):
        count_predictions(sides_of(CASES[0]), CASES[0].about.about_predictions)
