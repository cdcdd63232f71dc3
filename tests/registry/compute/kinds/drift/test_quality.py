"""Metrics of predictions and fairness by group, as findings of a drift check."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.kinds.drift import quality
from registry.compute.kinds.drift.parameters import DriftParameters

PARAMETERS = DriftParameters("a", "b", prediction="said", label="is", group="who", minimum_rows=4)


class Rows:
    """A reader of columns in memory."""

    def __init__(self, **columns: list) -> None:
        self.columns = columns

    def column(self, name: str) -> pa.ChunkedArray:
        return pa.chunked_array([pa.array(self.columns[name])])


REFERENCE = Rows(said=[1, 0, 1, 0], **{"is": [1, 0, 1, 0]}, who=["a", "a", "b", "b"])


def judged(parameters=PARAMETERS, **current):
    return {report.column: report for report in quality.judge((REFERENCE, Rows(**current)), parameters)}


def test_nothing_without_a_prediction():
    assert quality.judge((REFERENCE, REFERENCE), PARAMETERS._replace(prediction="")) == []


def test_too_few_predictions_are_counted_without_the_rows_that_are_null():
    reports = judged(said=[1, 0, 1, 0], **{"is": [1, 0, 1, None]}, who=["a", "a", "b", "b"])
    (report,) = reports.values()
    assert (report.outcome, report.sentence) == ("not_enough_data", "Too few predictions: 3, needs 4.")


def test_a_metric_drifts_when_it_gets_worse_by_more_than_the_limit():
    reports = judged(said=[1, 0, 0, 0], **{"is": [1, 0, 1, 0]}, who=["a", "a", "b", "b"])
    accuracy = reports["metric: accuracy"]
    assert (accuracy.outcome, accuracy.value, accuracy.limit) == ("drifted", 0.25, 0.1)
    assert accuracy.sentence.startswith("accuracy went from 1 to 0.75; ")
    exactly = judged(PARAMETERS._replace(limits={"metric_change": 0.25}), said=[1, 0, 0, 0], **{"is": [1, 0, 1, 0]}, who=["a", "a", "b", "b"])  # fmt: skip
    assert exactly["metric: accuracy"].outcome == "passed"


def test_fairness_is_of_the_current_side_with_the_rates_of_each_group():
    reports = judged(said=[1, 1, 1, 0], **{"is": [1, 0, 1, 0]}, who=["a", "a", "b", "b"])
    difference = reports["fairness: demographic parity difference"]
    assert (difference.outcome, difference.value) == ("drifted", 0.5)
    assert [(rate["group"], rate["rows"], rate["selection"]) for rate in difference.content["rates"]] == [
        ("a", 2, 1.0),
        ("b", 2, 0.5),
    ]


@pytest.mark.parametrize(("role", "prefix"), [("label", "metric"), ("group", "fairness")])
def test_a_role_without_a_column_is_not_judged(role, prefix):
    reports = judged(
        PARAMETERS._replace(**{role: ""}), said=[1, 1, 1, 0], **{"is": [1, 0, 1, 0]}, who=["a", "a", "b", "b"]
    )
    assert reports
    assert not any(name.startswith(prefix) for name in reports)
