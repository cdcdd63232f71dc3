"""What the form of a version checks before the gate does."""

from __future__ import annotations

import pytest

from registry.versions.registration_forms import VersionForm

WHOLE = {
    "version": "v1",
    "artifact_uri": "s3://m/1",
    "artifact_digest": "a",
    "code_commit": "b",
    "container_digest": "c",
}


@pytest.mark.parametrize(
    ("results", "errors"),
    [
        ({}, {}),
        ({"metric_1": "mape", "value_1": "0"}, {}),
        ({"metric_2": "mape"}, {"value_2": ["Give the value of mape."]}),
        ({"value_3": "0.5"}, {"metric_3": ["Name the metric whose value is 0.5."]}),
        ({"metric_1": "mape", "value_1": "low"}, {"value_1": ["Enter a number."]}),
        ({"hyperparameters": "{"}, {"hyperparameters": ["Enter a valid JSON."]}),
    ],
)
def test_a_metric_has_a_value_and_a_value_a_metric(results, errors):
    assert VersionForm(WHOLE | results).errors == errors


def test_it_gives_the_parts_that_were_filled_in():
    form = VersionForm(
        WHOLE | {"features": ["a"], "metric_3": "auc", "value_3": "0.9", "metric_1": "mae", "value_1": "2"},
        features=[("a", "123")],
    )
    assert form.is_valid()
    parts = form.arguments()["lineage_parts"]
    assert parts["evaluations"] == [{"metric": "mae", "value": 2.0}, {"metric": "auc", "value": 0.9}]
    assert (parts["feature_snapshot"], parts["hyperparameters"], "uses_no_features" in parts) == (
        {"latest": ["a"]},
        {},
        False,
    )


def test_no_features_is_a_statement():
    form = VersionForm(WHOLE | {"uses_no_features": "on"})
    assert form.is_valid()
    parts = form.arguments()["lineage_parts"]
    assert (parts["feature_snapshot"], parts["uses_no_features"]) == ({}, True)
