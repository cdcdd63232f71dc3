"""What an MLflow tracking server comes to."""

from __future__ import annotations

import pytest

from registry.imports.rules import mlflow
from tests.registry.conftest import HEX
from tests.registry.imports.documents import mlflow as tracked
from tests.registry.imports.rules.reading import names, why


def test_mlflow_is_models_and_versions_with_the_lineage_that_their_runs_know():
    result = mlflow.read(tracked(HEX), origin="https://mlflow.example")
    assert names(result) == [
        ("model", "churn_model"), ("model", "bersicht_1"), ("model_version", "churn_model/1"),
        ("model_version", "churn_model/2"),
    ]  # fmt: skip
    whole, bare = result.candidates[2:]
    assert whole.content["artifact"] == {"uri": "s3://models/churn/1", "digest": HEX}
    assert whole.content["lineage"] == {
        "code_commit": HEX[:40],
        "data_snapshot": HEX,
        "container_digest": f"sha256:{HEX}",
        "hyperparameters": {"depth": "3"},
        "evaluations": [{"metric": "mape", "value": 0.118}],
        "feature_snapshot": {},
        "uses_no_features": True,
    }
    assert bare.content["lineage"] == {}
    assert why(result)["Churn Model@champion"].endswith("not by an alias: promote that version.")
    assert "FAILED_REGISTRATION" in why(result)["Churn Model/3"]
    assert "It gives no valid name" in why(result)["7"]


def test_a_tag_of_the_version_goes_before_one_of_its_run_and_latest_is_no_version():
    document = tracked(HEX, plumbline__features='{"orders_3d": "37e8f223574c", "latest": ["other"]}')
    document["model_versions"][1]["tags"] = [{"key": "plumbline.code_commit", "value": "f" * 40}]
    lineage = mlflow.read(document, origin="").candidates[2].content["lineage"]
    assert lineage["code_commit"] == "f" * 40
    assert lineage["feature_snapshot"] == {"orders_3d": "37e8f223574c"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [(3, "3"), ("3", "3"), ("x" * 65, "x" * 64), (True, ""), (1.5, ""), (None, ""), ([3], "")],
)
def test_the_number_of_a_version_is_text_or_a_whole_number(number, shown):
    document = tracked(HEX)
    document["registered_models"][0]["aliases"] = [{"alias": "champion", "version": number}]
    document["model_versions"] = [{"name": "Churn Model", "version": number, "status": "READY"}]
    result = mlflow.read(document, origin="")
    assert why(result)["Churn Model@champion"].startswith(f"It points to version {shown}. ")
    assert result.candidates[-1].external_id == f"Churn Model/{shown}"


@pytest.mark.parametrize(
    ("value", "values"),
    [(0.5, [0.5]), (2, [2]), (True, []), ("0.5", []), (None, []), (float("nan"), []), (float("inf"), [])],
)
def test_a_metric_is_a_finite_number(value, values):
    document = tracked(HEX)
    for run in document["runs"].values():
        run["data"]["metrics"] = [{"key": "auc", "value": value}]
    lineage = mlflow.read(document, origin="").candidates[2].content["lineage"]
    assert lineage.get("evaluations", []) == [{"metric": "auc", "value": each} for each in values]


@pytest.mark.parametrize(
    ("began", "made", "trained_at"),
    [
        (1_767_225_600_000, 1, 1_767_225_600_000),
        ("1767225600000", 1, 1_767_225_600_000),
        ("9" * 15, 7, 7),  # no moment that a calendar has
        (True, 7, 7),
        (None, None, None),
    ],
)
def test_a_version_was_trained_when_its_run_began_or_else_when_it_was_made(began, made, trained_at):
    assert mlflow._trained_at({"info": {"start_time": began}}, {"creation_timestamp": made}) == trained_at


@pytest.mark.parametrize("name", ["model_digest", "sha256"])
def test_a_digest_in_a_tag_of_the_logged_model_is_that_of_the_artifact(name):
    document = tracked(HEX)
    document["model_versions"][0]["logged_model"] = {"data": {"tags": [{"key": name, "value": "a" * 64}]}}
    assert mlflow.read(document, origin="").candidates[3].content["artifact"]["digest"] == "a" * 64
