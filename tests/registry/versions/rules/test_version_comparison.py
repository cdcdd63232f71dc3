"""What two versions have that differs comes first, and better or worse is said only where a direction is known."""

from __future__ import annotations

import pytest

from registry.versions.rules.version_comparison import Comparison, Row, metric_rows, rows


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [({"a": 1}, {"a": 1.0}, "same"), ({"a": 1}, {"a": 2}, "changed"), ({"a": 1}, {}, "removed"), ({}, {"a": None}, "added"),
     ({"a": 1}, {"a": True}, "changed"), ({"a": None}, {"a": None}, "same"), ({"a": [1]}, {"a": {"b": 1}}, "changed")],
)  # fmt: skip
def test_the_kind_of_a_difference(before, after, kind):
    (row,) = rows(before, after)
    assert (row.kind, row.differs) == (kind, kind != "same")


@pytest.mark.parametrize(
    ("metric", "before", "after", "kind"),
    [("mape", 0.2, 0.1, "better"), ("mape", 0.1, 0.2, "worse"), ("auc", 0.8, 0.9, "better"), ("auc", 0.9, 0.8, "worse"),
     ("own_metric", 1, 2, "changed"), ("auc", 87, 0.9, "changed"), ("rmse", -1, 1, "changed"), ("mape", 0.1, 0.1, "same")],
)  # fmt: skip
def test_better_and_worse_are_said_of_what_has_a_direction(metric, before, after, kind):
    (row,) = metric_rows({metric: before}, {metric: after}, {metric: metric})
    assert row.kind == kind


def test_a_metric_that_only_one_version_has_is_neither_better_nor_worse():
    assert [row.kind for row in metric_rows({}, {"auc": 0.9}, {"auc": "auc"})] == ["added"]


def test_the_slice_of_a_metric_has_the_direction_of_the_metric():
    name = "mape, region=north"
    assert metric_rows({name: 0.2}, {name: 0.1}, {name: "mape"})[0].kind == "better"


def test_the_summary_counts_each_part_and_leaves_out_what_neither_has():
    same, changed = Row("a", 1, 1), Row("b", 1, 2, "changed")
    compared = Comparison([same], [], [same, changed], [changed])
    assert compared.summary == "Different: 1 of 2 hyperparameters, 1 of 1 feature. The same: 1 of 1 fact."
    assert Comparison([], [], [], []).summary == ""
