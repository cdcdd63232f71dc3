"""The package beside MLflow itself: what the active run recorded becomes part of the version."""

from __future__ import annotations

import pytest

from registry.models import ModelVersion
from tests.neighbours.environments import environment, package_from, run
from tests.registry.conftest import HEX

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
TRAINING = """
import pathlib, mlflow, plumbline
pathlib.Path("model.bin").write_bytes(b"weights")
with mlflow.start_run() as run:
    mlflow.log_params({"depth": 3})
    mlflow.log_metric("mape", 0.118)
    mlflow.log_artifact("model.bin")
    answer = plumbline.register("demand", "m1", features=["orders_3d"], data="orders", artifact="model.bin")
    assert answer["mlflow_run"] == run.info.run_id
again = plumbline.register("demand", "m2", features=["orders_3d"], data="orders", artifact="model.bin", run_id=run.info.run_id)
assert again["mlflow_run"] == run.info.run_id
"""


def test_the_package_reads_the_active_run_and_an_earlier_one(model, feature, orders, plumbline, tmp_path):
    programs = environment("mlflow")
    package = package_from(plumbline["PLUMBLINE_SERVER"], programs, tmp_path)
    (tmp_path / "train.py").write_text(TRAINING)
    surroundings = plumbline | {"PLUMBLINE_CODE_COMMIT": HEX[:40], "PLUMBLINE_IMAGE": f"sha256:{HEX}"}
    surroundings |= {"PYTHONPATH": str(package), "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}
    run([programs / "python", "train.py"], tmp_path, **surroundings)
    for version in ModelVersion.objects.filter(version__in=["m1", "m2"]):
        assert version.hyperparameters == {"depth": "3"}
        assert [(result.metric, result.value) for result in version.evaluations.all()] == [("mape", 0.118)]
        assert version.artifact_uri.endswith("/artifacts/model.bin")
    assert ModelVersion.objects.count() == 2
