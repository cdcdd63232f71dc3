"""A notebook of scikit-learn, run by nbclient, that registers a whole version with at most three added lines."""

from __future__ import annotations

import json
import subprocess

import pytest

from registry.models import ModelVersion
from tests.neighbours.environments import environment, package_from, run
from tests.registry.conftest import HEX

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
MOST_LINES = 3
TRAINING = [
    "import joblib\nimport numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import GradientBoostingRegressor\n"
    "from sklearn.metrics import mean_absolute_error",
    "orders = pd.DataFrame({'orders_3d': np.arange(60) % 7 / 2})\ntarget = orders['orders_3d'] * 3 + 1",
    "model = GradientBoostingRegressor(n_estimators=20, max_depth=2).fit(orders[:40], target[:40])\n"
    "mae = mean_absolute_error(target[40:], model.predict(orders[40:]))",
    "joblib.dump(model, 'model.joblib')",
]
ADDED = (
    "import plumbline\n"
    'plumbline.register("demand", "v9", estimator=model, artifact="model.joblib", data="orders", evaluations={"mae": mae})'
)


def notebook(cells: list[str]) -> str:
    code = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "source": cell,
        }
        for number, cell in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": code, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def repository(tmp_path):
    """A folder in git with the notebook; git's own answer is its commit."""
    (tmp_path / "train.ipynb").write_text(notebook([*TRAINING, ADDED]))
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q"], ["add", "train.ipynb"], [*identity, "commit", "-q", "-m", "Add the training"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def test_two_added_lines_register_a_whole_version(model, feature, orders, plumbline, repository, tmp_path_factory):
    assert len(ADDED.splitlines()) <= MOST_LINES
    programs = environment("notebook")
    package = package_from(plumbline["PLUMBLINE_SERVER"], programs, tmp_path_factory.mktemp("installed"))
    surroundings = plumbline | {"PYTHONPATH": str(package), "PLUMBLINE_IMAGE": f"train@sha256:{HEX}"}
    surroundings |= {"JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(package / "ipython")}
    run([programs / "jupyter-execute", "train.ipynb"], repository, **surroundings)
    version = ModelVersion.objects.get(version="v9")
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True)
    digest = subprocess.run(["sha256sum", "model.joblib"], cwd=repository, capture_output=True, text=True, check=True)
    assert version.code_commit == commit.stdout.strip()
    assert version.artifact_digest == digest.stdout.split()[0]
    assert version.container_digest == f"sha256:{HEX}"
    assert version.data_snapshot == orders.current.dataset.snapshots.get()
    assert version.hyperparameters["n_estimators"] == 20
    assert version.evaluations.get().metric == "mae"
    assert version.snapshot.entries.get().feature_version == feature.current
