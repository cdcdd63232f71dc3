"""Registering from a script, against a server that really runs."""

from __future__ import annotations

import numpy as np
import pytest

from platform_site.audit.models import AuditEvent
from registry.client import plumbline
from registry.client.plumbline import _registration as registration
from registry.models import DatasetSnapshot, ModelVersion
from tests.registry.conftest import HEX

COMMIT, IMAGE = HEX[:40], f"sha256:{HEX}"


class Estimator:
    """What scikit-learn calls a fitted estimator: its parameters, and the columns that it was fitted on."""

    feature_names_in_ = np.array(["orders_3d"], dtype=object)

    def get_params(self) -> dict:
        return {"depth": np.int64(3), "loss": "mae", "warm": False, "base": Estimator, "rate": float("nan")}


@pytest.fixture
def artifact(tmp_path) -> str:
    (tmp_path / "model.bin").write_bytes(b"weights")
    return str(tmp_path / "model.bin")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.setenv("PLUMBLINE_CODE_COMMIT", COMMIT)
    monkeypatch.setenv("PLUMBLINE_IMAGE", f"train@{IMAGE}")


def test_one_call_registers_every_part(model, feature, server, artifact):
    answer = plumbline.register(
        "demand", "v7", estimator=Estimator(), artifact=artifact, data="orders", evaluations={"mape": np.float32(0.5)},
        server=server,
    )  # fmt: skip
    version = ModelVersion.objects.get(version="v7")
    assert answer["feature_snapshot"] == {"orders_3d": feature.current.name}
    assert answer["url"] == f"{server.address}/registry/models/demand/v7/"
    assert (version.code_commit, version.container_digest) == (COMMIT, IMAGE)
    assert version.data_snapshot == DatasetSnapshot.objects.get()
    assert version.hyperparameters == {"depth": 3, "loss": "mae", "warm": False, "base": "Estimator", "rate": "nan"}
    assert [(row.metric, row.value) for row in version.evaluations.all()] == [("mape", 0.5)]
    assert version.artifact_uri.startswith("file://")


def test_everything_that_is_missing_is_named_at_once_with_how_a_script_supplies_it(model, feature, server, monkeypatch):
    monkeypatch.delenv("PLUMBLINE_IMAGE")
    with pytest.raises(plumbline.PlumblineError) as refusal:
        plumbline.register("demand", "v7", server=server)
    text = str(refusal.value)
    assert text.startswith("422 lineage_incomplete: ")
    for part in ("artifact.digest", "data_snapshot", "feature_snapshot", "container_digest", "evaluations"):
        assert part in text
    assert "From a script: set PLUMBLINE_IMAGE to the image" in text
    assert (refusal.value.status, refusal.value.code) == (422, "lineage_incomplete")
    assert len(refusal.value.faults) >= 5
    assert not ModelVersion.objects.exists()


def test_the_same_call_is_made_under_a_key_and_stored_once(model, feature, server, artifact):
    parts = {"features": ["orders_3d"], "artifact": artifact, "data": "orders", "evaluations": {"mape": 0.1}}
    plumbline.register("demand", "v7", server=server, **parts)
    with pytest.raises(plumbline.PlumblineError, match="demand v7 is registered already"):
        plumbline.register("demand", "v7", server=server, **parts)


FEATURES = [
    ({"orders_3d": "37e8f223574c", "price": "latest"}, {"orders_3d": "37e8f223574c", "latest": ["price"]}),
    (["orders_3d"], {"latest": ["orders_3d"]}),
    ([plumbline.Compiled("orders_3d", "37e8f223574c", "spark", "", {}, "")], {"orders_3d": "37e8f223574c"}),
    ("latest", {"latest": ["orders_3d"]}),
]


@pytest.mark.parametrize(("features", "snapshot"), FEATURES)
def test_features_are_named_in_several_ways(features, snapshot):
    assert registration._features(features, Estimator())["feature_snapshot"] == snapshot


def test_no_features_is_a_statement():
    assert registration._features(None, Estimator()) == {"feature_snapshot": {}, "uses_no_features": True}
    with pytest.raises(ValueError, match="neither 'latest' nor a list"):
        registration._features("newest", Estimator())


def test_a_result_that_is_no_number_is_named():
    with pytest.raises(plumbline.PlumblineError, match="No finite number: mape"):
        registration._evaluations({"mape": float("nan"), "mae": 1.0})


def test_a_refusal_is_on_record(model, feature, server):
    with pytest.raises(plumbline.PlumblineError):
        plumbline.register("demand", "v7", server=server)
    assert AuditEvent.objects.filter(action="model_version.refused").count() == 1
